import type { OrganizationId, UserId } from '@mintmark/core'

/** When each member minted. Survives the deletion of keys, so that deleting does not give back a day's mint. */
export interface MintLogStore {
  append(organizationId: OrganizationId, userId: UserId, atMs: number): Promise<void>
  /** Deletes some mints of before then, oldest first; how many. */
  deleteBefore(beforeMs: number, limit: number): Promise<number>
  /** How many mints after `sinceMs`, and when the oldest and the `nth` newest of them were. Call under the member's lock. */
  recent(
    organizationId: OrganizationId,
    userId: UserId,
    options: { readonly sinceMs: number; readonly nth: number },
  ): Promise<{ readonly count: number; readonly oldestAtMs: number | null; readonly nthNewestAtMs: number | null }>
}
