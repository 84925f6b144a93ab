import { reasons } from '@mintmark/core'
import { Type } from 'typebox'
import { closed, nullable, oneOf, Time } from './shapes.ts'

const anyObject = { type: 'object', additionalProperties: true } as const

export const GraphqlBody = closed({
  query: Type.String({ minLength: 1, examples: ['{ apiKeyRateLimit { remaining limit resetAt } }'] }),
  variables: Type.Optional(nullable(Type.Unsafe<Record<string, unknown>>(anyObject))),
  operationName: Type.Optional(nullable(Type.String())),
  extensions: Type.Optional(
    nullable(
      Type.Unsafe<Record<string, unknown>>({ ...anyObject, description: 'Sent by some clients, and not read.' }),
    ),
  ),
})

const GraphqlErrorShape = closed({
  message: Type.String(),
  locations: Type.Optional(Type.Array(closed({ line: Type.Integer(), column: Type.Integer() }))),
  path: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Integer()]))),
  extensions: closed({
    reason: oneOf(reasons),
    status: Type.Integer({ description: 'The status that the same refusal has over HTTP.' }),
    title: Type.String(),
    requestId: Type.Optional(Type.String()),
    retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
    resetAt: Type.Optional(Time),
    errors: Type.Optional(Type.Array(closed({ path: Type.String(), message: Type.String() }))),
  }),
})

/** Of what was done, or was refused field by field. */
export const GraphqlAnswerShape = closed(
  {
    data: Type.Unsafe<Record<string, unknown>>(anyObject),
    errors: Type.Optional(Type.Array(GraphqlErrorShape, { minItems: 1 })),
  },
  { $id: 'GraphqlAnswer' },
)

/** Of what was refused as a whole. */
export const GraphqlRefusal = closed(
  { errors: Type.Array(GraphqlErrorShape, { minItems: 1 }) },
  { $id: 'GraphqlRefusal' },
)
