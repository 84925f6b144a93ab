import type {
  ChainDigest,
  DeliveryId,
  Environment,
  EventId,
  InvitationId,
  KeyId,
  OrganizationId,
  ProjectId,
  SecretId,
  SessionId,
  UserId,
  WebhookId,
} from '@mintmark/core'
import type { Generated } from 'kysely'
import type { Actor } from '../../engine/actor.ts'
import type { ChainName } from '../../engine/ports/audit.ts'
import type { RevokedReason } from '../../engine/ports/keys.ts'
import type { MemberStatus } from '../../engine/ports/members.ts'
import type { OrganizationStatus } from '../../engine/ports/organizations.ts'
import type { PeopleTables } from './people-schema.ts'

/**
 * The tables as Kysely sees them, alike on both engines. Times are integer milliseconds UTC, flags 0 or 1, lists and
 * maps JSON text, digests of secrets 32 raw bytes. Ids have their brands: only parsed and made ones are ever written. `number` is the engine's own ascending key: it orders lists and never leaves
 * the server but inside a cursor.
 */
export type Database = PeopleTables & {
  installation: InstallationTable
  peppers: PepperTable
  journals: JournalTable
  organizations: OrganizationTable
  projects: ProjectTable
  members: MemberTable
  member_activity: MemberActivityTable
  sessions: SessionTable
  invitations: InvitationTable
  api_keys: ApiKeyTable
  api_key_secrets: ApiKeySecretTable
  key_activity: KeyActivityTable
  key_usage: KeyUsageTable
  key_usage_minutes: KeyUsageMinuteTable
  key_usage_hours: KeyUsageHourTable
  key_usage_days: KeyUsageDayTable
  mint_log: MintLogTable
  saved_windows: SavedWindowTable
  audit_heads: AuditHeadTable
  audit_events: AuditEventTable
  audit_permits: AuditPermitTable
  idempotency: IdempotencyTable
  jobs: JobTable
  nodes: NodeTable
  webhook_endpoints: WebhookEndpointTable
  outbox: OutboxTable
  webhook_deliveries: WebhookDeliveryTable
}

/** One row: what makes this installation this one. */
export type InstallationTable = {
  id: 1
  installation_id: string
  created_at: number
  /** 1 from the end of a drain, when all of `saved_windows` is there, until they are taken. */
  windows_saved: Generated<number>
  /** Counts up while nodes run. */
  journal_beat: Generated<number>
}

/** Journals that hold what ended here; everything before `position` of them is in this state of the database. */
export type JournalTable = {
  id: string
  position: number
  seen_at: number
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
}

export type MemberActivityTable = {
  member_number: number
  last_seen_at: number
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
  /** Null: the operator made it. */
  sign_in_number: number | null
  stepped_up_until: number | null
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
  /** 1: nobody but who reads that address's mail was told the token. */
  was_mailed: Generated<number>
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
  /** When something is to be said of its expiry next. */
  notice_due_at: number | null
}

export type ApiKeySecretTable = {
  number: Generated<number>
  id: SecretId
  key_number: number
  digest: Uint8Array
  /** Of a secret that another system minted: over what that stored of it. It stays, so that it is known again. */
  import_digest: Uint8Array | null
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
  last_used_agent: string | null
}

/** What was counted and is not rolled up yet. */
export type KeyUsageTable = KeyUsageMinuteTable

/** Primary key (key_number, minute, outcome). Buckets are numbered since 1970, UTC. */
export type KeyUsageMinuteTable = RolledUp & { minute: number }
export type KeyUsageHourTable = RolledUp & { hour: number }
export type KeyUsageDayTable = RolledUp & { day: number }

type RolledUp = {
  key_number: number
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
  /** The latest time of its events, and by how much any event's time was before that of one written earlier. */
  latest_at: number
  lateness: number
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

/** Whose turn it is. `leased_until` is 0 once it has been given back. */
export type JobTable = {
  name: string
  due_at: number
  holder: string
  leased_until: number
}

/** Nodes that share the database, until they leave it, or have long been silent. */
export type NodeTable = {
  id: string
  seen_at: number
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

/** `secret` and `previous_secret` are sealed under the pepper of `pepper_version`. */
export type WebhookEndpointTable = {
  number: Generated<number>
  id: WebhookId
  organization_id: OrganizationId
  url: string
  /** JSON: as written, `*` and `api_key.*` among them. */
  events: string
  description: string | null
  /** Of whose keys alone it hears; null: of all. */
  environment: Environment | null
  created_at: number
  disabled_at: number | null
  disabled_reason: string | null
  secret: Uint8Array
  previous_secret: Uint8Array | null
  previous_secret_ends_at: number | null
  pepper_version: string
  /** Attempts that failed since the last one that did not. */
  failures: Generated<number>
  failing_since: number | null
  /** When something is to be sent next; null: nothing is, or it is disabled. */
  due_at: number | null
  /** Whose turn it is to send, and for how long at most. */
  lease: string | null
  leased_until: number | null
}

/** Written with a mutation. `waiting` until deliveries have been made of it. */
export type OutboxTable = {
  number: Generated<number>
  id: EventId
  organization_id: OrganizationId
  type: string
  at: number
  project_id: string | null
  /** Whose deletion takes the row along. */
  key_id: KeyId | null
  /** Of the key that it tells of. */
  environment: Environment | null
  body: string
  waiting: Generated<number>
}

/** Unique (endpoint_number, event_number). `next_attempt_at` while, and only while, it is pending. */
export type WebhookDeliveryTable = {
  number: Generated<number>
  id: DeliveryId
  organization_id: OrganizationId
  endpoint_number: number
  event_number: number
  status: 'pending' | 'delivered' | 'failed'
  attempt: number
  created_at: number
  attempted_at: number | null
  next_attempt_at: number | null
  response_status: number | null
  response_body: string | null
  error: string | null
}
