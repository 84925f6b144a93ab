import type { Reason, Refusal } from '@mintmark/core'

/** One thing that is wrong in what was sent: where (a JSON path such as `permissions[2]`), and what to write. */
export type InputFault = { readonly path: string; readonly message: string }

/**
 * A use case's refusal. It is thrown so that the transaction it was found in rolls back; the edge translates it once.
 * Verdicts on keys are never thrown: `verify` returns them.
 */
export class RefusedError extends Error {
  readonly refusal: Refusal
  readonly faults: readonly InputFault[]
  /** When the caller may try again; for 429 and 503. */
  readonly retryAfterMs: number | null

  constructor(
    refusal: Refusal,
    options: { readonly faults?: readonly InputFault[]; readonly retryAfterMs?: number } = {},
  ) {
    super(refusal.message ?? refusal.reason)
    this.name = 'RefusedError'
    this.refusal = refusal
    this.faults = options.faults ?? []
    this.retryAfterMs = options.retryAfterMs ?? null
  }

  get reason(): Reason {
    return this.refusal.reason
  }
}

export function refuse(reason: Reason, message?: string): RefusedError {
  return new RefusedError(message === undefined ? { reason } : { reason, message })
}

/** 400 with the place of the mistake. */
export function invalid(path: string, message: string): RefusedError {
  return new RefusedError({ reason: 'invalid_request', message }, { faults: [{ path, message }] })
}

/** 400 with every mistake that was found, at least one; the first is the sentence. */
export function invalidFields(faults: readonly InputFault[]): RefusedError {
  const [first] = faults
  const refusal: Refusal = { reason: 'invalid_request', ...(first !== undefined && { message: first.message }) }
  return new RefusedError(refusal, { faults })
}

/** The one 404: nothing in it tells what is absent from what is another's. */
export function notFound(): RefusedError {
  return new RefusedError({ reason: 'not_found' })
}
