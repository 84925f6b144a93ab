import type { ChainDigest, Environment, EventId, KeyId, OrganizationId } from '@mintmark/core'
import type { Actor } from '../actor.ts'
import type { Page } from './storage.ts'

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

/** What is searched by: it repeats the payload, and is emptied with it. */
export type AuditColumns = {
  readonly id: string | null
  readonly atMs: number | null
  readonly action: string | null
  readonly actorType: string | null
  readonly actorId: string | null
  readonly targetType: string | null
  readonly targetId: string | null
  readonly projectId: string | null
}

/** An event as it is stored: whatever stands there, by whomever it was written. */
export type AuditRecord = AuditHead & {
  readonly payload: string | null
  readonly salt: Uint8Array | null
  readonly payloadDigest: ChainDigest
  readonly columns: AuditColumns
}

/** The action of the event that says up to which one, and what its digest was, a chain has been forgotten. */
export const forgettingAction = 'audit_events.forgotten'

/** Null fields restrict nothing. `fromMs` is in it, `toMs` is not. */
export type AuditFilter = {
  readonly action: string | null
  readonly actorId: string | null
  readonly targetId: string | null
  readonly projectId: string | null
  /** Leaves out what is about the keys that there are of the other environment. */
  readonly environment: Environment | null
  readonly fromMs: number | null
  readonly toMs: number | null
}

/**
 * Events that match, newest first. `nextBefore`: the sequence from which to look on, null where nothing older is left.
 * A page may have fewer than asked for, or none, and yet a `nextBefore`: only so many events are looked through at once.
 */
export type AuditPage = { readonly records: readonly AuditRecord[]; readonly nextBefore: number | null }

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
  /** What the first event of every chain of this installation follows. */
  readonly origin: ChainDigest
  /** Erased events match nothing. */
  list(chain: ChainName, filter: AuditFilter, page: Page): Promise<AuditPage>
  /** The events that follow `after`, oldest first; null: from the very first row there is. */
  read(chain: ChainName, after: number | null, limit: number): Promise<readonly AuditRecord[]>
  /** One event, whatever became of it. */
  find(chain: ChainName, sequence: number): Promise<AuditRecord | null>
  /** The head, and the last sequence that there is an event of (0: none), at one instant. */
  tail(chain: ChainName): Promise<{ readonly head: AuditHead | null; readonly lastSequence: number }>
  /**
   * The last of the events that are older than `beforeMs`, from the first one on without a gap, `limit` at most: what
   * may be forgotten together. Null: nothing is old but what says what has been forgotten (`forgettingAction`).
   */
  oldest(chain: ChainName, beforeMs: number, limit: number): Promise<AuditHead | null>
  /** Deletes the events up to this one; how many there were. */
  forget(chain: ChainName, throughSequence: number): Promise<number>
  /**
   * The first chain by name after `after` (null: of all): with a head, with events, or of what should have both: an
   * organization, or the installation.
   */
  nextChain(after: string | null): Promise<ChainName | null>
}
