import type { Contract, KeyId, ProjectId, UserId } from '@mintmark/core'
import { environmentOf, type CallerIn } from '../caller.ts'
import { missingPermission, type Standing } from '../grants.ts'
import type { Key } from '../ports/keys.ts'
import { notFound, refuse, type RefusedError } from '../refused.ts'

/** Which keys of his organization a caller may see. Null fields restrict nothing. */
export type Visibility = {
  readonly owner: UserId | null
  readonly projectId: ProjectId | null
  readonly environment: Key['environment'] | null
  readonly id: KeyId | null
}

const everything: Visibility = { owner: null, projectId: null, environment: null, id: null }

/**
 * The one rule for lists and look-ups: the operator and whoever has `permission` see all that their scope holds, a
 * member always sees the keys he owns, and a key sees only itself unless the contract lets keys manage keys.
 */
export function visibleKeys(
  contract: Contract,
  caller: CallerIn,
  permission: 'api_keys:read' | 'api_keys:write',
): Visibility {
  if (caller.kind === 'operator') return everything
  const { subject } = caller
  const permitted = subject.effective.has('api_keys:read') || subject.effective.has(permission)
  if (caller.kind === 'member') return permitted ? everything : { ...everything, owner: caller.userId }
  if (!contract.minting.keysManageKeys || !permitted) return { ...everything, id: caller.keyId }
  return { ...everything, projectId: subject.projectId, environment: subject.environment }
}

export function isVisible(visibility: Visibility, key: Key): boolean {
  const { owner, projectId, environment, id } = visibility
  if (id !== null && key.id !== id) return false
  if (projectId !== null && key.projectId !== projectId) return false
  if (environment !== null && key.environment !== environment) return false
  return owner === null || isOwnedBy(key, owner)
}

export function requireVisible<K extends Key>(visibility: Visibility, key: K | null): K {
  if (key === null || !isVisible(visibility, key)) throw notFound()
  return key
}

/** Who may end a key: `api_keys:write`, or its owner, always. */
export function requireMayEnd(contract: Contract, caller: CallerIn, standing: Standing, key: Key): void {
  requireKeysMayManage(contract, caller)
  if (caller.kind === 'member' && isOwnedBy(key, caller.userId)) return
  if (standing.subject !== null && !standing.subject.effective.has('api_keys:write')) {
    throw missingPermission('api_keys:write')
  }
}

/** Keys change keys only where the contract says so. */
export function requireKeysMayManage(contract: Contract, caller: CallerIn): void {
  if (caller.kind === 'key' && !contract.minting.keysManageKeys) {
    throw refuse('forbidden', 'Keys cannot be used for api_keys:write.')
  }
}

/** Test keys never act on live ones, nor live ones on test keys, by whatever route (SECURITY.md, R-D9). */
export function requireOwnEnvironment(caller: CallerIn, keys: readonly Key[]): void {
  const environment = environmentOf(caller)
  if (environment !== null && keys.some((key) => key.environment !== environment)) {
    throw belongsTo(environment)
  }
}

export function belongsTo(environment: Key['environment']): RefusedError {
  return refuse('forbidden', `This key belongs to the ${environment} environment.`)
}

function isOwnedBy(key: Key, userId: UserId): boolean {
  return key.owner?.type === 'member' && key.owner.userId === userId
}
