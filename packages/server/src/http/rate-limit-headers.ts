import { wholeSeconds, type WindowDecision } from '@mintmark/core'

/**
 * The headers that every answer to a recognised, active key carries, as name, value, name, value: the well-known
 * `X-RateLimit-*` (Reset in seconds until the window is empty again), and the fields of the IETF draft
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateLimitHeaders(window: WindowDecision): string[] {
  const resetSeconds = Math.ceil(window.resetMs / 1000)
  // Refused: in the draft's words the quota comes back (for this request) when Retry-After says.
  const waitSeconds = window.admitted ? resetSeconds : wholeSeconds(window.retryAfterMs)
  return [
    'X-RateLimit-Limit',
    `${window.limit}`,
    'X-RateLimit-Remaining',
    `${window.remaining}`,
    'X-RateLimit-Reset',
    `${resetSeconds}`,
    'RateLimit-Policy',
    `"default";q=${window.limit};w=${window.windowMs / 1000}`,
    'RateLimit',
    `"default";r=${window.remaining};t=${waitSeconds}`,
  ]
}
