import { decideAccess, type Circumstances, type Demand, type Subject } from './access.ts'
import { isoSeconds, type Refusal } from './errors.ts'
import type { WindowDecision } from './sliding-window.ts'

/** What makes a full, recognised secret good or not at an instant. All times are milliseconds UTC. */
export type SecretStanding = {
  readonly keyRevokedAtMs: number | null
  readonly keyExpiresAtMs: number | null
  /** When a rotation or its owner ended, or will end, this one secret. */
  readonly secretEndsAtMs: number | null
}

/**
 * First stage, 401: is the secret still good? A bound is exclusive: at the very instant it has passed.
 * Only the holder of the full secret gets these reasons; all else is `invalid_key`.
 */
export function refuseStanding(standing: SecretStanding, nowMs: number): Refusal | null {
  if (standing.keyRevokedAtMs !== null) return { reason: 'key_revoked' }
  if (standing.secretEndsAtMs !== null && nowMs >= standing.secretEndsAtMs) return { reason: 'key_revoked' }
  if (standing.keyExpiresAtMs !== null && nowMs >= standing.keyExpiresAtMs) return { reason: 'key_expired' }
  return null
}

/** Second stage, 429: did the window admit the request? */
export function refuseWindow(window: WindowDecision, nowMs: number): Refusal | null {
  if (window.admitted) return null
  const { limit, retryAfterMs } = window
  return {
    reason: 'rate_limit',
    values: { limit, retryAfterSeconds: wholeSeconds(retryAfterMs), resetAt: isoSeconds(nowMs + retryAfterMs) },
  }
}

/** A recognised credential in good standing, and what is asked of it. */
export type Case = Circumstances & {
  readonly subject: Subject
  readonly demand: Demand
  /** Null for a session, which has none. */
  readonly window: WindowDecision | null
  readonly nowMs: number
}

/**
 * The order after the credential was recognised: 429, then 403. A request that access refuses has spent from the window
 * all the same.
 */
export function judge(judged: Case): Refusal | null {
  const { window, nowMs } = judged
  const refusal = window === null ? null : refuseWindow(window, nowMs)
  return refusal ?? decideAccess(judged.subject, judged.demand, judged)
}

/** Whole seconds to wait, at least 1, as Retry-After wants them (RFC 9110 section 10.2.3). */
export function wholeSeconds(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 1000))
}
