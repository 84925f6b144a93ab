import type {
  Environment,
  KeyDigest,
  KeyId,
  OrganizationId,
  ProjectId,
  SecretId,
  SessionId,
  UserId,
} from '@mintmark/core'
import type { MemberStatus } from './members.ts'
import type { OrganizationStatus } from './organizations.ts'

/** All that one verification needs of a secret, its key, its owner's membership and its organization, in one row. */
export type KeyRow = {
  readonly kind: 'key'
  readonly keyNumber: number
  readonly keyId: KeyId
  readonly secretNumber: number
  readonly secretId: SecretId
  readonly prefix: string
  readonly name: string
  readonly environment: Environment
  readonly scope: 'installation' | 'organization' | 'project'
  readonly organizationId: OrganizationId | null
  readonly projectId: ProjectId | null
  /** JSON text of the list, or null. */
  readonly permissions: string | null
  readonly createdByUserId: UserId | null
  readonly ownerUserId: UserId | null
  /** The role fixed on an organization-owned key. */
  readonly fixedRole: string | null
  /** The owner's role and status now; null when he is no member any more. */
  readonly ownerRole: string | null
  readonly ownerStatus: MemberStatus | null
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
  readonly secretEndsAtMs: number | null
  /** This secret came by a rotation and has not been used yet: its first use must be marked before it is answered. */
  readonly awaitsFirstUse: boolean
  readonly organizationStatus: OrganizationStatus | null
  readonly organizationTier: string | null
  readonly organizationLimit: number | null
  readonly organizationWindowSeconds: number | null
  readonly keyLimit: number | null
  readonly keyWindowSeconds: number | null
  /** JSON texts. */
  readonly ipAllowlist: string | null
  readonly metadata: string
}

export type SessionRow = {
  readonly kind: 'session'
  readonly sessionId: SessionId
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly expiresAtMs: number
  /** Null: the operator made it. Else until when its person may do what is dangerous; 0: he may not. */
  readonly steppedUpUntilMs: number | null
  readonly role: string
  readonly memberStatus: MemberStatus
  readonly organizationStatus: OrganizationStatus
}

/** `holder` is what `compile` made of the row, or null: no such digest. `nowMs` is the authority's clock. */
export type Found<T> = { readonly holder: T | null; readonly nowMs: number }

export type DirectoryKind = 'key' | 'session'

/**
 * The one place that says whether a digest is known, and as what, at this instant.
 *
 * Obligations: an answer reflects every transaction acknowledged before `find` was called, on any node, and no
 * transaction that is still open. Acceptances are never remembered across calls unless it is proved at each call that
 * nothing has been committed since. Rejects with `StoreUnavailable` when the authority does not answer.
 * It is synchronous where the authority is in this process.
 */
export interface Directory<K, S> {
  findKey(digest: KeyDigest): Found<K> | Promise<Found<K>>
  findSession(digest: KeyDigest): Found<S> | Promise<Found<S>>
  /**
   * Marks the first use of a secret durably. False when the secret ended, or its key was revoked, in between: then
   * look again.
   */
  markFirstUse(secretNumber: number): Promise<boolean>
}

/** Makes of a row what the engine wants to keep with it. Must be pure: it is called again for the same row at will. */
export type Compile<K, S> = {
  readonly key: (row: KeyRow) => K
  readonly session: (row: SessionRow) => S
}
