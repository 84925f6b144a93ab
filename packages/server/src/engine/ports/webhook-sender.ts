/** One POST to an address of somebody else's. */
export type OutgoingRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came of it: an answer, whatever its status, or why there was none. */
export type OutgoingAnswer =
  | { readonly status: number; readonly body: string; readonly error: null }
  | { readonly status: null; readonly body: null; readonly error: string }

/**
 * Obligations: it connects to no address that `mayReach` refuses, judged by the bytes of the address it connects to; it
 * follows no redirect; whatever the other side does, it answers within 15 s and keeps 1 KiB of what was said. Never
 * rejects but with the reason of `signal`.
 */
export type SendWebhook = (request: OutgoingRequest, signal: AbortSignal) => Promise<OutgoingAnswer>
