import type { KeyDigest } from '@mintmark/core'

/** Last use of a secret. */
export type Use = {
  readonly secretNumber: number
  readonly keyNumber: number
  readonly atMs: number
  readonly ip: string | null
}

/** Requests of one key in one minute with one outcome (`accepted` or a reason). */
export type UsageCount = {
  readonly keyNumber: number
  readonly minute: number
  readonly outcome: string
  readonly count: number
}

/** A secret found under the previous pepper, to be kept under the current one. */
export type Rekeying = {
  readonly table: 'key' | 'session'
  readonly previous: KeyDigest
  readonly current: KeyDigest
  readonly pepperVersion: string
}

/** A batch of so many rows is written whole or not at all. */
export const maxAtomicRows = 100

/** A window of a process's memory, as bytes. */
export type SavedWindow = { readonly keyId: string; readonly bytes: Uint8Array }

/**
 * The data plane's only writes. Obligations: it can change nothing but usage, activity and the digest of a re-keyed
 * secret; it never inserts for a key that is gone (no resurrection); a batch of up to `maxAtomicRows` is atomic, a larger
 * one may be cut; it never blocks a verification for more than a slice of 100 rows.
 */
export interface ActivityStore {
  record(batch: {
    readonly uses: readonly Use[]
    readonly counts: readonly UsageCount[]
    readonly rekeyings: readonly Rekeying[]
  }): Promise<void>
  /** Saves windows at a drain. Only when it resolves are they all there. */
  saveWindows(windows: Iterable<SavedWindow>): Promise<void>
  /** What was saved; taking removes it. `areAll` is false where no save was finished since they were taken last. */
  takeWindows(): Promise<{ readonly areAll: boolean; readonly windows: readonly SavedWindow[] }>
  /** Accepted and access-refused requests of each key since then: what a window must be charged after a crash. */
  countsSince(minute: number): Promise<readonly { readonly keyId: string; readonly count: number }[]>
}
