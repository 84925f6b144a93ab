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
import type { Compile, KeyRow, SessionRow } from './ports/directory.ts'

/** A tenant's key as one look-up found it, ready to be judged. */
export type KeyHolder = {
  readonly kind: 'key'
  readonly row: KeyRow
  readonly keyId: KeyId
  readonly organizationId: OrganizationId
  readonly standing: SecretStanding
  readonly subject: Subject
  readonly permissions: readonly string[] | null
  readonly limit: WindowLimit
  readonly isAddressAllowed: AddressMatcher | null
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
export type OperatorHolder = {
  readonly kind: 'operator'
  readonly row: KeyRow
  readonly keyId: KeyId
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
  /** A role that the contract does not have gives nothing. */
  ofRole(role: string): PermissionSet
  /** `null` inherits all that the role gives. A key never has what `neverByKey` names. */
  ofKey(role: string, permissions: readonly string[] | null): PermissionSet
}

export function createRights(contract: Contract, catalogue: PermissionCatalogue): Rights {
  const neverByKey = catalogue.expand(contract.neverByKey)
  const ofRole = (role: string): PermissionSet =>
    Object.hasOwn(contract.roles, role) ? catalogue.expand(contract.roles[role] ?? []) : catalogue.none
  return {
    catalogue,
    neverByKey,
    ofRole,
    ofKey(role, permissions) {
      const given = ofRole(role)
      const asked = permissions === null ? given : given.intersect(catalogue.expand(permissions))
      return asked.without(neverByKey)
    },
  }
}

/** Rows to holders, by one contract. Pure. */
export function createCompile(contract: Contract, rights: Rights): Compile<KeyHolder | OperatorHolder, SessionHolder> {
  return {
    key: (row) => (row.scope === 'installation' ? compileOperator(row) : compileKey(contract, rights, row)),
    session: (row) => compileSession(rights, row),
  }
}

function compileOperator(row: KeyRow): OperatorHolder {
  const permissions = parseList(row.permissions)
  return {
    kind: 'operator',
    row,
    keyId: row.keyId,
    standing: standingOf(row),
    onlyVerify: permissions !== null && permissions.every((permission) => permission === onlyVerifyPermission),
  }
}

function compileKey(contract: Contract, rights: Rights, row: KeyRow): KeyHolder {
  const { organizationId, scope } = row
  if (organizationId === null || scope === 'installation') throw new Error('A tenant key has an organization.')
  const permissions = parseList(row.permissions)
  const role = row.fixedRole ?? row.ownerRole ?? ''
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
    row,
    keyId: row.keyId,
    organizationId,
    standing: standingOf(row),
    subject: {
      kind: 'key',
      scope,
      projectId: row.projectId,
      environment: row.environment,
      role,
      effective,
      organizationSuspended: row.organizationStatus !== 'active',
      ownerSuspended: row.ownerUserId !== null && row.ownerStatus !== 'active',
    },
    permissions,
    limit: limitOf(contract, row),
    isAddressAllowed: allowlist === null ? null : createAddressMatcher(allowlist),
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
    },
    view,
    json: asciiJson(view),
  }
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

function standingOf(row: KeyRow): SecretStanding {
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
  }
}
