import { reasons } from '@mintmark/core'
import { Type } from 'typebox'
import { bucketMinutes, type UsageBucket } from '../../engine/ports/usage.ts'
import { closed, EnvironmentName, Id, Time } from './shapes.ts'

const within = {
  projectId: Type.Optional(Id),
  environment: Type.Optional(EnvironmentName),
  from: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'Rounded down to a whole bucket. Default: 60 minutes, 24 hours or 30 days before `to`.',
    }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', description: 'Rounded up to a whole bucket, which is left out. Default: now.' }),
  ),
  bucket: Type.Optional(
    Type.Unsafe<UsageBucket>({
      type: 'string',
      enum: Object.keys(bucketMinutes),
      default: 'day',
      description: 'At most 1,500 of them in one answer.',
    }),
  ),
}

export const UsageListQuery = closed({ keyId: Type.Optional(Id), ...within })

export const TopKeysQuery = closed({
  ...within,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
})

const counts = {
  accepted: Type.Integer({ minimum: 0 }),
  refused: Type.Unsafe<Record<string, number>>({
    type: 'object',
    propertyNames: { enum: [...reasons] },
    additionalProperties: { type: 'integer', minimum: 1 },
    description: 'By reason; those that did not occur are left out.',
  }),
}

export const TopKeysResource = closed(
  { data: Type.Array(closed({ keyId: Id, name: Type.String(), ...counts })) },
  { $id: 'TopKeys' },
)

export const UsageResource = closed(
  { data: Type.Array(closed({ at: Time, ...counts })), totals: closed(counts) },
  { $id: 'Usage' },
)
