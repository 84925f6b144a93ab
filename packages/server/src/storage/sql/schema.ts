import type {
  ChainDigest,
  Environment,
  EventId,
  InvitationId,
  KeyId,
  OrganizationId,
  ProjectId,
  SecretId,
  SessionId,
  UserId,
} from '@mintmark/core'
import type { Generated } from 'kysely'
import type { Actor } from '../../engine/actor.ts'
import type { ChainName } from '../../engine/ports/audit.ts'
import type { RevokedReason } from '../../engine/ports/keys.ts'
import type { MemberStatus } from '../../engine/ports/members.ts'
import type { OrganizationStatus } from '../../engine/ports/organizations.ts'

/**
 * The tables as Kysely sees them, alike on both engines. Times are integer milliseconds UTC, flags 0 or 1, lists and
 * maps JSON text, digests of secrets 32 raw bytes. Ids have their brands: only parsed and made ones are ever written. `number` is the engine's own ascending key: it orders lists and never leaves
 * the server but inside a cursor.
 */
export type Database = {
  installation: InstallationTable
  peppers: PepperTable
  organizations: OrganizationTable
  projects: ProjectTable
  members: MemberTable
  sessions: SessionTable
  invitations: InvitationTable
  api_keys: ApiKeyTable
  api_key_secrets: ApiKeySecretTable
  key_activity: KeyActivityTable
  key_usage: KeyUsageTable
  mint_log: MintLogTable
  saved_windows: SavedWindowTable
  audit_heads: AuditHeadTable
  audit_events: AuditEventTable
  audit_permits: AuditPermitTable
  idempotency: IdempotencyTable
}

/** One row: what makes this installation this one. */
export type InstallationTable = {
  id: 1
  installation_id: string
  created_at: number
  /** 1 from the end of a drain, when all of `saved_windows` is there, until they are taken. */
  windows_saved: Generated<number>
}

/** Fingerprints of the peppers that digests in this database were made with. */
export type PepperTable = {
  version: string
  created_at: number
}

export type OrganizationTable = {
  number: Generated<number>
  id: OrganizationId
  name: string
  tier: string
  status: OrganizationStatus
  rate_limit: number | null
  rate_window_seconds: number | null
  created_at: number
}

/** Unique (organization_id, id). */
export type ProjectTable = {
  number: Generated<number>
  organization_id: OrganizationId
  id: ProjectId
  name: string
  created_at: number
  archived_at: number | null
}

/** Unique (organization_id, user_id). */
export type MemberTable = {
  number: Generated<number>
  organization_id: OrganizationId
  user_id: UserId
  role: string
  status: MemberStatus
  email: string | null
  name: string | null
  created_at: number
  last_seen_at: number | null
}

export type SessionTable = {
  number: Generated<number>
  id: SessionId
  digest: Uint8Array
  pepper_version: string
  organization_id: OrganizationId
  user_id: UserId
  created_at: number
  expires_at: number
}

/** Unique (organization_id, lower(email)). */
export type InvitationTable = {
  number: Generated<number>
  id: InvitationId
  digest: Uint8Array
  pepper_version: string
  organization_id: OrganizationId
  email: string
  role: string
  created_at: number
  created_by_user_id: UserId | null
  expires_at: number
}

/** Credentials of all three scopes; `installation` ones (operator keys) have no organization and no owner. */
export type ApiKeyTable = {
  number: Generated<number>
  id: KeyId
  organization_id: OrganizationId | null
  name: string
  environment: Environment
  scope: 'installation' | 'organization' | 'project'
  project_id: ProjectId | null
  permissions: string | null
  owner_user_id: UserId | null
  role: string | null
  created_at: number
  created_by_user_id: UserId | null
  expires_at: number | null
  revoked_at: number | null
  revoked_by_type: Actor['type'] | null
  revoked_by_id: string | null
  revoked_reason: RevokedReason | null
  revoked_comment: string | null
  rate_limit: number | null
  rate_window_seconds: number | null
  ip_allowlist: string | null
  metadata: string
}

export type ApiKeySecretTable = {
  number: Generated<number>
  id: SecretId
  key_number: number
  digest: Uint8Array
  pepper_version: string
  prefix: string
  created_at: number
  ends_at: number | null
  /** 1 while a rotated secret awaits its first use (which is marked before it is answered). */
  awaits_first_use: number
  first_used_at: number | null
}

export type KeyActivityTable = {
  secret_number: number
  key_number: number
  last_used_at: number
  last_used_ip: string | null
}

export type KeyUsageTable = {
  key_number: number
  minute: number
  outcome: string
  count: number
}

/** Holds no key id: it survives the deletion of keys. */
export type MintLogTable = {
  number: Generated<number>
  organization_id: OrganizationId
  user_id: UserId
  at: number
}

export type SavedWindowTable = {
  key_id: KeyId
  bytes: Uint8Array
}

/** `chain` is an organization's id, or `installation`. */
export type AuditHeadTable = {
  chain: ChainName
  sequence: number
  digest: ChainDigest
}

/** Primary key (chain, sequence). Every searchable column repeats the payload and is emptied with it. */
export type AuditEventTable = {
  chain: ChainName
  sequence: number
  payload_digest: ChainDigest
  digest: ChainDigest
  payload: string | null
  salt: Uint8Array | null
  id: EventId | null
  at: number | null
  action: string | null
  actor_type: Actor['type'] | null
  actor_id: string | null
  target_type: string | null
  target_id: string | null
  project_id: string | null
}

/** Declares, inside one transaction and never committed, what the triggers let it do to a chain's events. */
export type AuditPermitTable = {
  chain: ChainName
  change: 'erase' | 'rewrite' | 'delete'
}

/** Primary key (principal, key_hmac). */
export type IdempotencyTable = {
  principal: string
  key_hmac: string
  fingerprint: string
  at: number
  status: number | null
  resource_id: string | null
  erased: number
}
