import type { KeyId, OrganizationId, SecretId, SessionId, SignInId, UserId } from '@mintmark/core'

/** What ends for good. Times are milliseconds UTC. */
export type Ending =
  | { readonly what: 'key revoked' | 'key deleted'; readonly id: KeyId; readonly atMs: number }
  | { readonly what: 'secret ended'; readonly id: SecretId; readonly atMs: number }
  | { readonly what: 'session ended'; readonly id: SessionId; readonly atMs: number }
  | { readonly what: 'sign-in ended'; readonly id: SignInId; readonly atMs: number }
  /** `createdAtMs` because an operator may give the same id again. */
  | {
      readonly what: 'organization deleted'
      readonly id: OrganizationId
      readonly createdAtMs: number
      readonly atMs: number
    }

/** As the journal keeps it: `digest` is 64 hexadecimal characters, made by `digestEnding`. */
export type JournalEntry = { readonly atMs: number; readonly digest: string }

/**
 * Where endings are kept outside the database, so that no backup of it can undo them.
 *
 * Obligations: what is written is synced when `write` resolves. Rejects with `StoreFull` where there is no room; some of
 * it may have been written then. A unit of work writes what it ends before its COMMIT, and calls what `write` resolved to
 * as soon as it is known what became of it: until then the entry does not count as being in the database.
 */
export interface Journal {
  write(entries: readonly JournalEntry[], options?: JournalWrite): Promise<() => void>
}

export type JournalWrite = {
  /** It has happened already: what there is no room for now is owed, and written before anything else. */
  readonly isCommitted?: boolean
}

/** For a database that is gone with its process. */
export const noJournal: Journal = { write: async () => () => {} }

/** A journal that the database knows: another than these has nothing to say about it. */
export type KnownJournal = {
  readonly id: string
  /** All that the journal holds before this position is in this state of the database. */
  readonly position: number
  /** When its node last wrote here, by the authority's clock. */
  readonly seenAtMs: number
}

/** Rows that may have ended, in the order of `number`, for a replay. */
export type EndableKey = {
  readonly number: number
  readonly id: KeyId
  readonly organizationId: OrganizationId | null
  readonly isRevoked: boolean
}
export type EndableSecret = {
  readonly number: number
  readonly id: SecretId
  readonly endsAtMs: number | null
  readonly keyId: KeyId
  readonly organizationId: OrganizationId | null
}
export type EndableSession = {
  readonly number: number
  readonly id: SessionId
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly expiresAtMs: number
}
export type EndableSignIn = { readonly number: number; readonly id: SignInId; readonly expiresAtMs: number }
export type EndableOrganization = {
  readonly number: number
  readonly id: OrganizationId
  readonly createdAtMs: number
}

/** Every method but `endSessions` asks for a unit of work of every organization. */
export interface JournalStore {
  /** What this unit of work ends is in a journal already. */
  replay(): void
  list(): Promise<readonly KnownJournal[]>
  /** Makes it known, or moves its position. */
  put(journal: KnownJournal): Promise<void>
  forget(ids: readonly string[]): Promise<void>
  /** Counts up, and answers the count: a restored database comes to one that somebody has seen already. */
  beat(step: number): Promise<number>
  beats(): Promise<number>
  listKeys(after: number, limit: number): Promise<readonly EndableKey[]>
  listSecrets(after: number, limit: number): Promise<readonly EndableSecret[]>
  listSessions(after: number, limit: number): Promise<readonly EndableSession[]>
  listSignIns(after: number, limit: number): Promise<readonly EndableSignIn[]>
  listOrganizations(after: number, limit: number): Promise<readonly EndableOrganization[]>
  /**
   * Every session of this unit of work's organization ends now, or, of all of them, with every sign-in; how many
   * sessions there were.
   */
  endSessions(atMs: number): Promise<number>
}
