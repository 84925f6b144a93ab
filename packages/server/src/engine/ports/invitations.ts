import type { InvitationId, KeyDigest, OrganizationId, UserId } from '@mintmark/core'
import type { Page } from './storage.ts'

export type Invitation = {
  readonly number: number
  readonly id: InvitationId
  readonly organizationId: OrganizationId
  readonly email: string
  readonly role: string
  readonly createdAtMs: number
  /** Null: the operator invited, or a key that the organization owns. */
  readonly createdByUserId: UserId | null
  readonly expiresAtMs: number
  /** Nobody but who reads that address's mail was told the token. */
  readonly wasMailed: boolean
}

export type NewInvitation = Omit<Invitation, 'number' | 'wasMailed'> & {
  readonly digest: KeyDigest
  readonly pepperVersion: string
  /** Default: false. */
  readonly wasMailed?: boolean
}

export interface InvitationStore {
  /** False, and nothing changed, when this address, in whatever case, has an invitation to this organization already. */
  insert(invitation: NewInvitation): Promise<boolean>
  find(organizationId: OrganizationId, id: InvitationId): Promise<Invitation | null>
  /** By its token's digest. Several, because a token may be looked for under two peppers. */
  findByDigest(digests: readonly KeyDigest[]): Promise<Invitation | null>
  /** Those that are open: not expired at `nowMs`. */
  list(organizationId: OrganizationId, nowMs: number, page: Page): Promise<readonly Invitation[]>
  /** True for the one caller who took it: a token is good once, under any concurrency. */
  take(organizationId: OrganizationId, id: InvitationId): Promise<boolean>
  /** Takes away what has expired, so that the address can be invited again. */
  deleteExpired(organizationId: OrganizationId, nowMs: number): Promise<void>
  /** Takes away some that expired before then, whoever's, longest expired first; how many. */
  deleteExpiredBefore(beforeMs: number, limit: number): Promise<number>
}
