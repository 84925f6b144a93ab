import {
  decideDanger,
  isDangerousKey,
  type Contract,
  type OrganizationId,
  type PermissionSet,
  type ProjectId,
  type Subject,
} from '@mintmark/core'
import { parseNetwork, isNetworkInside } from './addresses.ts'
import type { CallerIn, MemberCaller, TenantCaller } from './caller.ts'
import { memberSubject, type Rights } from './holder.ts'
import type { Key, KeyOwner } from './ports/keys.ts'
import type { Stores } from './ports/storage.ts'
import { invalid, notFound, refuse, RefusedError } from './refused.ts'

/** What the caller may do at this moment, read inside the transaction that will act on it. */
export type Standing = {
  /** Null: the operator, who may do everything. */
  readonly subject: Subject | null
  /** A key caller's own bounds, which what it gives cannot exceed. */
  readonly parent: Key | null
}

/** A key's policy as it will be. */
export type Grant = {
  readonly scope: 'organization' | 'project'
  readonly projectId: ProjectId | null
  readonly permissions: readonly string[] | null
  /** The role that bounds it: the owner's now, or the fixed one. */
  readonly role: string
}

/**
 * Reads the caller's rights again under a lock, so that nobody acts with a role he lost a moment ago.
 * Throws what `authenticate` would answer now.
 */
export async function standingNow(rights: Rights, stores: Stores, caller: CallerIn): Promise<Standing> {
  if (caller.kind === 'operator') return operatorNow(stores, caller.organizationId)
  return caller.kind === 'member' ? memberNow(rights, stores, caller) : keyNow(rights, stores, caller)
}

/** Every right in an organization, for as long as there is one. */
async function operatorNow(stores: Stores, organizationId: OrganizationId): Promise<Standing> {
  if ((await stores.organizations.find(organizationId)) === null) throw notFound()
  return { subject: null, parent: null }
}

async function memberNow(
  rights: Rights,
  stores: Stores,
  { organizationId, userId, subject }: MemberCaller,
): Promise<Standing> {
  const member = await stores.members.lock(organizationId, userId)
  const organization = await stores.organizations.find(organizationId)
  if (member === null || organization === null) throw refuse('invalid_key')
  const now = memberSubject(rights, organization, member, subject.steppedUpUntilMs)
  return { subject: requireUnsuspended(now), parent: null }
}

async function keyNow(
  rights: Rights,
  stores: Stores,
  caller: TenantCaller & { readonly kind: 'key' },
): Promise<Standing> {
  const organizationId = caller.organizationId
  const parent = await stores.keys.find(organizationId, caller.keyId)
  if (parent === null) throw refuse('invalid_key')
  // The owner's row is locked before his keys are, everywhere in this order.
  const owner = parent.owner?.type === 'member' ? await stores.members.lock(organizationId, parent.owner.userId) : null
  const role = parent.owner?.type === 'organization' ? parent.owner.role : owner?.role
  if (parent.revocation !== null || role === undefined) throw refuse('key_revoked')
  const organization = await stores.organizations.find(organizationId)
  const subject: Subject = {
    ...caller.subject,
    role,
    effective: rights.ofKey(role, parent.permissions),
    organizationSuspended: organization?.status !== 'active',
    ownerSuspended: owner !== null && owner.status !== 'active',
  }
  return { subject: requireUnsuspended(subject), parent }
}

function requireUnsuspended(subject: Subject): Subject {
  if (subject.organizationSuspended) throw refuse('organization_suspended')
  if (subject.ownerSuspended) throw refuse('owner_suspended')
  return subject
}

export function missingPermission(permission: string): RefusedError {
  return new RefusedError({ reason: 'forbidden', values: { permission } })
}

export function requirePermission(standing: Standing, permission: string): void {
  if (standing.subject !== null && !standing.subject.effective.has(permission)) throw missingPermission(permission)
}

/** Who may mint keys of this scope, by his role (API.md section 4). */
export function requireMayMint(contract: Contract, standing: Standing, scope: 'organization' | 'project'): void {
  if (standing.subject === null) return
  const { role } = standing.subject
  if (!contract.minting[scope].includes(role)) {
    throw refuse('forbidden', `The role ${role} cannot mint ${scope} keys.`)
  }
}

/** Nobody gives, rotates, widens or takes over more than he has himself: permissions, role and scope of `grant` ⊆ his. */
export function requireWithin(rights: Rights, standing: Standing, grant: Grant): void {
  requireHeld(rights, standing, grant, grantedSet(rights, grant))
}

/**
 * Who signed in must have shown a moment ago that it is he, to have in hand a key that reaches the whole organization or
 * does all that its role may.
 */
export function requireMayHandOut(rights: Rights, { subject }: Standing, grant: Grant, nowMs: number): void {
  if (subject === null) return
  const permissions = grant.permissions === null ? null : rights.catalogue.expand(grant.permissions)
  const everything = rights.ofKey(grant.role, null)
  if (!isDangerousKey({ scope: grant.scope, permissions, everything })) return
  const refusal = decideDanger(subject, nowMs)
  if (refusal !== null) throw new RefusedError(refusal)
}

/** What a key can do now: for what is not given anew, only handed on (rotate, transfer). */
export function requireWithinNow(rights: Rights, standing: Standing, grant: Grant): void {
  requireHeld(rights, standing, grant, rights.ofKey(grant.role, grant.permissions))
}

/**
 * All that a grant may ever come to: what its list names (whatever the role gives now, for a role may rise), or, where
 * it inherits, what the role gives.
 */
function grantedSet(rights: Rights, grant: Grant): PermissionSet {
  const named = grant.permissions === null ? rights.ofRole(grant.role) : rights.catalogue.expand(grant.permissions)
  return named.without(rights.neverByKey)
}

function requireHeld(rights: Rights, { subject }: Standing, grant: Grant, granted: PermissionSet): void {
  if (subject === null) return
  if (subject.scope === 'project' && (grant.scope !== 'project' || grant.projectId !== subject.projectId)) {
    throw refuse('scope_violation')
  }
  const missing = granted.firstMissingFrom(subject.effective) ?? lackingForRole(rights, subject, grant.role)
  if (missing !== null) throw missingPermission(missing)
}

/**
 * A role is a right beside its permissions, for guards may ask for it by name: however short the list of a key is,
 * nobody gives it a role that could do what he cannot.
 */
function lackingForRole(rights: Rights, subject: Subject, role: string): string | null {
  if (role === subject.role) return null
  return rights.ofRole(role).without(rights.neverByKey).firstMissingFrom(subject.effective)
}

/** A key that mints, widens, rotates or transfers gives no longer life and no more addresses than it has. */
export function requireWithinParent(
  standing: Standing,
  child: { readonly expiresAtMs: number | null; readonly ipAllowlist: readonly string[] | null },
): void {
  const { parent } = standing
  if (parent === null) return
  if (parent.expiresAtMs !== null && (child.expiresAtMs === null || child.expiresAtMs > parent.expiresAtMs)) {
    throw refuse('forbidden', 'A key gives out no key that outlives it: this one must expire no later than it does.')
  }
  if (parent.ipAllowlist !== null && !isAllowlistInside(child.ipAllowlist, parent.ipAllowlist)) {
    throw refuse('forbidden', 'A key gives out no key that may be used from more addresses than it may.')
  }
}

export function isAllowlistInside(inner: readonly string[] | null, outer: readonly string[] | null): boolean {
  if (outer === null) return true
  if (inner === null) return false
  const networks = outer.map(parseNetwork).filter((network) => network !== null)
  return inner.every((text) => {
    const network = parseNetwork(text)
    return network !== null && networks.some((wide) => isNetworkInside(network, wide))
  })
}

/** The role that bounds a key now; a removed owner's key has none and so no rights. */
export async function boundingRole(
  stores: Stores,
  organizationId: OrganizationId,
  owner: KeyOwner | null,
): Promise<string> {
  if (owner === null) return ''
  if (owner.type === 'organization') return owner.role
  return (await stores.members.find(organizationId, owner.userId))?.role ?? ''
}

/** A grant names its project when, and only when, it is project-scoped; the project must exist in the organization. */
export async function requireProject(
  stores: Stores,
  organizationId: OrganizationId,
  projectId: ProjectId,
): Promise<void> {
  const project = await stores.projects.lock(organizationId, projectId)
  if (project === null || project.archivedAtMs !== null) throw notFound()
}

export function requireRole(contract: Contract, role: string, path: string): void {
  if (Object.hasOwn(contract.roles, role)) return
  const known = Object.keys(contract.roles).join(', ')
  throw invalid(path, `There is no role ${JSON.stringify(role)} in the contract. Its roles: ${known}.`)
}
