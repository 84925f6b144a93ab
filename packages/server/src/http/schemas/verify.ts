import { reasons } from '@mintmark/core'
import { Type } from 'typebox'
import { closed, EnvironmentName, Id, Metadata, nullable, oneOf, PermissionList, Time } from './shapes.ts'

const permissionName = Type.String({ minLength: 1, maxLength: 200 })
const permissionNames = Type.Array(permissionName, { minItems: 1, maxItems: 100 })

/** What one verification asks. The lane reads the same shape by hand; a test holds the two together. */
export const VerifyRequest = closed(
  {
    key: Type.String({ maxLength: 65_536, description: 'An API key or a session token, exactly as it was presented.' }),
    permission: Type.Optional(
      Type.Union([permissionName, closed({ all: permissionNames }), closed({ any: permissionNames })]),
    ),
    roles: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 100 })),
    projectId: Type.Optional(Id),
    organizationWide: Type.Optional(Type.Boolean()),
    environment: Type.Optional(EnvironmentName),
    clientIp: Type.Optional(Type.String({ maxLength: 64 })),
    cost: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 1 })),
  },
  { $id: 'VerifyRequest' },
)

const VerifiedKeyShape = closed({
  id: Id,
  secretId: Id,
  name: Type.String(),
  prefix: Type.String(),
  environment: EnvironmentName,
  scope: oneOf(['organization', 'project']),
  organizationId: Id,
  projectId: nullable(Type.String()),
  permissions: nullable(PermissionList),
  effectivePermissions: Type.Array(Type.String()),
  role: Type.String(),
  createdByUserId: nullable(Type.String()),
  expiresAt: nullable(Time),
  metadata: Metadata,
})

const VerifiedSessionShape = closed({
  userId: Id,
  organizationId: Id,
  role: Type.String(),
  effectivePermissions: Type.Array(Type.String()),
  expiresAt: Time,
})

export const Verdict = closed(
  {
    valid: Type.Boolean(),
    status: Type.Integer({ description: '200, or what to answer: 401, 403, 429; in a batch also 400.' }),
    reason: nullable(oneOf(reasons)),
    message: nullable(Type.String()),
    key: nullable(VerifiedKeyShape),
    session: nullable(VerifiedSessionShape),
    rateLimit: nullable(
      closed({
        limit: Type.Integer(),
        remaining: Type.Integer(),
        resetSeconds: Type.Integer(),
        retryAfterSeconds: Type.Integer(),
        windowSeconds: Type.Number(),
      }),
    ),
  },
  { $id: 'Verdict' },
)

const commaSeparated = 'Several are joined by commas.'

/** The query of `/v1/forward-auth`, read by hand in forward-auth-demand.ts. */
export const ForwardAuthQuery = closed({
  permission: Type.Optional(Type.String({ minLength: 1, description: `All of these are demanded. ${commaSeparated}` })),
  roles: Type.Optional(Type.String({ minLength: 1, description: `One of these is demanded. ${commaSeparated}` })),
  projectId: Type.Optional(Type.String({ minLength: 1 })),
  organizationWide: Type.Optional(oneOf(['true', 'false'])),
  environment: Type.Optional(EnvironmentName),
})

export const VerifyBatchRequest = closed({
  requests: Type.Array(Type.Ref('VerifyRequest#'), { minItems: 1, maxItems: 100 }),
})

export const VerifyBatchAnswer = closed({ results: Type.Array(Type.Ref('Verdict#')) })
