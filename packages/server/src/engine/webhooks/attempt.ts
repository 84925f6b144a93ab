import type { Random } from '../ports/clock.ts'
import type { Attempted, DueDelivery } from '../ports/dispatch.ts'
import type { OutgoingAnswer, OutgoingRequest } from '../ports/webhook-sender.ts'
import type { Webhook } from '../ports/webhooks.ts'
import { afterAttempt } from './schedule.ts'
import { signatureTime, signWebhook } from './signature.ts'

export type Sender = {
  readonly version: string
  /** Those in force, the current one first. */
  readonly secrets: readonly Uint8Array[]
  readonly nowMs: number
}

/** One event as Standard Webhooks 1.0 sends it. */
export function requestOf({ url }: Webhook, delivery: DueDelivery, sender: Sender): OutgoingRequest {
  const { eventId: id, body } = delivery
  const timestamp = signatureTime(sender.nowMs)
  const headers = {
    'content-type': 'application/json',
    'user-agent': `Mintmark/${sender.version}`,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signWebhook({ id, timestamp, body }, sender.secrets),
  }
  return { url, headers, body }
}

export type Answered = { readonly delivery: DueDelivery; readonly answer: OutgoingAnswer }

/** What becomes of a delivery by its answer. */
export function attemptedOf({ delivery, answer }: Answered, nowMs: number, random: Random): Attempted {
  return {
    delivery,
    ...afterAttempt(delivery.attempt + 1, answer.status, nowMs, chanceOf(random)),
    attemptedAtMs: nowMs,
    responseStatus: answer.status,
    responseBody: answer.body,
    error: answer.error,
  }
}

/** From 0 to below 1. */
function chanceOf(random: Random): number {
  return (random(1)[0] ?? 0) / 256
}
