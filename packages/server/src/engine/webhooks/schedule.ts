import type { DeliveryStatus } from '../ports/deliveries.ts'
import type { WebhookHealth } from '../ports/dispatch.ts'
import type { DisabledReason } from '../ports/webhooks.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** How long after each attempt that failed the next one is made, at the earliest. */
const pausesMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const

export const maxAttempts = pausesMs.length + 1

/** Up to so much of a pause is added to it, so that what failed together is not tried together. */
const jitter = 0.2

/** A webhook that lets nothing through rests so long at most, whatever waits for it. */
const longestRestMs = 5 * minuteMs

/**
 * Nothing got through for so long, with as many failures as one event alone has by then: it is switched off. Fewer may
 * lie days apart, with what was to be tried between them erased.
 */
export const toleratedFailureMs = 72 * hourMs

/** 410 Gone: who answers it wants to hear nothing more. */
const goneStatus = 410

/**
 * What follows an attempt. Any 2xx is success; a redirect is none, and is not followed.
 * @param attempt which one it was, from 1
 * @param chance from 0 to below 1
 */
export function afterAttempt(
  attempt: number,
  responseStatus: number | null,
  nowMs: number,
  chance: number,
): { readonly status: DeliveryStatus; readonly nextAttemptAtMs: number | null } {
  if (isSuccess(responseStatus)) return { status: 'delivered', nextAttemptAtMs: null }
  const pauseMs = responseStatus === goneStatus ? undefined : pausesMs[attempt - 1]
  if (pauseMs === undefined) return { status: 'failed', nextAttemptAtMs: null }
  return { status: 'pending', nextAttemptAtMs: nowMs + Math.ceil(pauseMs * (1 + jitter * chance)) }
}

export type AfterTurn = {
  readonly health: WebhookHealth
  /** Nothing more is sent to it before. */
  readonly restUntilMs: number
  /** Why it is to be switched off; null: it is not. */
  readonly disable: DisabledReason | null
}

/** What follows a turn: one delivery that got through is enough for good health. */
export function afterTurn(
  before: WebhookHealth,
  responseStatuses: readonly (number | null)[],
  nowMs: number,
): AfterTurn {
  if (responseStatuses.includes(goneStatus)) return { health: before, restUntilMs: nowMs, disable: 'gone' }
  if (responseStatuses.length === 0) return { health: before, restUntilMs: nowMs, disable: null }
  if (responseStatuses.some(isSuccess)) {
    return { health: { failures: 0, failingSinceMs: null }, restUntilMs: nowMs, disable: null }
  }
  const failures = before.failures + 1
  const failingSinceMs = before.failingSinceMs ?? nowMs
  return {
    health: { failures, failingSinceMs },
    restUntilMs: nowMs + Math.min(pausesMs[failures - 1] ?? longestRestMs, longestRestMs),
    disable: failures >= maxAttempts && nowMs - failingSinceMs >= toleratedFailureMs ? 'failing' : null,
  }
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}
