import {
  createAnswerRefusal,
  guardMessages,
  rateLimitHeaders,
  type AnswerRefusal,
  type Contract,
  type Refusal,
  type RefusalAnswer,
} from '@mintmark/core'
import type { Verdict } from '../verdict.ts'
import type { Fault } from '../errors.ts'
import type { Outage } from './verifier.ts'

/** What a contract says of how to refuse. */
export type Terms = { readonly contract: Contract; readonly answer: AnswerRefusal }

export function termsOf(contract: Contract): Terms {
  return { contract, answer: createAnswerRefusal(contract.errors, guardMessages(contract)) }
}

/** As long as the contract is unknown. */
export const termless: Pick<Terms, 'answer'> = { answer: createAnswerRefusal('problem', {}) }

/** A refusal, and what it says besides its reason. */
export type Denial = Refusal & {
  readonly retryAfterSeconds?: number | null
  /** The methods that the path takes, for 405. */
  readonly allow?: readonly string[]
  /** What is wrong where, for 400. */
  readonly faults?: readonly Fault[]
}

type RefuseDetails = {
  readonly hasCredential: boolean
  /** The verdict before it, which spent from a window. */
  readonly verdict?: Verdict
}

/** A decision that refuses, with everything to answer. */
export function refuse(
  { answer }: Pick<Terms, 'answer'>,
  { retryAfterSeconds = null, allow = [], faults = [], ...refusal }: Denial,
  { hasCredential, verdict }: RefuseDetails,
): { readonly context: null; readonly refusal: RefusalAnswer } {
  const requestId = crypto.randomUUID()
  const { status, headers, body } = answer(refusal, { requestId, retryAfterSeconds, hasCredential, faults })
  const more = [...(allow.length > 0 ? ['Allow', allow.join(', ')] : []), ...(verdict ? limitHeaders(verdict) : [])]
  return { context: null, refusal: { status, headers: [...headers, ...more], body } }
}

/** The limit headers of whoever has a window. */
export function limitHeaders({ rateLimit }: Verdict): readonly string[] {
  return rateLimit === null ? [] : rateLimitHeaders(rateLimit)
}

/** What a verdict refused, in the sentence that was found for it. */
export function refusalOf({ reason, message, rateLimit }: Verdict): Denial {
  const retryAfterSeconds = reason === 'rate_limit' && rateLimit !== null ? rateLimit.retryAfterSeconds : null
  return { reason: reason ?? 'forbidden', ...(message !== null && { message }), retryAfterSeconds }
}

/** Of a path that the policy lacks, or takes by other methods. */
export function unlisted(methods: readonly string[]): Denial {
  if (methods.length === 0) return { reason: 'not_found' }
  return { reason: 'method_not_allowed', message: `This path takes ${methods.join(', ')}.`, allow: methods }
}

/** Seconds after which an outage may be over, where nobody says. */
const outageRetrySeconds = 1

export function unavailable(outage: Outage): Denial {
  const retryAfterSeconds = outage.retryAfterSeconds ?? outageRetrySeconds
  return { reason: 'unavailable', values: { retryAfterSeconds }, retryAfterSeconds }
}
