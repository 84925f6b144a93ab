import { Type, type TProperties, type TSchema } from 'typebox'

/** An object that takes and shows nothing but its own fields. */
export function closed<P extends TProperties>(properties: P, options: { description?: string; $id?: string } = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

/** One of these words. */
export function oneOf<const Values extends readonly string[]>(values: Values) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] })
}

/** RFC 3339, UTC with milliseconds where Mintmark writes it; any offset where it reads it. */
export const Time = Type.String({ format: 'date-time', examples: ['2026-11-21T10:00:00.000Z'] })
/** An id in an answer or a body. Its shape is checked where it is looked up: what is not one is not found. */
export const Id = Type.String({ minLength: 1, maxLength: 64 })
export const Name = Type.String({ minLength: 1, maxLength: 100 })
export const EnvironmentName = oneOf(['live', 'test'])
/** As long as a contract's longest: three words of 64. */
export const PermissionList = Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })
export const RateLimitShape = closed({
  limit: Type.Integer({ minimum: 1, maximum: 100_000 }),
  windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
})
/** Any names: a `Type.Record` would let those with a line break pass, and with any value. */
export const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string' },
})

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'The nextCursor of the page before.' })),
}

export function listOf<S extends TSchema>(item: S) {
  return closed({ data: Type.Array(item), nextCursor: nullable(Type.String()) })
}
