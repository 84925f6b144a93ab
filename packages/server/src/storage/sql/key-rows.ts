import type { Selectable } from 'kysely'
import type { Key, KeyChange, KeyOwner, KeyWithSecrets, Revocation, Secret } from '../../engine/ports/keys.ts'
import { fromRateLimit, toRateLimit } from './rate-limit.ts'
import type { ApiKeySecretTable, ApiKeyTable, KeyActivityTable } from './schema.ts'

export const keyColumns = [
  'api_keys.number',
  'api_keys.id',
  'api_keys.organization_id',
  'api_keys.name',
  'api_keys.environment',
  'api_keys.scope',
  'api_keys.project_id',
  'api_keys.permissions',
  'api_keys.owner_user_id',
  'api_keys.role',
  'api_keys.created_at',
  'api_keys.created_by_user_id',
  'api_keys.expires_at',
  'api_keys.revoked_at',
  'api_keys.revoked_by_type',
  'api_keys.revoked_by_id',
  'api_keys.revoked_reason',
  'api_keys.revoked_comment',
  'api_keys.rate_limit',
  'api_keys.rate_window_seconds',
  'api_keys.ip_allowlist',
  'api_keys.metadata',
] as const

export const secretColumns = [
  'api_key_secrets.number',
  'api_key_secrets.key_number',
  'api_key_secrets.id',
  'api_key_secrets.prefix',
  'api_key_secrets.created_at',
  'api_key_secrets.ends_at',
  'api_key_secrets.first_used_at',
  'key_activity.last_used_at',
  'key_activity.last_used_ip',
  'key_activity.last_used_agent',
] as const

/** Without when something is to be said of its expiry: that is the notices' own. */
export type KeyRow = Omit<Selectable<ApiKeyTable>, 'notice_due_at'>

export type SecretRow = Pick<
  Selectable<ApiKeySecretTable>,
  'number' | 'key_number' | 'id' | 'prefix' | 'created_at' | 'ends_at' | 'first_used_at'
> & { readonly [column in 'last_used_at' | 'last_used_ip' | 'last_used_agent']: KeyActivityTable[column] | null }

/** Joins keys, in their order, with their secrets in theirs. */
export function joinSecrets(keys: readonly KeyRow[], secrets: readonly SecretRow[]): KeyWithSecrets[] {
  const byKey = Map.groupBy(secrets, (secret) => secret.key_number)
  return keys.map((key) => ({ ...toKey(key), secrets: (byKey.get(key.number) ?? []).map(toSecret) }))
}

/** A new key's columns. */
export function fromKey(key: Omit<Key, 'number' | 'revocation'>) {
  return {
    id: key.id,
    organization_id: key.organizationId,
    name: key.name,
    environment: key.environment,
    scope: key.scope,
    project_id: key.projectId,
    permissions: toJson(key.permissions),
    ...fromOwner(key.owner),
    created_at: key.createdAtMs,
    created_by_user_id: key.createdByUserId,
    expires_at: key.expiresAtMs,
    ...fromRateLimit(key.rateLimit),
    ip_allowlist: toJson(key.ipAllowlist),
    metadata: JSON.stringify(key.metadata),
  }
}

/** Only the columns that the change names. */
export function fromKeyChange(change: KeyChange) {
  return {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.permissions === undefined ? {} : { permissions: toJson(change.permissions) }),
    ...(change.expiresAtMs === undefined ? {} : { expires_at: change.expiresAtMs }),
    ...(change.ipAllowlist === undefined ? {} : { ip_allowlist: toJson(change.ipAllowlist) }),
    ...(change.metadata === undefined ? {} : { metadata: JSON.stringify(change.metadata) }),
    ...(change.rateLimit === undefined ? {} : fromRateLimit(change.rateLimit)),
    ...(change.owner === undefined ? {} : fromOwner(change.owner)),
  }
}

export function toKey(row: KeyRow): Key {
  return {
    number: row.number,
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    environment: row.environment,
    scope: row.scope,
    projectId: row.project_id,
    permissions: toList(row.permissions),
    owner: toOwner(row),
    createdAtMs: row.created_at,
    createdByUserId: row.created_by_user_id,
    expiresAtMs: row.expires_at,
    revocation: toRevocation(row),
    rateLimit: toRateLimit(row),
    ipAllowlist: toList(row.ip_allowlist),
    metadata: toTexts(row.metadata),
  }
}

function toSecret(row: SecretRow): Secret {
  return {
    number: row.number,
    id: row.id,
    prefix: row.prefix,
    createdAtMs: row.created_at,
    endsAtMs: row.ends_at,
    firstUsedAtMs: row.first_used_at,
    lastUsedAtMs: row.last_used_at,
    lastUsedIp: row.last_used_ip,
    lastUsedAgent: row.last_used_agent,
  }
}

function toOwner(row: KeyRow): KeyOwner | null {
  if (row.owner_user_id !== null) return { type: 'member', userId: row.owner_user_id }
  return row.role === null ? null : { type: 'organization', role: row.role }
}

function fromOwner(owner: KeyOwner | null) {
  return {
    owner_user_id: owner?.type === 'member' ? owner.userId : null,
    role: owner?.type === 'organization' ? owner.role : null,
  }
}

function toRevocation(row: KeyRow): Revocation | null {
  if (row.revoked_at === null || row.revoked_by_type === null || row.revoked_by_id === null) return null
  if (row.revoked_reason === null) return null
  return {
    atMs: row.revoked_at,
    by: { type: row.revoked_by_type, id: row.revoked_by_id },
    reason: row.revoked_reason,
    comment: row.revoked_comment,
  }
}

function toJson(list: readonly string[] | null): string | null {
  return list === null ? null : JSON.stringify(list)
}

/** Written by `toJson` alone, so anything but a list of texts is damage and must not become fewer restrictions. */
function toList(json: string | null): readonly string[] | null {
  if (json === null) return null
  const value: unknown = JSON.parse(json)
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new TypeError('A stored list is not a list of texts')
  }
  return value
}

function toTexts(json: string): Readonly<Record<string, string>> {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null) throw new TypeError('Stored metadata is not an object')
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}
