import type { DeliveryId, EventId, WebhookId } from '@mintmark/core'
import { environmentOf, type CallerIn } from '../caller.ts'
import { isoTime, isoTimeOrNull } from '../keys/key-view.ts'
import type { Delivery, DeliveryStatus } from '../ports/deliveries.ts'
import type { DisabledReason, Webhook } from '../ports/webhooks.ts'
import { permissionToRead } from './event-types.ts'

/** A webhook (API.md section 4, `/v1/webhooks`). */
export type WebhookView = {
  readonly id: WebhookId
  readonly url: string
  readonly events: readonly string[]
  readonly description: string | null
  readonly status: 'enabled' | 'disabled'
  readonly disabledReason: DisabledReason | null
  readonly createdAt: string
}

export type DeliveryView = {
  readonly id: DeliveryId
  readonly eventId: EventId
  readonly type: string
  readonly attempt: number
  readonly status: DeliveryStatus
  /** Null for who may not read what the event is about. */
  readonly requestBody: string | null
  readonly responseStatus: number | null
  readonly responseBody: string | null
  readonly error: string | null
  /** When it was tried last, or made. */
  readonly at: string
  readonly nextAttemptAt: string | null
}

export function viewWebhook(webhook: Omit<Webhook, 'number'>): WebhookView {
  const { id, url, events, description, disabled, createdAtMs } = webhook
  return {
    id,
    url,
    events,
    description,
    status: disabled === null ? 'enabled' : 'disabled',
    disabledReason: disabled?.reason ?? null,
    createdAt: isoTime(createdAtMs),
  }
}

export function viewDelivery(caller: CallerIn, delivery: Delivery): DeliveryView {
  const { id, eventId, type, attempt, status, body, responseStatus, responseBody, error } = delivery
  return {
    id,
    eventId,
    type,
    attempt,
    status,
    requestBody: mayReadEvent(caller, delivery) ? body : null,
    responseStatus,
    responseBody,
    error,
    at: isoTime(delivery.attemptedAtMs ?? delivery.createdAtMs),
    nextAttemptAt: isoTimeOrNull(delivery.nextAttemptAtMs),
  }
}

function mayReadEvent(caller: CallerIn, { type, environment }: Delivery): boolean {
  if (caller.kind === 'operator') return true
  const own = environmentOf(caller)
  if (own !== null && environment !== null && environment !== own) return false
  const permission = permissionToRead(type)
  return permission !== null && caller.subject.effective.has(permission)
}
