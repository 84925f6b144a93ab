import type { KeyDigest, OrganizationId } from '@mintmark/core'

/** A sign-in for a program that has no browser (RFC 8628), from its first word to its session token. */
export type DeviceSignIn = {
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly polledAtMs: number | null
  readonly intervalSeconds: number
  readonly decision: 'approved' | 'denied' | null
  /** Whose sign-in approved it, and for which organization. */
  readonly signInNumber: number | null
  readonly organizationId: OrganizationId | null
}

export interface DeviceSignInStore {
  /** False, and nothing changed, where the user code is another's. */
  insert(begun: {
    readonly digest: KeyDigest
    readonly userCodeDigest: KeyDigest
    readonly createdAtMs: number
    readonly expiresAtMs: number
    readonly intervalSeconds: number
  }): Promise<boolean>
  /** Holds its lock until the unit of work ends. */
  lock(digests: readonly KeyDigest[]): Promise<DeviceSignIn | null>
  /** True for the one who decided: what is decided, expired or unknown stays as it is. */
  decide(
    userCodeDigests: readonly KeyDigest[],
    decision:
      | { readonly decision: 'denied' }
      | { readonly decision: 'approved'; readonly signInNumber: number; readonly organizationId: OrganizationId },
    nowMs: number,
  ): Promise<boolean>
  poll(digests: readonly KeyDigest[], atMs: number, intervalSeconds: number): Promise<void>
  delete(digests: readonly KeyDigest[]): Promise<void>
  deleteExpiredBefore(beforeMs: number, limit: number): Promise<number>
}
