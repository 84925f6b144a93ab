import { Type } from 'typebox'
import {
  closed,
  EnvironmentName,
  Id,
  Metadata,
  nullable,
  oneOf,
  PermissionList,
  RateLimitShape,
  Time,
} from './shapes.ts'

const ActorShape = closed({
  type: oneOf(['member', 'key', 'operator', 'host', 'system']),
  id: Type.String(),
})

const OwnerShape = Type.Union([
  closed({ type: Type.Literal('member'), userId: Type.String() }),
  closed({ type: Type.Literal('organization'), role: Type.String() }),
])

/** At most 5 s behind. */
const lastUse = {
  lastUsedAt: nullable(Time),
  lastUsedIp: nullable(Type.String()),
  lastUsedAgent: nullable(
    Type.String({ description: 'The User-Agent, where it was there to see: not where a backend verifies.' }),
  ),
}

const SecretShape = closed({
  id: Id,
  prefix: Type.String({ description: 'What may be shown of it.' }),
  createdAt: Time,
  expiresAt: nullable(Time),
  ...lastUse,
})

const keyFields = {
  id: Id,
  name: Type.String(),
  prefix: Type.String({ description: 'The prefix and first characters of the newest live secret.' }),
  environment: EnvironmentName,
  scope: oneOf(['organization', 'project']),
  projectId: nullable(Type.String()),
  permissions: nullable(PermissionList),
  status: oneOf(['active', 'revoked', 'expired']),
  owner: OwnerShape,
  createdAt: Time,
  createdByUserId: nullable(Type.String()),
  expiresAt: nullable(Time),
  revokedAt: nullable(Time),
  revokedBy: nullable(ActorShape),
  revokedReason: nullable(oneOf(['unspecified', 'leaked', 'superseded', 'unused', 'owner_removed', 'project_deleted'])),
  ...lastUse,
  rateLimit: nullable(RateLimitShape),
  ipAllowlist: nullable(Type.Array(Type.String())),
  metadata: Metadata,
  secrets: Type.Array(SecretShape, { description: 'The one or two that are live, oldest first.' }),
}

export const KeyResource = closed(keyFields, { $id: 'ApiKey' })

export const MintedKeyResource = closed(
  {
    ...keyFields,
    key: nullable(Type.String({ description: 'The plaintext, in this answer only; null where it is given again.' })),
  },
  { $id: 'MintedApiKey' },
)

export const CreationLimitsResource = closed(
  {
    remaining: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1 }),
    resetAt: nullable(Time),
    activeKeys: Type.Integer({ minimum: 0 }),
    maxActiveKeys: Type.Integer({ minimum: 1 }),
  },
  { $id: 'CreationLimits' },
)

export const KeyWindowResource = closed(
  {
    limit: Type.Integer({ minimum: 1 }),
    windowSeconds: Type.Integer({ minimum: 1 }),
    remaining: Type.Integer({ minimum: 0 }),
    resetSeconds: Type.Integer({ minimum: 0, description: 'Until the window is empty again.' }),
  },
  { $id: 'ApiKeyWindow' },
)

export const ProjectResource = closed(
  { id: Id, name: Type.String(), createdAt: Time, archivedAt: nullable(Time) },
  { $id: 'Project' },
)

export const OrganizationResource = closed(
  {
    id: Id,
    name: Type.String(),
    tier: Type.String(),
    status: oneOf(['active', 'suspended']),
    rateLimit: nullable(RateLimitShape),
    createdAt: Time,
  },
  { $id: 'Organization' },
)

const memberFields = {
  id: Id,
  email: nullable(Type.String()),
  name: nullable(Type.String()),
  role: Type.String(),
  status: oneOf(['active', 'suspended']),
  createdAt: Time,
  lastSeenAt: nullable(Time),
}

export const MemberResource = closed(memberFields, { $id: 'Member' })

export const AcceptedMemberResource = closed({ organizationId: Id, ...memberFields }, { $id: 'AcceptedMember' })

const invitationFields = { id: Id, email: Type.String(), role: Type.String(), expiresAt: Time }

export const InvitationResource = closed(invitationFields, { $id: 'Invitation' })

export const InvitedResource = closed(
  {
    ...invitationFields,
    token: Type.Optional(
      nullable(Type.String({ description: 'For the operator and an administrator who invites, in this answer only.' })),
    ),
  },
  { $id: 'Invited' },
)

export const SessionResource = closed(
  { token: nullable(Type.String({ description: 'Shown once.' })), expiresAt: Time },
  { $id: 'Session' },
)

const operatorKeyFields = {
  id: Id,
  name: Type.String(),
  prefix: Type.String(),
  only: nullable(Type.Literal('verify')),
  status: oneOf(['active', 'revoked', 'expired']),
  createdAt: Time,
  lastUsedAt: nullable(Time),
  revokedAt: nullable(Time),
}

export const OperatorKeyResource = closed(operatorKeyFields, { $id: 'OperatorKey' })

export const MintedOperatorKeyResource = closed(
  { ...operatorKeyFields, key: nullable(Type.String({ description: 'Shown once.' })) },
  { $id: 'MintedOperatorKey' },
)

const meOfKey = closed({
  apiKeyId: Id,
  keyName: Type.String(),
  keyPrefix: Type.String(),
  organizationId: Id,
  scope: oneOf(['organization', 'project']),
  scopedProjectId: nullable(Type.String()),
  permissions: nullable(PermissionList),
  createdByUserId: nullable(Type.String()),
  lastUsedAt: nullable(Time),
  environment: EnvironmentName,
  expiresAt: nullable(Time),
  role: Type.String(),
  effectivePermissions: Type.Array(Type.String()),
  rateLimit: closed({ limit: Type.Integer(), windowSeconds: Type.Integer(), remaining: Type.Integer() }),
})

const meOfSession = closed({
  userId: Id,
  organizationId: Id,
  role: Type.String(),
  effectivePermissions: Type.Array(Type.String()),
  expiresAt: nullable(Time),
})

const meOfOperator = closed({
  operatorKeyId: Type.String(),
  keyName: Type.String(),
  scope: Type.Literal('installation'),
})

export const MeResource = Type.Union([meOfKey, meOfSession, meOfOperator], { $id: 'Me' })

const Names = Type.Array(Type.String())
const NamesByName = Type.Unsafe<Record<string, string[]>>({
  type: 'object',
  additionalProperties: { type: 'array', items: { type: 'string' } },
})

/** The contract in force, every default filled in. */
export const ContractResource = closed(
  {
    name: Type.String(),
    keys: closed({
      prefixes: closed({ live: Type.String(), test: nullable(Type.String()) }),
      length: Type.Integer(),
      checksum: Type.Integer(),
      shown: Type.Integer(),
      formerPrefixes: Names,
      legacy: Type.Array(closed({ pattern: Type.String(), hash: Type.String() })),
    }),
    headers: Type.Array(oneOf(['authorization', 'x-api-key'])),
    errors: oneOf(['problem', 'reason', 'error', 'envelope']),
    messages: Metadata,
    permissions: Names,
    aliases: NamesByName,
    roles: NamesByName,
    neverByKey: Names,
    minting: closed({
      organization: Names,
      project: Names,
      keysManageKeys: Type.Boolean(),
      perMemberPerDay: Type.Integer(),
      activePerMember: Type.Integer(),
      revokedCountAsActive: Type.Boolean(),
      maxLifetimeDays: nullable(Type.Integer()),
    }),
    tiers: Type.Unsafe<Record<string, { limit: number; windowSeconds: number }>>({
      type: 'object',
      additionalProperties: RateLimitShape,
    }),
    defaultTier: Type.String(),
    ui: closed({
      product: Type.String(),
      keysTitle: Type.String(),
      keysPath: Type.String(),
      accent: Type.String(),
      logo: nullable(Type.String()),
    }),
  },
  { $id: 'Contract' },
)
