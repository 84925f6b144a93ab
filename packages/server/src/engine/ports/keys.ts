import type { Environment, KeyDigest, KeyId, OrganizationId, ProjectId, SecretId, UserId } from '@mintmark/core'
import type { Actor } from '../actor.ts'
import type { RateLimit } from './organizations.ts'
import type { Page } from './storage.ts'

export type KeyOwner =
  | { readonly type: 'member'; readonly userId: UserId }
  | { readonly type: 'organization'; readonly role: string }

export type RevokedReason = 'unspecified' | 'leaked' | 'superseded' | 'unused' | 'owner_removed' | 'project_deleted'

/** Identity and policy. One table holds the credentials of all three scopes; operator keys are `installation`. */
export type Key = {
  readonly number: number
  readonly id: KeyId
  /** Null for an operator key. */
  readonly organizationId: OrganizationId | null
  readonly name: string
  readonly environment: Environment
  readonly scope: 'installation' | 'organization' | 'project'
  readonly projectId: ProjectId | null
  /** As written at minting: names, aliases, wildcards. Null inherits, `[]` grants nothing. */
  readonly permissions: readonly string[] | null
  /** Null for an operator key. */
  readonly owner: KeyOwner | null
  readonly createdAtMs: number
  readonly createdByUserId: UserId | null
  readonly expiresAtMs: number | null
  readonly revocation: Revocation | null
  readonly rateLimit: RateLimit | null
  /** CIDRs; null allows every address. */
  readonly ipAllowlist: readonly string[] | null
  readonly metadata: Readonly<Record<string, string>>
}

export type Revocation = {
  readonly atMs: number
  readonly by: Actor
  readonly reason: RevokedReason
  readonly comment: string | null
}

export type Secret = {
  readonly number: number
  readonly id: SecretId
  /** What may be shown of it. */
  readonly prefix: string
  readonly createdAtMs: number
  /** When it stops (or stopped) working although its key goes on; null: with its key. */
  readonly endsAtMs: number | null
  /** Marked before the first accepted use is answered, while another secret of the key is live. */
  readonly firstUsedAtMs: number | null
  readonly lastUsedAtMs: number | null
  readonly lastUsedIp: string | null
  readonly lastUsedAgent: string | null
}

export type NewSecret = Pick<Secret, 'id' | 'prefix' | 'createdAtMs'> & {
  readonly digest: KeyDigest
  readonly pepperVersion: string
  /** Of a secret that another system minted: by what it is known again. Unique. Default: it is one of ours. */
  readonly importDigest?: KeyDigest
}

/** A key that was imported before. */
export type ImportedKey = Pick<Key, 'id' | 'organizationId' | 'revocation'>

/** A key with all its secrets, oldest first, ended ones included. */
export type KeyWithSecrets = Key & { readonly secrets: readonly Secret[] }

export type KeyFilter = {
  readonly status: 'active' | 'revoked' | 'expired' | 'all'
  readonly environment: Environment | null
  readonly projectId: ProjectId | null
  readonly owner: UserId | 'organization' | null
  readonly id: KeyId | null
  /** Part of the name (case-insensitive) or beginning of a shown prefix. */
  readonly search: string | null
  /** Not used since then (or never), and created before it. */
  readonly unusedSinceMs: number | null
  /** By any of its secrets. */
  readonly neverUsed: boolean | null
  readonly expiresBeforeMs: number | null
  readonly neverExpires: boolean | null
  /** What "expired" is compared with. */
  readonly nowMs: number
}

export type KeyChange = Partial<
  Pick<Key, 'name' | 'permissions' | 'expiresAtMs' | 'ipAllowlist' | 'metadata' | 'rateLimit' | 'owner'>
>

/** Every method that takes an organization touches only its keys; null means the operator keys. */
export interface KeyStore {
  insert(key: Omit<Key, 'number' | 'revocation'>, secret: NewSecret): Promise<KeyWithSecrets>
  find(organizationId: OrganizationId | null, id: KeyId): Promise<KeyWithSecrets | null>
  /** By the digest that one of a key's secrets was imported with; of any organization that this unit of work may see. */
  findImported(digests: readonly KeyDigest[]): Promise<ReadonlyMap<KeyDigest, ImportedKey>>
  /** Like `find`, and nobody else changes the key or its secrets until this transaction ends. */
  lock(organizationId: OrganizationId | null, id: KeyId): Promise<KeyWithSecrets | null>
  list(organizationId: OrganizationId | null, filter: KeyFilter, page: Page): Promise<readonly KeyWithSecrets[]>
  /** Keys of whichever organization, newest first, that show or showed exactly this; no operator keys. */
  findShown(prefix: string, limit: number): Promise<readonly KeyWithSecrets[]>
  /** Of all keys of the organization. */
  listIds(organizationId: OrganizationId): Promise<readonly KeyId[]>
  /** Locks every key that is not revoked and owned by the member (or in the project), lowest number first. */
  lockUnrevoked(
    organizationId: OrganizationId,
    of: { readonly ownerUserId: UserId } | { readonly projectId: ProjectId },
  ): Promise<readonly KeyWithSecrets[]>
  /** Who else minted keys that this member owns and that are not revoked, ascending: they would be theirs again. */
  listMinters(organizationId: OrganizationId, ownerUserId: UserId): Promise<readonly UserId[]>
  /**
   * How many keys a member holds towards his limit: those he owns, and organization-owned ones that he minted;
   * not expired, and, unless `countRevoked`, not revoked.
   */
  countActive(
    organizationId: OrganizationId,
    userId: UserId,
    options: { readonly nowMs: number; readonly countRevoked: boolean },
  ): Promise<number>
  update(number: number, change: KeyChange): Promise<void>
  /** Final: storage refuses to undo it (trigger). */
  revoke(number: number, revocation: Revocation): Promise<void>
  /** Names `by` where `keyId` stands as who revoked another key: a deleted key's id stays nowhere. */
  replaceRevoker(organizationId: OrganizationId, keyId: KeyId, by: KeyId): Promise<void>
  /** Erases key, secrets, usage, activity, saved window. */
  delete(number: number): Promise<void>
  insertSecret(keyNumber: number, secret: NewSecret): Promise<void>
  /** Sets when a secret ends; never later than an end it already has. */
  endSecret(secretNumber: number, endsAtMs: number): Promise<void>
}
