import { reasonTable, type Reason, type Refusal } from '@mintmark/core'

/**
 * What a handler behind a guard throws to refuse a request: `throw new RefusedError('not_found')`. With the guard's
 * `answerErrors` it is answered as the guard's own refusals are, to the byte.
 */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal

  /** @param message the sentence for the caller. Default: the contract's, else Mintmark's, for this reason */
  constructor(reason: Reason, message?: string) {
    super(message ?? reasonTable[reason].message)
    this.refusal = message === undefined ? { reason } : { reason, message }
  }

  get reason(): Reason {
    return this.refusal.reason
  }
}
