import type { Environment, KeyId, ProjectId, SecretId, UserId } from '@mintmark/core'
import type { Actor } from '../actor.ts'
import type { KeyOwner, KeyWithSecrets, RevokedReason, Secret } from '../ports/keys.ts'
import type { RateLimit } from '../ports/organizations.ts'

export type KeyStatus = 'active' | 'revoked' | 'expired'

/** The key resource of API.md section 4. Times are RFC 3339 UTC with milliseconds. */
export type KeyView = {
  readonly id: KeyId
  readonly name: string
  readonly prefix: string
  readonly environment: Environment
  readonly scope: 'organization' | 'project'
  readonly projectId: ProjectId | null
  readonly permissions: readonly string[] | null
  readonly status: KeyStatus
  readonly owner: KeyOwner
  readonly createdAt: string
  readonly createdByUserId: UserId | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly revokedBy: Actor | null
  readonly revokedReason: RevokedReason | null
  readonly lastUsedAt: string | null
  readonly lastUsedIp: string | null
  /** The User-Agent, where Mintmark itself or forward-auth was asked; a verification does not tell it. */
  readonly lastUsedAgent: string | null
  readonly rateLimit: RateLimit | null
  readonly ipAllowlist: readonly string[] | null
  readonly metadata: Readonly<Record<string, string>>
  readonly secrets: readonly SecretView[]
}

export type SecretView = {
  readonly id: SecretId
  readonly prefix: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly lastUsedIp: string | null
  readonly lastUsedAgent: string | null
}

/** Revoked is final and wins over expired. */
export function statusOfKey(key: Pick<KeyWithSecrets, 'revocation' | 'expiresAtMs'>, nowMs: number): KeyStatus {
  if (key.revocation !== null) return 'revoked'
  return key.expiresAtMs !== null && nowMs >= key.expiresAtMs ? 'expired' : 'active'
}

/** Secrets that have not been ended by rotation, oldest first: one or two. */
export function liveSecrets(key: KeyWithSecrets, nowMs: number): readonly Secret[] {
  return key.secrets.filter((secret) => secret.endsAtMs === null || nowMs < secret.endsAtMs)
}

/** What is shown of the newest secret that lives; where none does any more, of the newest. */
export function prefixOf(key: KeyWithSecrets, nowMs: number): string {
  return (liveSecrets(key, nowMs).at(-1) ?? key.secrets.at(-1))?.prefix ?? ''
}

export function viewKey(key: KeyWithSecrets, nowMs: number): KeyView {
  if (key.scope === 'installation' || key.owner === null) throw new Error('An operator key is no tenant resource.')
  const lastUse = lastUseOf(key.secrets)
  return {
    id: key.id,
    name: key.name,
    prefix: prefixOf(key, nowMs),
    environment: key.environment,
    scope: key.scope,
    projectId: key.projectId,
    permissions: key.permissions,
    status: statusOfKey(key, nowMs),
    owner: key.owner,
    createdAt: isoTime(key.createdAtMs),
    createdByUserId: key.createdByUserId,
    expiresAt: isoTimeOrNull(key.expiresAtMs),
    revokedAt: isoTimeOrNull(key.revocation?.atMs ?? null),
    revokedBy: key.revocation?.by ?? null,
    revokedReason: key.revocation?.reason ?? null,
    lastUsedAt: isoTimeOrNull(lastUse?.lastUsedAtMs ?? null),
    lastUsedIp: lastUse?.lastUsedIp ?? null,
    lastUsedAgent: lastUse?.lastUsedAgent ?? null,
    rateLimit: key.rateLimit,
    ipAllowlist: key.ipAllowlist,
    metadata: key.metadata,
    secrets: liveSecrets(key, nowMs).map(viewSecret),
  }
}

function viewSecret(secret: Secret): SecretView {
  return {
    id: secret.id,
    prefix: secret.prefix,
    createdAt: isoTime(secret.createdAtMs),
    expiresAt: isoTimeOrNull(secret.endsAtMs),
    lastUsedAt: isoTimeOrNull(secret.lastUsedAtMs),
    lastUsedIp: secret.lastUsedIp,
    lastUsedAgent: secret.lastUsedAgent,
  }
}

/** A key was last used when any of its secrets was, ended ones included. */
export function lastUseOf(secrets: readonly Secret[]): Secret | null {
  return secrets.reduce<Secret | null>((latest, secret) => {
    if (secret.lastUsedAtMs === null) return latest
    return latest?.lastUsedAtMs != null && latest.lastUsedAtMs >= secret.lastUsedAtMs ? latest : secret
  }, null)
}

export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs)
}
