import { legacyHashes } from '@mintmark/core'
import { Type } from 'typebox'
import {
  closed,
  EnvironmentName,
  Id,
  Metadata,
  Name,
  nullable,
  oneOf,
  PageQuery,
  PermissionList,
  RateLimitShape,
  Time,
} from './shapes.ts'

const Allowlist = nullable(
  Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 100, examples: [['192.0.2.0/24']] }),
)
const RoleName = Type.String({ minLength: 1, maxLength: 100 })

export const MintBody = closed({
  name: Name,
  scope: Type.Optional(oneOf(['organization', 'project'])),
  projectId: Type.Optional(Id),
  environment: Type.Optional(EnvironmentName),
  permissions: Type.Optional(nullable(PermissionList)),
  expiresAt: Type.Optional(nullable(Time)),
  owner: Type.Optional(oneOf(['member', 'organization'])),
  role: Type.Optional(RoleName),
  rateLimit: Type.Optional(nullable(RateLimitShape)),
  ipAllowlist: Type.Optional(Allowlist),
  metadata: Type.Optional(Metadata),
})

const ImportItem = closed({
  hash: Type.String({ minLength: 43, maxLength: 64, description: 'What the other system stored of the key.' }),
  hashedAs: oneOf(legacyHashes),
  prefix: Type.String({
    minLength: 1,
    maxLength: 64,
    description:
      'What may be shown of the key: its beginning. Of one whose long token was hashed: all before the last _.',
  }),
  name: Name,
  userId: Type.Optional(Id),
  owner: Type.Optional(Type.Literal('organization')),
  role: Type.Optional(RoleName),
  scope: Type.Optional(oneOf(['organization', 'project'])),
  projectId: Type.Optional(Id),
  environment: Type.Optional(EnvironmentName),
  permissions: Type.Optional(nullable(PermissionList)),
  expiresAt: Type.Optional(nullable(Time)),
  rateLimit: Type.Optional(nullable(RateLimitShape)),
  ipAllowlist: Type.Optional(Allowlist),
  metadata: Type.Optional(Metadata),
})

export const ImportBody = closed({ keys: Type.Array(ImportItem, { minItems: 1, maxItems: 100 }) })

const ImportResult = closed({
  outcome: oneOf(['imported', 'duplicate']),
  id: nullable(Type.String({ description: 'Null where the key is another organization’s.' })),
  message: nullable(Type.String()),
})

/** In the order of the keys that were sent. */
export const ImportAnswer = closed({ results: Type.Array(ImportResult) })

export const ChangeBody = closed({
  name: Type.Optional(Name),
  permissions: Type.Optional(nullable(PermissionList)),
  expiresAt: Type.Optional(nullable(Time)),
  ipAllowlist: Type.Optional(Allowlist),
  metadata: Type.Optional(Metadata),
  rateLimit: Type.Optional(nullable(RateLimitShape)),
})

export const RevokeBody = closed({
  reason: Type.Optional(oneOf(['unspecified', 'leaked', 'superseded', 'unused'])),
  comment: Type.Optional(Type.String({ maxLength: 500 })),
})

export const RotateBody = closed({
  overlapSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800, default: 86_400 })),
})

export const TransferBody = Type.Union([
  closed({ userId: Id }),
  closed({ owner: Type.Literal('organization'), role: RoleName }),
])

export const KeyListQuery = closed({
  ...PageQuery,
  status: Type.Optional(oneOf(['active', 'revoked', 'expired', 'all'])),
  environment: Type.Optional(EnvironmentName),
  projectId: Type.Optional(Id),
  owner: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: 'Of a user; or organization: the keys that no member owns.' }),
  ),
  q: Type.Optional(Type.String({ maxLength: 100, description: 'Part of the name, or beginning of a shown prefix.' })),
  unusedSince: Type.Optional(Time),
  neverUsed: Type.Optional(Type.Boolean({ description: 'Whether none of its secrets was ever used.' })),
  expiresBefore: Type.Optional(Time),
  neverExpires: Type.Optional(Type.Boolean({ description: 'Whether it has no end.' })),
})
