import type { Contract } from '@mintmark/core'
import { MintmarkError } from '../errors.ts'
import type { Question, Verdict } from '../verdict.ts'

/** Who judges: a `Mintmark` client, or the `engine` of `createMintmark` in the same process. */
export type Verifier = {
  verify(question: Question): Verdict | Promise<Verdict>
  readonly contract: Contract | (() => Promise<Contract>)
}

/** Nobody could be asked. */
export class Outage {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }

  /** Whole seconds; null where nobody said. */
  get retryAfterSeconds(): number | null {
    return this.error instanceof MintmarkError ? this.error.retryAfterSeconds : null
  }
}

/**
 * What was asked for, or why it could not be asked. All else that is thrown is a mistake, and goes on: a key that is no
 * operator's, a permission that the contract lacks.
 */
export async function orOutage<T>(ask: () => T | Promise<T>): Promise<T | Outage> {
  try {
    return await ask()
  } catch (error) {
    if (isOutage(error)) return new Outage(error)
    throw error
  }
}

/**
 * A verdict also where a rule costs more than this key may ever spend. Of all that can be wrong with a question it alone
 * shows with the key, and is told to whoever has it; the rest is wrong with the policy.
 */
export async function judge(verifier: Verifier, question: Question): Promise<Verdict> {
  try {
    return await verifier.verify(question)
  } catch (error) {
    if (question.cost === undefined || !(error instanceof Error) || reasonOf(error) !== 'invalid_request') throw error
    const { message } = error
    return { valid: false, status: 400, reason: 'invalid_request', message, key: null, session: null, rateLimit: null }
  }
}

/** The engine's own errors are known by their reason: they come from another package. */
function isOutage(error: unknown): boolean {
  if (error instanceof MintmarkError) return error.status >= 500 || error.status === 429
  return reasonOf(error) === 'unavailable'
}

function reasonOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined
}
