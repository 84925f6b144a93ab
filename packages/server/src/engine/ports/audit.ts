import type { ChainDigest, EventId, KeyId, OrganizationId } from '@mintmark/core'
import type { Actor } from '../actor.ts'

/** The chain of an organization, or the installation's own, for what the operator does outside any organization. */
export type ChainName = OrganizationId | 'installation'

export type NewAuditEvent = {
  readonly id: EventId
  readonly atMs: number
  readonly action: string
  readonly actor: Actor
  readonly target: { readonly type: string; readonly id: string }
  readonly projectId: string | null
  /** Canonical JSON text of the whole event. */
  readonly payload: string
  readonly salt: Uint8Array
  readonly payloadDigest: ChainDigest
}

export type AuditHead = { readonly sequence: number; readonly digest: ChainDigest }

export interface AuditStore {
  /**
   * Appends events to the chain: the last statements of a transaction, because they lock the chain's head. Sequence
   * and digest come from the head row, never from a database sequence.
   */
  append(chain: ChainName, events: readonly NewAuditEvent[]): Promise<void>
  /** Empties payload, salt and every searchable column of the events about this key; returns their sequences. */
  eraseTarget(chain: ChainName, keyId: KeyId): Promise<readonly number[]>
  /** Events done by this key, with their payloads, so that its id in them can be replaced. */
  listByActor(
    chain: ChainName,
    keyId: KeyId,
  ): Promise<readonly { readonly sequence: number; readonly payload: string }[]>
  /** Replaces payload, salt and actor of one event. Its place in the chain and first digest stay. */
  rewrite(
    chain: ChainName,
    sequence: number,
    event: { readonly payload: string; readonly salt: Uint8Array; readonly actor: Actor },
  ): Promise<void>
  head(chain: ChainName): Promise<AuditHead | null>
}
