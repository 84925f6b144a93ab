import type {
  Contract,
  Environment,
  KeyId,
  OrganizationId,
  PermissionCatalogue,
  PermissionSet,
  ProjectId,
  SecretId,
  SecretStanding,
  SessionId,
  Subject,
  UserId,
  WindowLimit,
} from '@mintmark/core'
import { createAddressMatcher, type AddressMatcher } from './addresses.ts'
import { SharedParts } from './shared-parts.ts'
import type { Compile, KeyRow, SessionRow } from './ports/directory.ts'
import type { KeyWindow } from './ports/windows.ts'
import type { UseNote } from './usage.ts'

/** By which numbers uses of a secret are noted, and where: the note is at hand, because each verification needs it. */
export type UsedSecret = Pick<KeyRow, 'keyNumber' | 'secretNumber'> & { note: UseNote | null }

/** A tenant's key as one look-up found it, ready to be judged. What every verification reads stands first, together. */
export type KeyHolder = UsedSecret & {
  readonly kind: 'key'
  readonly keyId: KeyId
  readonly standing: SecretStanding
  readonly subject: Subject
  readonly limit: WindowLimit
  /** Opened by the first verification. */
  window: KeyWindow | null
  readonly isAddressAllowed: AddressMatcher | null
  /** Its first use must be marked before it is answered. */
  readonly awaitsFirstUse: boolean
  readonly organizationId: OrganizationId
  readonly ownerUserId: UserId | null
  readonly permissions: readonly string[] | null
  readonly view: VerifiedKey
  /** `view` as ASCII JSON text. Both are made once for as long as the row stays the same. */
  readonly json: string
}

/** What a verdict tells of a key. */
export type VerifiedKey = {
  readonly id: KeyId
  readonly secretId: SecretId
  readonly name: string
  readonly prefix: string
  readonly environment: Environment
  readonly scope: 'organization' | 'project'
  readonly organizationId: OrganizationId
  readonly projectId: ProjectId | null
  readonly permissions: readonly string[] | null
  readonly effectivePermissions: readonly string[]
  readonly role: string
  readonly createdByUserId: UserId | null
  readonly expiresAt: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** What a verdict tells of a session. */
export type VerifiedSession = {
  readonly userId: UserId
  readonly organizationId: OrganizationId
  readonly role: string
  readonly effectivePermissions: readonly string[]
  readonly expiresAt: string
}

/** An operator key. */
export type OperatorHolder = UsedSecret & {
  readonly kind: 'operator'
  readonly keyId: KeyId
  readonly name: string
  readonly standing: SecretStanding
  readonly onlyVerify: boolean
}

export type SessionHolder = {
  readonly kind: 'session'
  readonly sessionId: SessionId
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly expiresAtMs: number
  readonly subject: Subject
  readonly view: VerifiedSession
  readonly json: string
}

/** What an operator key's permission list holds when it may do nothing but verify. */
export const onlyVerifyPermission = 'verify'

/** Rights as the contract has them: roles and permission lists expanded to sets. */
export type Rights = {
  readonly catalogue: PermissionCatalogue
  readonly neverByKey: PermissionSet
  /** Names of the contract's roles. */
  readonly roles: readonly string[]
  /** A role that the contract does not have gives nothing. */
  ofRole(role: string): PermissionSet
  /** `null` inherits all that the role gives. A key never has what `neverByKey` names. */
  ofKey(role: string, permissions: readonly string[] | null): PermissionSet
}

export function createRights(contract: Contract, catalogue: PermissionCatalogue): Rights {
  const neverByKey = catalogue.expand(contract.neverByKey)
  const ofRole = (role: string): PermissionSet =>
    Object.hasOwn(contract.roles, role) ? catalogue.expand(contract.roles[role] ?? []) : catalogue.none
  const shared = new SharedParts<PermissionSet>()
  return {
    catalogue,
    neverByKey,
    roles: Object.keys(contract.roles),
    ofRole,
    ofKey(role, permissions) {
      return shared.get(JSON.stringify([role, permissions]), () => {
        const given = ofRole(role)
        const asked = permissions === null ? given : given.intersect(catalogue.expand(permissions))
        return asked.without(neverByKey)
      })
    },
  }
}

/** Rows to holders, by one contract. Pure. */
export function createCompile(contract: Contract, rights: Rights): Compile<KeyHolder | OperatorHolder, SessionHolder> {
  const parts: CompileParts = { contract, rights, subjects: new SharedParts(), limits: new SharedParts() }
  return {
    key: (row) => (row.scope === 'installation' ? compileOperator(row) : compileKey(parts, row)),
    session: (row) => compileSession(rights, row),
  }
}

function compileOperator(row: KeyRow): OperatorHolder {
  const permissions = parseList(row.permissions)
  return {
    kind: 'operator',
    keyId: row.keyId,
    keyNumber: row.keyNumber,
    secretNumber: row.secretNumber,
    note: null,
    name: row.name,
    standing: standingOf(row),
    onlyVerify: permissions !== null,
  }
}

type CompileParts = {
  readonly contract: Contract
  readonly rights: Rights
  readonly subjects: SharedParts<Subject>
  readonly limits: SharedParts<WindowLimit>
}

function compileKey({ contract, rights, subjects, limits }: CompileParts, row: KeyRow): KeyHolder {
  const { organizationId, scope } = row
  if (organizationId === null || scope === 'installation') throw new Error('A tenant key has an organization.')
  const permissions = parseList(row.permissions)
  const role = roleOf(row)
  const effective = rights.ofKey(role, permissions)
  const allowlist = parseList(row.ipAllowlist)
  const view: VerifiedKey = {
    id: row.keyId,
    secretId: row.secretId,
    name: row.name,
    prefix: row.prefix,
    environment: row.environment,
    scope,
    organizationId,
    projectId: row.projectId,
    permissions,
    effectivePermissions: effective.names(),
    role,
    createdByUserId: row.createdByUserId,
    expiresAt: row.expiresAtMs === null ? null : new Date(row.expiresAtMs).toISOString(),
    metadata: JSON.parse(row.metadata) as Record<string, string>,
  }
  return {
    kind: 'key',
    keyId: row.keyId,
    standing: standingOf(row),
    subject: sharedSubject(subjects, row, effective),
    limit: sharedLimit(limits, limitOf(contract, row)),
    window: null,
    note: null,
    isAddressAllowed: allowlist === null ? null : createAddressMatcher(allowlist),
    keyNumber: row.keyNumber,
    secretNumber: row.secretNumber,
    awaitsFirstUse: row.awaitsFirstUse,
    organizationId,
    ownerUserId: row.ownerUserId,
    permissions,
    view,
    json: asciiJson(view),
  }
}

function compileSession(rights: Rights, row: SessionRow): SessionHolder {
  const effective = rights.ofRole(row.role)
  const view: VerifiedSession = {
    userId: row.userId,
    organizationId: row.organizationId,
    role: row.role,
    effectivePermissions: effective.names(),
    expiresAt: new Date(row.expiresAtMs).toISOString(),
  }
  return {
    kind: 'session',
    sessionId: row.sessionId,
    organizationId: row.organizationId,
    userId: row.userId,
    expiresAtMs: row.expiresAtMs,
    subject: {
      kind: 'session',
      scope: 'organization',
      projectId: null,
      environment: null,
      role: row.role,
      effective,
      organizationSuspended: row.organizationStatus !== 'active',
      ownerSuspended: row.memberStatus !== 'active',
      steppedUpUntilMs: row.steppedUpUntilMs,
    },
    view,
    json: asciiJson(view),
  }
}

function sharedSubject(subjects: SharedParts<Subject>, row: KeyRow, effective: PermissionSet): Subject {
  const role = roleOf(row)
  const scope = row.scope === 'project' ? 'project' : 'organization'
  const organizationSuspended = row.organizationStatus !== 'active'
  const ownerSuspended = row.ownerUserId !== null && row.ownerStatus !== 'active'
  const { projectId, environment, permissions } = row
  const told = [scope, projectId, environment, role, permissions, organizationSuspended, ownerSuspended]
  return subjects.get(JSON.stringify(told), () => {
    const suspended = { organizationSuspended, ownerSuspended }
    return { kind: 'key', scope, projectId, environment, role, effective, ...suspended, steppedUpUntilMs: null }
  })
}

/** The role fixed on the key, else its owner's role now; an owner who is gone has none. */
function roleOf(row: KeyRow): string {
  return row.fixedRole ?? row.ownerRole ?? ''
}

function sharedLimit(limits: SharedParts<WindowLimit>, limit: WindowLimit): WindowLimit {
  return limits.get(`${limit.limit}/${limit.windowMs}`, () => limit)
}

/** The key's own limit, else the organization's, else its tier's, else the default tier's. */
function limitOf(contract: Contract, row: KeyRow): WindowLimit {
  if (row.keyLimit !== null && row.keyWindowSeconds !== null) {
    return { limit: row.keyLimit, windowMs: row.keyWindowSeconds * 1000 }
  }
  if (row.organizationLimit !== null && row.organizationWindowSeconds !== null) {
    return { limit: row.organizationLimit, windowMs: row.organizationWindowSeconds * 1000 }
  }
  return tierLimit(contract, row.organizationTier ?? contract.defaultTier)
}

export function tierLimit(contract: Contract, name: string): WindowLimit {
  const tier = Object.hasOwn(contract.tiers, name) ? contract.tiers[name] : contract.tiers[contract.defaultTier]
  if (tier === undefined) throw new Error('A contract has its default tier.')
  return { limit: tier.limit, windowMs: tier.windowSeconds * 1000 }
}

/** Most keys have no end in sight: they share this one. */
const endless: SecretStanding = Object.freeze({ keyRevokedAtMs: null, keyExpiresAtMs: null, secretEndsAtMs: null })

function standingOf(row: KeyRow): SecretStanding {
  if (row.revokedAtMs === null && row.expiresAtMs === null && row.secretEndsAtMs === null) return endless
  return { keyRevokedAtMs: row.revokedAtMs, keyExpiresAtMs: row.expiresAtMs, secretEndsAtMs: row.secretEndsAtMs }
}

function parseList(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as readonly string[])
}

/** JSON in ASCII alone, so that it can be sent in one latin1 write (RFC 8259 section 7: any character may be escaped). */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A key without an allow-list may be used from anywhere; one with it from nowhere unknown. */
export function mayComeFrom(holder: KeyHolder, address: string | null): boolean {
  return holder.isAddressAllowed === null || (address !== null && holder.isAddressAllowed(address))
}

/** A member as he stands now, as the subject of an access decision. */
export function memberSubject(
  rights: Rights,
  organization: { readonly status: string },
  member: { readonly role: string; readonly status: string },
  steppedUpUntilMs: number | null,
): Subject {
  return {
    kind: 'session',
    scope: 'organization',
    projectId: null,
    environment: null,
    role: member.role,
    effective: rights.ofRole(member.role),
    organizationSuspended: organization.status !== 'active',
    ownerSuspended: member.status !== 'active',
    steppedUpUntilMs,
  }
}
