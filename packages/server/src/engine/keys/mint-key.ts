import { createId, type Environment, type PlaintextKey, type ProjectId, type UserId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import {
  boundingRole,
  requireMayMint,
  requirePermission,
  requireProject,
  requireRole,
  requireWithin,
  requireWithinParent,
  standingNow,
  type Standing,
} from '../grants.ts'
import type { Key, KeyOwner, NewSecret } from '../ports/keys.ts'
import type { RateLimit } from '../ports/organizations.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { requireMayCreate } from './creation-limits.ts'
import {
  maxNameLength,
  requireAllowlist,
  requireEnvironment,
  requireExpiry,
  requireMaySetRateLimit,
  requireMetadata,
  requirePermissions,
  requireText,
} from './key-policy.ts'
import { replayKey } from './read-keys.ts'
import { viewKey, type KeyView } from './key-view.ts'
import type { KeyParts } from './parts.ts'

export type MintInput = {
  /** 1 to 100 characters. */
  readonly name: string
  readonly scope?: 'organization' | 'project'
  /** With scope `project`, and only then. */
  readonly projectId?: ProjectId
  readonly environment?: Environment
  readonly permissions?: readonly string[] | null
  readonly expiresAtMs?: number | null
  readonly owner?: 'member' | 'organization'
  /** With owner `organization`, and only then. */
  readonly role?: string
  readonly rateLimit?: RateLimit | null
  readonly ipAllowlist?: readonly string[] | null
  readonly metadata?: Readonly<Record<string, string>>
}

/** A key resource with its plaintext, or with null where an answer is given again. */
export type Minted = KeyView & { readonly key: PlaintextKey | null }

export async function mintKey(
  parts: KeyParts,
  caller: CallerIn,
  input: MintInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<Minted>> {
  requireInput(parts, caller, input)
  return parts.mutate<Minted>({
    caller,
    idempotency,
    replay: (stores, id) => replayKey(stores, caller.organizationId, id),
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const draft = await draftKey(parts, stores, caller, standing, input)
      const minter = await lockMinter(stores, caller, standing)
      const atMs = await nowMs()
      requireExpiry(parts.contract, draft.expiresAtMs, atMs, atMs)
      if (minter !== null) {
        await requireMayCreate(parts.contract, stores, caller.organizationId, minter, atMs)
        await stores.mintLog.append(caller.organizationId, minter, atMs)
      }
      const { plaintext, secret } = mintSecret(parts, draft.environment, atMs)
      const key = await stores.keys.insert({ ...draft, createdAtMs: atMs }, secret)
      await tell({
        action: 'api_key.created',
        target: { type: 'api_key', id: key.id },
        projectId: key.projectId,
        changes: describeKey(key),
      })
      return { result: { ...viewKey(key, atMs), key: plaintext }, resourceId: key.id }
    },
  })
}

/** A fresh secret: its plaintext leaves in one answer, its digest stays. */
export function mintSecret(
  parts: KeyParts,
  environment: Environment,
  atMs: number,
): { readonly plaintext: PlaintextKey; readonly secret: NewSecret } {
  const plaintext = parts.format.mint(environment, parts.random)
  const { current } = parts.keyring.digesters
  const secret: NewSecret = {
    id: createId('sec', parts.random),
    prefix: parts.format.shown(plaintext),
    createdAtMs: atMs,
    digest: current.digest(plaintext),
    pepperVersion: current.version,
  }
  return { plaintext, secret }
}

/** What can be said of the input without looking anything up. */
function requireInput(parts: KeyParts, caller: CallerIn, input: MintInput): void {
  const { contract, rights } = parts
  if (caller.kind === 'key' && !contract.minting.keysManageKeys) {
    throw refuse('forbidden', 'Keys cannot be used for api_keys:write.')
  }
  requireText('name', input.name, maxNameLength)
  requireScope(input)
  requireOwner(parts, caller, input)
  requireEnvironment(contract, input.environment ?? 'live')
  requirePermissions(rights, input.permissions ?? null)
  requireMaySetRateLimit(caller.kind === 'operator', input.rateLimit)
  requireAllowlist(input.ipAllowlist ?? null)
  requireMetadata(input.metadata ?? {})
}

function requireScope(input: MintInput): void {
  const isProject = input.scope === 'project'
  if (isProject && input.projectId === undefined) throw invalid('projectId', 'Scope project needs a projectId.')
  if (!isProject && input.projectId !== undefined)
    throw invalid('projectId', 'Give a projectId with scope project only.')
}

function requireOwner(parts: KeyParts, caller: CallerIn, input: MintInput): void {
  if (input.owner === 'organization') {
    if (input.role === undefined) throw invalid('role', 'Owner organization needs a role.')
    requireRole(parts.contract, input.role, 'role')
    return
  }
  if (input.role !== undefined) throw invalid('role', 'Give a role with owner organization only.')
  if (caller.kind === 'operator') {
    throw invalid('owner', 'Say owner organization and a role, or act for a member by Mintmark-User.')
  }
}

/** The key as it will be, within what the caller may give. */
async function draftKey(
  parts: KeyParts,
  stores: Stores,
  caller: CallerIn,
  standing: Standing,
  input: MintInput,
): Promise<Omit<Key, 'number' | 'revocation' | 'createdAtMs'>> {
  const { contract, rights } = parts
  const scope = input.scope ?? 'organization'
  const owner = await ownerOf(caller, standing, input)
  const environment = environmentOf(standing, input)
  const permissions = input.permissions ?? null
  const projectId = input.projectId ?? null
  const ipAllowlist = input.ipAllowlist ?? standing.parent?.ipAllowlist ?? null
  const expiresAtMs = input.expiresAtMs ?? null
  requirePermission(standing, 'api_keys:write')
  requireMayMint(contract, standing, scope)
  const role = await boundingRole(stores, caller.organizationId, owner)
  requireWithin(rights, standing, { scope, projectId, permissions, role })
  requireWithinParent(standing, { expiresAtMs, ipAllowlist })
  if (projectId !== null) await requireProject(stores, caller.organizationId, projectId)
  return {
    id: createId('key', parts.random),
    organizationId: caller.organizationId,
    name: input.name,
    environment,
    scope,
    projectId,
    permissions,
    owner,
    createdByUserId: minterOf(caller, standing),
    expiresAtMs,
    rateLimit: input.rateLimit ?? null,
    ipAllowlist,
    metadata: input.metadata ?? {},
  }
}

/** A key that mints hands on its own owner, unless it says organization. */
async function ownerOf(caller: CallerIn, standing: Standing, input: MintInput): Promise<KeyOwner> {
  if (input.owner === 'organization') return { type: 'organization', role: input.role ?? '' }
  if (caller.kind === 'member') return { type: 'member', userId: caller.userId }
  if (standing.parent?.owner == null) throw invalid('owner', 'Say owner organization and a role.')
  return standing.parent.owner
}

function environmentOf(standing: Standing, input: MintInput): Environment {
  const own = standing.parent?.environment
  const environment = input.environment ?? own ?? 'live'
  if (own !== undefined && environment !== own) {
    throw refuse('forbidden', `This key belongs to the ${own} environment.`)
  }
  return environment
}

/** The member a mint counts for: who mints, or whoever stands behind the key that mints. The operator's count for nobody. */
function minterOf(caller: CallerIn, standing: Standing): UserId | null {
  if (caller.kind === 'operator') return null
  if (caller.kind === 'member') return caller.userId
  const { parent } = standing
  return parent?.owner?.type === 'member' ? parent.owner.userId : (parent?.createdByUserId ?? null)
}

/**
 * Takes the lock under which a minter's keys are counted: his own, or, once he has left, his organization's. Null: what
 * the operator mints, and what his keys mint, counts for nobody.
 */
async function lockMinter(stores: Stores, caller: CallerIn, standing: Standing): Promise<UserId | null> {
  const minter = minterOf(caller, standing)
  if (minter === null) return null
  const member = await stores.members.lock(caller.organizationId, minter)
  if (member === null) await stores.organizations.lock(caller.organizationId)
  return minter
}

/** What the audit trail keeps of a new key. */
function describeKey(key: Key): Readonly<Record<string, unknown>> {
  const { name, environment, scope, projectId, permissions, owner, expiresAtMs, ipAllowlist, rateLimit } = key
  return { name, environment, scope, projectId, permissions, owner, expiresAtMs, ipAllowlist, rateLimit }
}
