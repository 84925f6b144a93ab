import type { Environment, EventId, KeyId, WebhookEventType } from '@mintmark/core'
import type { OutboxEvent } from '../ports/outbox.ts'
import type { testEventType } from './event-types.ts'

/** What webhooks are told of: JSON, without secrets, and without who did it: that is the audit trail's. */
export type Told = {
  readonly data: Readonly<Record<string, unknown>>
  /** The key whose data it is: its deletion takes it out of outbox and deliveries. */
  readonly keyId: KeyId | null
  /** Of the key that it tells of. */
  readonly environment: Environment | null
}

export type Announcement = Told & {
  readonly type: WebhookEventType | typeof testEventType
  readonly projectId: string | null
}

/** The body of Standard Webhooks 1.0, made once, so that every attempt sends the same bytes. */
export function createOutboxEvent(announcement: Announcement, id: EventId, atMs: number): OutboxEvent {
  const { type, projectId, keyId, environment, data } = announcement
  const body = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data })
  return { id, type, atMs, projectId, keyId, environment, body }
}
