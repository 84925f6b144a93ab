import { differencesOf, isEmpty } from '../audit.ts'
import type { CallerIn } from '../caller.ts'
import {
  boundingRole,
  isAllowlistInside,
  requireMayHandOut,
  requirePermission,
  requireWithin,
  requireWithinParent,
  standingNow,
  type Standing,
} from '../grants.ts'
import type { KeyChange, KeyWithSecrets } from '../ports/keys.ts'
import type { RateLimit } from '../ports/organizations.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, refuse } from '../refused.ts'
import { requireKeysMayManage } from './key-access.ts'
import {
  maxNameLength,
  requireAllowlist,
  requireExpiry,
  requireMaySetRateLimit,
  requireMetadata,
  requirePermissions,
  requireText,
} from './key-policy.ts'
import { statusOfKey, viewKey, type KeyView } from './key-view.ts'
import type { KeyParts } from './parts.ts'
import { lockVisible } from './read-keys.ts'

export type ChangeInput = {
  readonly name?: string
  readonly permissions?: readonly string[] | null
  readonly expiresAtMs?: number | null
  readonly ipAllowlist?: readonly string[] | null
  readonly metadata?: Readonly<Record<string, string>>
  readonly rateLimit?: RateLimit | null
}

/** Changes an active key. What widens it (permissions, life, addresses) must be within the caller's own rights. */
export async function changeKey(parts: KeyParts, caller: CallerIn, id: string, input: ChangeInput): Promise<KeyView> {
  requireInput(parts, caller, input)
  const { value } = await parts.mutate({
    caller,
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const key = await lockVisible(parts, stores, caller, id)
      requireKeysMayManage(parts.contract, caller)
      requirePermission(standing, 'api_keys:write')
      const atMs = await nowMs()
      requireActive(key, atMs, 'changed')
      if (input.expiresAtMs !== undefined) requireExpiry(parts.contract, input.expiresAtMs, atMs, key.createdAtMs)
      const change = changeOf(input)
      await requireMayWiden(parts, stores, { standing, key, change, atMs })
      const changes = differencesOf(key, change)
      if (isEmpty(changes)) return { result: viewKey(key, atMs), resourceId: null }
      await stores.keys.update(key.number, change)
      const target = { type: 'api_key', id: key.id }
      await tell({ action: 'api_key.updated', target, projectId: key.projectId, changes })
      return { result: viewKey({ ...key, ...change }, atMs), resourceId: null }
    },
  })
  return value
}

/** Revoked and expired are final. */
export function requireActive(key: KeyWithSecrets, nowMs: number, verb: string): void {
  const status = statusOfKey(key, nowMs)
  if (status !== 'active') throw refuse('conflict', `This key is ${status}, which is final: it cannot be ${verb}.`)
}

function requireInput(parts: KeyParts, caller: CallerIn, input: ChangeInput): void {
  if (Object.values(input).every((value) => value === undefined)) throw invalid('', 'Say what to change.')
  if (input.name !== undefined) requireText('name', input.name, maxNameLength)
  requirePermissions(parts.rights, input.permissions ?? null)
  requireMaySetRateLimit(caller.kind === 'operator', input.rateLimit)
  requireAllowlist(input.ipAllowlist ?? null)
  requireMetadata(input.metadata ?? {})
}

function changeOf(input: ChangeInput): KeyChange {
  const { name, permissions, expiresAtMs, ipAllowlist, metadata, rateLimit } = input
  return {
    ...(name !== undefined && { name }),
    ...(permissions !== undefined && { permissions }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(ipAllowlist !== undefined && { ipAllowlist }),
    ...(metadata !== undefined && { metadata }),
    ...(rateLimit !== undefined && { rateLimit }),
  }
}

type Widening = {
  readonly standing: Standing
  readonly key: KeyWithSecrets
  readonly change: KeyChange
  readonly atMs: number
}

async function requireMayWiden(
  parts: KeyParts,
  stores: Stores,
  { standing, key, change, atMs }: Widening,
): Promise<void> {
  const { rights } = parts
  if (standing.subject === null || key.organizationId === null || key.scope === 'installation') return
  const after = { ...key, ...change }
  const role = await boundingRole(stores, key.organizationId, key.owner)
  const widensPermissions = change.permissions !== undefined && !isNarrower(rights, change.permissions, key.permissions)
  const livesLonger =
    change.expiresAtMs !== undefined &&
    key.expiresAtMs !== null &&
    (change.expiresAtMs === null || change.expiresAtMs > key.expiresAtMs)
  const hasMoreAddresses = change.ipAllowlist !== undefined && !isAllowlistInside(change.ipAllowlist, key.ipAllowlist)
  if (!widensPermissions && !livesLonger && !hasMoreAddresses) return
  const grant = { scope: key.scope, projectId: key.projectId, permissions: after.permissions, role }
  requireWithin(rights, standing, grant)
  requireWithinParent(standing, { expiresAtMs: after.expiresAtMs, ipAllowlist: after.ipAllowlist })
  requireMayHandOut(rights, standing, grant, atMs)
}

function isNarrower(
  rights: KeyParts['rights'],
  after: readonly string[] | null,
  before: readonly string[] | null,
): boolean {
  if (before === null) return after !== null && isListWithinInheritance(rights, after)
  if (after === null) return false
  return rights.catalogue.expand(after).isSubsetOf(rights.catalogue.expand(before))
}

/**
 * A list in place of inheritance takes nothing more than the role gives now; yet names beyond it would wait for the
 * role to rise, so only an empty one is narrower for certain.
 */
function isListWithinInheritance(rights: KeyParts['rights'], after: readonly string[]): boolean {
  return rights.catalogue.expand(after).isEmpty
}
