import type { Reason } from '@mintmark/core'

/** Why an attempt did not succeed. Status null: no answer came. */
export type Failure = {
  readonly status: number | null
  readonly reason: Reason | null
  readonly retryAfterSeconds: number | null
}

/** A server that asks for more patience than this is told of instead: nobody waits so long without knowing. */
const longestRetryAfterSeconds = 30
const firstWaitMs = 200
const longestWaitMs = 5_000

/**
 * How long to wait before a request is sent again, in milliseconds; null: not again.
 * Never shorter than the server asked, and never the same for two clients: what they waited for would break anew.
 *
 * @param attempt attempts made, 1 or more
 * @param random from 0 to 1, 1 excluded
 */
export function retryWaitMs(failure: Failure, attempt: number, random: number): number | null {
  if (!isPassing(failure)) return null
  const { retryAfterSeconds } = failure
  const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1))
  if (retryAfterSeconds === null) return backoffMs * (0.5 + random / 2)
  if (retryAfterSeconds > longestRetryAfterSeconds) return null
  return retryAfterSeconds * 1000 + backoffMs * random
}

/** Whether the same request may succeed in a moment. Of a limit of a day that is not to be hoped. */
function isPassing({ status, reason }: Failure): boolean {
  if (status === null || status >= 500) return true
  return status === 429 && reason !== 'creation_limit'
}
