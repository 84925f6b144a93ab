import type { InvitationId, KeyDigest, OrganizationId, UserId } from '@mintmark/core'
import type { Page } from './storage.ts'

export type Invitation = {
  readonly number: number
  readonly id: InvitationId
  readonly organizationId: OrganizationId
  readonly email: string
  readonly role: string
  readonly createdAtMs: number
  /** Null: the operator invited. */
  readonly createdByUserId: UserId | null
  readonly expiresAtMs: number
}

export interface InvitationStore {
  /** False, and nothing changed, when this address, in whatever case, has an invitation to this organization already. */
  insert(
    invitation: Omit<Invitation, 'number'> & { readonly digest: KeyDigest; readonly pepperVersion: string },
  ): Promise<boolean>
  find(organizationId: OrganizationId, id: InvitationId): Promise<Invitation | null>
  /** By its token's digest. Several, because a token may be looked for under two peppers. */
  findByDigest(digests: readonly KeyDigest[]): Promise<Invitation | null>
  list(organizationId: OrganizationId, page: Page): Promise<readonly Invitation[]>
  /** True for the one caller who took it: a token is good once, under any concurrency. */
  take(organizationId: OrganizationId, id: InvitationId): Promise<boolean>
  /** Takes away what has expired, so that the address can be invited again. */
  deleteExpired(organizationId: OrganizationId, nowMs: number): Promise<void>
}
