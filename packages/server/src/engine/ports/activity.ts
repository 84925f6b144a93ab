import type { KeyDigest, OrganizationId, UserId } from '@mintmark/core'

/** Last use of a secret. */
export type Use = {
  readonly secretNumber: number
  readonly keyNumber: number
  readonly atMs: number
  readonly ip: string | null
  /** The User-Agent, where it was there to see. */
  readonly agent: string | null
}

/** When a member was last there, by a session or with an operator acting for him. */
export type Sighting = { readonly organizationId: OrganizationId; readonly userId: UserId; readonly atMs: number }

/** Requests of one key in one minute with one outcome (`accepted` or a reason). */
export type UsageCount = {
  readonly keyNumber: number
  readonly minute: number
  readonly outcome: string
  readonly count: number
}

/**
 * A secret found under the previous pepper, or under what another system stored of it, to be kept under the current
 * pepper's digest of itself. `import`: the digest by which an imported key is known again.
 */
export type Rekeying = {
  readonly table: 'key' | 'session' | 'import'
  readonly previous: KeyDigest
  readonly current: KeyDigest
  readonly pepperVersion: string
}

/** What is written together. */
export type ActivityBatch = {
  readonly uses: readonly Use[]
  readonly counts: readonly UsageCount[]
  readonly rekeyings: readonly Rekeying[]
  /** Default: none. */
  readonly sightings?: readonly Sighting[]
}

/** A batch of so many rows is written whole or not at all. */
export const maxAtomicRows = 100

/** A window of a process's memory, as bytes. */
export type SavedWindow = { readonly keyId: string; readonly bytes: Uint8Array }

/**
 * The data plane's only writes. Obligations: it can change nothing but usage, activity and the digest of a re-keyed
 * secret; it never inserts for a key or member that is gone (no resurrection); a batch of up to `maxAtomicRows` is
 * atomic, a larger one may be cut; it never blocks a verification for more than a slice of 100 rows.
 */
export interface ActivityStore {
  /**
   * Where it rejects, it may be unknown whether the batch was written. Given the same object again it counts it once,
   * whatever had become of it.
   */
  record(batch: ActivityBatch): Promise<void>
  /** Saves windows at a drain. Only when it resolves are they all there. */
  saveWindows(windows: Iterable<SavedWindow>): Promise<void>
  /** What was saved; taking removes it. `areAll` is false where no save was finished since they were taken last. */
  takeWindows(): Promise<{ readonly areAll: boolean; readonly windows: readonly SavedWindow[] }>
  /** Accepted and access-refused requests of each key since then: what a window must be charged after a crash. */
  countsSince(minute: number): Promise<readonly { readonly keyId: string; readonly count: number }[]>
}
