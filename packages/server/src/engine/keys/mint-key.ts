import { createId, type Environment, type PlaintextKey, type ProjectId, type UserId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import {
  boundingRole,
  requireMayHandOut,
  requireMayMint,
  requirePermission,
  requireProject,
  requireRole,
  requireWithin,
  requireWithinParent,
  standingNow,
  type Grant,
  type Standing,
} from '../grants.ts'
import type { Key, KeyOwner, KeyWithSecrets, NewSecret } from '../ports/keys.ts'
import type { RateLimit } from '../ports/organizations.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, refuse, RefusedError } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { requireMayCreate } from './creation-limits.ts'
import { belongsTo } from './key-access.ts'
import {
  maxNameLength,
  requireAllowlist,
  requireEnvironment,
  requireExpiry,
  requireMaySetRateLimit,
  requireMetadata,
  requirePermissions,
  requireScope,
  requireText,
} from './key-policy.ts'
import { replayKey } from './read-keys.ts'
import { viewKey, type KeyView } from './key-view.ts'
import type { KeyParts } from './parts.ts'
import { aboutKey } from '../webhooks/event-data.ts'

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
  let minting: { readonly userId: UserId; readonly atMs: number } | null = null
  const minted = parts.mutate<Minted>({
    caller,
    idempotency,
    replay: (stores, id) => replayKey(stores, caller.organizationId, id),
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const { draft, grant } = await draftKey(parts, stores, caller, standing, input)
      const minter = await lockMinter(stores, caller, standing)
      const atMs = await nowMs()
      requireMayHandOut(parts.rights, standing, grant, atMs)
      requireExpiry(parts.contract, draft.expiresAtMs, atMs, atMs)
      if (minter !== null) {
        minting = { userId: minter, atMs }
        await requireMayCreate(parts.contract, stores, caller.organizationId, minter, atMs)
        await stores.mintLog.append(caller.organizationId, minter, atMs)
      }
      const { plaintext, secret } = mintSecret(parts, draft.environment, atMs)
      const key = await stores.keys.insert({ ...draft, createdAtMs: atMs }, secret)
      const target = { type: 'api_key', id: key.id }
      const happening = { action: 'api_key.created', target, projectId: key.projectId, changes: describeKey(key) }
      await tell(happening, aboutKey(key, atMs))
      return { result: { ...viewKey(key, atMs), key: plaintext }, resourceId: key.id }
    },
  })
  return minted.catch(async (error: unknown) => {
    if (minting !== null) await tellIfLimited(parts, caller, minting, error)
    throw error
  })
}

async function tellIfLimited(
  parts: KeyParts,
  { organizationId }: CallerIn,
  minting: { readonly userId: UserId; readonly atMs: number },
  error: unknown,
): Promise<void> {
  if (!(error instanceof RefusedError) || error.reason !== 'creation_limit') return
  await parts.tellOfCreationLimit({ organizationId, ...minting, resetAtMs: minting.atMs + (error.retryAfterMs ?? 0) })
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
  requireScope(input.scope, input.projectId)
  requireOwner(parts, caller, input)
  requireEnvironment(contract, input.environment ?? 'live')
  requirePermissions(rights, input.permissions ?? null)
  requireMaySetRateLimit(caller.kind === 'operator', input.rateLimit)
  requireAllowlist(input.ipAllowlist ?? null)
  requireMetadata(input.metadata ?? {})
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

type Draft = Omit<Key, 'number' | 'revocation' | 'createdAtMs'>

/** The key as it will be, within what the caller may give. */
async function draftKey(
  parts: KeyParts,
  stores: Stores,
  caller: CallerIn,
  standing: Standing,
  input: MintInput,
): Promise<{ readonly draft: Draft; readonly grant: Grant }> {
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
  const grant = { scope, projectId, permissions, role }
  requireWithin(rights, standing, grant)
  requireWithinParent(standing, { expiresAtMs, ipAllowlist })
  if (projectId !== null) await requireProject(stores, caller.organizationId, projectId)
  const draft: Draft = {
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
  return { draft, grant }
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
    throw belongsTo(own)
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
export function describeKey(key: KeyWithSecrets): Readonly<Record<string, unknown>> {
  const { name, environment, scope, projectId, permissions, owner, createdByUserId, expiresAtMs } = key
  const { ipAllowlist, rateLimit, metadata, secrets } = key
  const policy = { name, environment, scope, projectId, permissions, owner, createdByUserId, expiresAtMs }
  return { ...policy, ipAllowlist, rateLimit, metadata, secretId: secrets.at(-1)?.id ?? null }
}
