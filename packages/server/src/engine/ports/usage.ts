import type { Environment, KeyId, OrganizationId, ProjectId, UserId } from '@mintmark/core'

/** Lengths of time that usage can be told by, in minutes. Buckets are UTC, numbered since 1970. */
export const bucketMinutes = { minute: 1, hour: 60, day: 1_440 } as const

export type UsageBucket = keyof typeof bucketMinutes

/** Whose usage. Null fields restrict nothing. */
export type UsageFilter = {
  readonly keyId: KeyId | null
  readonly projectId: ProjectId | null
  readonly environment: Environment | null
  readonly ownerUserId: UserId | null
}

/** `from` inclusive, `to` exclusive: numbers of buckets. */
export type UsageRange = { readonly bucket: UsageBucket; readonly from: number; readonly to: number }

/** Requests of several keys together, in one bucket, with one outcome. */
export type UsageSum = { readonly at: number; readonly outcome: string; readonly count: number }

/** Requests of one key in a whole range, with one outcome. */
export type KeyUsage = { readonly keyNumber: number; readonly outcome: string; readonly count: number }

/** What a key is called where its usage is told. */
export type NamedKey = { readonly id: KeyId; readonly name: string }

export interface UsageStore {
  /** Numbers of the organization's keys that the filter lets through, ascending. */
  listKeyNumbers(organizationId: OrganizationId, filter: UsageFilter): Promise<readonly number[]>
  /** What these keys did, rolled up or not yet: everything once. */
  sum(keyNumbers: readonly number[], range: UsageRange): Promise<readonly UsageSum[]>
  /** The same, by key instead of by bucket. */
  sumByKey(keyNumbers: readonly number[], range: UsageRange): Promise<readonly KeyUsage[]>
  /** Of those of these keys that the organization has. */
  nameKeys(organizationId: OrganizationId, keyNumbers: readonly number[]): Promise<ReadonlyMap<number, NamedKey>>
}

/** First buckets that are kept: whatever is before them is forgotten. */
export type UsageHorizon = { readonly [bucket in UsageBucket]: number }

/**
 * Usage after it has been counted. Obligations: every count is told once at every instant, whoever rolls up, counts or
 * deletes keys at the same time, on any node; a call touches a bounded number of rows and never delays a verification
 * for more than a slice of 100 of them.
 */
export interface UsageArchive {
  /**
   * Rolls up some of what was counted before this minute. True: there is more of it. What was counted of the last two
   * minutes is left: windows are charged with it after a crash.
   */
  rollUp(beforeMinute: number): Promise<boolean>
  /** Forgets what is before the horizon, of some keys after this number; the last of them, or null: there are no more. */
  forget(horizon: UsageHorizon, afterKeyNumber: number): Promise<number | null>
}
