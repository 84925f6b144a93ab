import type { DeliveryId, Environment, EventId } from '@mintmark/core'
import type { OutboxEvent } from './outbox.ts'
import type { Page } from './storage.ts'
import type { Webhook } from './webhooks.ts'

/** `pending`: it will be tried at `nextAttemptAtMs`; the other two are the end of it, unless somebody asks again. */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed'

/** One event on its way to one webhook. */
export type Delivery = {
  readonly number: number
  readonly id: DeliveryId
  readonly eventId: EventId
  readonly type: string
  /** Of the key that the event tells of; null where it tells of none. */
  readonly environment: Environment | null
  /** As it is sent, to the byte. */
  readonly body: string
  readonly status: DeliveryStatus
  /** Attempts made. What follows is of the last one. */
  readonly attempt: number
  readonly createdAtMs: number
  readonly attemptedAtMs: number | null
  readonly responseStatus: number | null
  /** The first 1,024 bytes, as text. */
  readonly responseBody: string | null
  /** Why there was no answer. */
  readonly error: string | null
  readonly nextAttemptAtMs: number | null
}

/** Which are sent is `DispatchStore`'s. Webhooks must have been found, or locked, in their organization before. */
export interface DeliveryStore {
  find(webhook: Webhook, id: DeliveryId): Promise<Delivery | null>
  list(webhook: Webhook, page: Page): Promise<readonly Delivery[]>
  /** An event for this webhook alone, due at once. */
  insert(webhook: Webhook, event: OutboxEvent, id: DeliveryId): Promise<Delivery>
  /** Makes it due at that time, whatever became of it. */
  sendAgain(webhook: Webhook, delivery: Delivery, atMs: number): Promise<void>
}
