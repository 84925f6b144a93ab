import type { OrganizationId, UserId } from '@mintmark/core'
import type { Page } from './storage.ts'

export type MemberStatus = 'active' | 'suspended'

export type Member = {
  readonly number: number
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly role: string
  readonly status: MemberStatus
  readonly email: string | null
  readonly name: string | null
  readonly createdAtMs: number
  /** Written by the activity store, at most 5 s behind. */
  readonly lastSeenAtMs: number | null
}

export type MemberChange = Partial<Pick<Member, 'role' | 'status' | 'email' | 'name'>>

export type Membership = {
  readonly organizationId: OrganizationId
  readonly organizationName: string
  readonly role: string
}

export interface MemberStore {
  /** False, and nothing changed, when this user is a member already. */
  insert(member: Omit<Member, 'number' | 'lastSeenAtMs'>): Promise<boolean>
  find(organizationId: OrganizationId, userId: UserId): Promise<Member | null>
  /**
   * Like `find`, and holds the member's lock until the transaction ends (FOR NO KEY UPDATE). Everything that can
   * raise a member's count of keys takes this lock first and counts by a later statement.
   */
  lock(organizationId: OrganizationId, userId: UserId): Promise<Member | null>
  list(organizationId: OrganizationId, page: Page): Promise<readonly Member[]>
  /** Those whose name or address has the text in it (case-insensitive), or whose id is it; newest first. */
  search(
    organizationId: OrganizationId,
    query: { readonly text: string; readonly limit: number },
  ): Promise<readonly Member[]>
  /** Where this user is an active member, by the organization's name; of suspended organizations too. */
  listOrganizations(userId: UserId, limit: number): Promise<readonly Membership[]>
  /** Locks, in a fixed order, all members whose role is in `roles` and who are active, and counts them. */
  lockActiveWithRoles(organizationId: OrganizationId, roles: readonly string[]): Promise<readonly UserId[]>
  update(organizationId: OrganizationId, userId: UserId, change: MemberChange): Promise<void>
  /** Deletes the member and his sessions. His keys must have been dealt with before. */
  delete(organizationId: OrganizationId, userId: UserId): Promise<void>
}
