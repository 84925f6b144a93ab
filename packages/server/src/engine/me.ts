import type { Environment, KeyId, OrganizationId, ProjectId, UserId, WindowDecision } from '@mintmark/core'
import type { Caller, KeyCaller } from './caller.ts'
import { isoTime, isoTimeOrNull, lastUseOf } from './keys/key-view.ts'
import type { Storage } from './ports/storage.ts'
import { refuse } from './refused.ts'

/** `GET /v1/me` (API.md section 4), by kind of credential. */
export type Me = KeyMe | SessionMe | OperatorMe

export type KeyMe = {
  readonly apiKeyId: KeyId
  readonly keyName: string
  readonly keyPrefix: string
  readonly organizationId: OrganizationId
  readonly scope: 'organization' | 'project'
  readonly scopedProjectId: ProjectId | null
  readonly permissions: readonly string[] | null
  readonly createdByUserId: UserId | null
  readonly lastUsedAt: string | null
  readonly environment: Environment
  readonly expiresAt: string | null
  readonly role: string
  readonly effectivePermissions: readonly string[]
  readonly rateLimit: { readonly limit: number; readonly windowSeconds: number; readonly remaining: number }
}

export type SessionMe = {
  readonly userId: UserId
  readonly organizationId: OrganizationId
  readonly role: string
  readonly effectivePermissions: readonly string[]
  readonly expiresAt: string | null
}

export type OperatorMe = {
  readonly operatorKeyId: string
  readonly keyName: string
  readonly scope: 'installation'
}

/** `window` is the decision that admitted this very request. */
export type GetMe = (caller: Caller, window: WindowDecision | null) => Promise<Me>

export function createGetMe(storage: Storage): GetMe {
  return async (caller, window) => {
    if (caller.kind === 'operator') {
      return { operatorKeyId: caller.actor.id, keyName: caller.name, scope: 'installation' }
    }
    if (caller.kind === 'key') return keyMe(storage, caller, window)
    const { userId, organizationId, subject, sessionExpiresAtMs } = caller
    return {
      userId,
      organizationId,
      role: subject.role,
      effectivePermissions: subject.effective.names(),
      expiresAt: isoTimeOrNull(sessionExpiresAtMs),
    }
  }
}

async function keyMe(storage: Storage, caller: KeyCaller, window: WindowDecision | null): Promise<KeyMe> {
  const { organizationId, keyId, subject } = caller
  const key = await storage.read(organizationId, (stores) => stores.keys.find(organizationId, keyId))
  if (key === null || key.scope === 'installation' || window === null) throw refuse('invalid_key')
  const lastUsedAtMs = lastUseOf(key.secrets)?.lastUsedAtMs ?? null
  return {
    apiKeyId: key.id,
    keyName: key.name,
    keyPrefix: caller.prefix,
    organizationId,
    scope: key.scope,
    scopedProjectId: key.projectId,
    permissions: key.permissions,
    createdByUserId: key.createdByUserId,
    lastUsedAt: lastUsedAtMs === null ? null : isoTime(lastUsedAtMs),
    environment: key.environment,
    expiresAt: isoTimeOrNull(key.expiresAtMs),
    role: subject.role,
    effectivePermissions: subject.effective.names(),
    rateLimit: { limit: window.limit, windowSeconds: window.windowMs / 1000, remaining: window.remaining },
  }
}
