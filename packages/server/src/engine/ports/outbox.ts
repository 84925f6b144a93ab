import type { Environment, EventId, KeyId, OrganizationId } from '@mintmark/core'

/** What other systems are to hear of, as it will be sent, to the byte. */
export type OutboxEvent = {
  /** The same as that of the audit event beside it, where there is one. */
  readonly id: EventId
  readonly type: string
  readonly atMs: number
  readonly projectId: string | null
  /** The key whose data is in the body. */
  readonly keyId: KeyId | null
  /** Of the key that it tells of; null where it tells of none. */
  readonly environment: Environment | null
  readonly body: string
}

/** What is to be sent: events that are not deliveries yet, and deliveries that are to be attempted. */
export type Backlog = {
  readonly events: number
  readonly deliveries: number
  /** Of the oldest of both; 0 where there is none. */
  readonly oldestAgeMs: number
}

export type HeardKey = {
  readonly keyNumber: number
  readonly organizationId: OrganizationId
  readonly keyId: KeyId
}

export interface OutboxStore {
  /**
   * Keeps events exactly when this transaction commits, for the organization's endpoints that are enabled then; where
   * there is none, keeps nothing.
   */
  append(organizationId: OrganizationId, events: readonly OutboxEvent[]): Promise<void>
  /** Of these keys, each once, those of organizations that have an enabled webhook whose subscription hears of it. */
  listHeard(keyNumbers: readonly number[], hears: (events: readonly string[]) => boolean): Promise<readonly HeardKey[]>
  /** When an event of this type about this key was kept last, of those that are still there. Call under the key's lock. */
  lastAtMs(organizationId: OrganizationId, keyId: KeyId, type: string): Promise<number | null>
  /** Of all organizations: asks for a unit of work of every one. */
  backlog(nowMs: number): Promise<Backlog>
  /** Deletes every event with data of this key, and all that is known of sending it. */
  eraseKey(organizationId: OrganizationId, keyId: KeyId): Promise<void>
}
