import type { WindowDecision } from './sliding-window.ts'
import { wholeSeconds } from './verdict.ts'

/** The state of a window as answers show it. */
export type RateLimit = {
  readonly limit: number
  readonly remaining: number
  /** Whole seconds until the window is empty again. */
  readonly resetSeconds: number
  /** 0 where the request was admitted, else 1 or more. */
  readonly retryAfterSeconds: number
  readonly windowSeconds: number
}

export function rateLimitOf(window: WindowDecision): RateLimit {
  return {
    limit: window.limit,
    remaining: window.remaining,
    resetSeconds: Math.ceil(window.resetMs / 1000),
    retryAfterSeconds: window.admitted ? 0 : wholeSeconds(window.retryAfterMs),
    windowSeconds: window.windowMs / 1000,
  }
}

/**
 * The headers that every answer to a recognised, active key carries, as name, value, name, value: the well-known
 * `X-RateLimit-*` (Reset in seconds until the window is empty again), and the fields of the IETF draft
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateLimitHeaders(rateLimit: RateLimit): string[] {
  const { limit, remaining, resetSeconds, retryAfterSeconds, windowSeconds } = rateLimit
  // Refused: in the draft's words the quota comes back (for this request) when Retry-After says.
  const waitSeconds = retryAfterSeconds > 0 ? retryAfterSeconds : resetSeconds
  return [
    'X-RateLimit-Limit',
    `${limit}`,
    'X-RateLimit-Remaining',
    `${remaining}`,
    'X-RateLimit-Reset',
    `${resetSeconds}`,
    'RateLimit-Policy',
    `"default";q=${limit};w=${windowSeconds}`,
    'RateLimit',
    `"default";r=${remaining};t=${waitSeconds}`,
  ]
}
