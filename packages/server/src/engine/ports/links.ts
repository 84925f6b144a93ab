import type { KeyDigest, UserId } from '@mintmark/core'

export type LinkPurpose = 'set-up' | 'password-reset'

/** A link that is good once. */
export type Link = {
  readonly purpose: LinkPurpose
  /** Whose password; null for a set-up, which is nobody's yet. */
  readonly userId: UserId | null
  /** Nobody but who reads the person's mail was given it. */
  readonly wasMailed: boolean
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface LinkStore {
  insert(link: Link & { readonly digest: KeyDigest }): Promise<void>
  find(digests: readonly KeyDigest[]): Promise<Link | null>
  /** How many of a person's are good still. */
  countOf(userId: UserId, nowMs: number): Promise<number>
  /** What it was, for the one caller who took it, under any concurrency. All others for the same person go with it. */
  take(digests: readonly KeyDigest[]): Promise<Link | null>
  /** Takes away all of a person's. */
  deleteOf(userId: UserId): Promise<void>
  /** Takes away some that expired before then; how many. */
  deleteExpiredBefore(beforeMs: number, limit: number): Promise<number>
}
