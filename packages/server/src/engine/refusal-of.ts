import { wholeSeconds, type Refusal } from '@mintmark/core'
import { StoreUnavailable } from './ports/unavailable.ts'
import { RefusedError, type InputFault } from './refused.ts'

/** What a caller waits when an outage tells nothing better. */
const outageRetryMs = 1000

/** What a thrown error is to the caller. Null: a fault of ours, of which he is told nothing. */
export function refusalOf(
  error: unknown,
): { readonly refusal: Refusal; readonly faults: readonly InputFault[]; readonly retryAfterMs: number | null } | null {
  if (error instanceof RefusedError) {
    const { refusal, faults, retryAfterMs } = error
    return { refusal, faults, retryAfterMs }
  }
  if (error instanceof StoreUnavailable) {
    const values = { retryAfterSeconds: wholeSeconds(outageRetryMs) }
    return { refusal: { reason: 'unavailable', values }, faults: [], retryAfterMs: outageRetryMs }
  }
  return null
}
