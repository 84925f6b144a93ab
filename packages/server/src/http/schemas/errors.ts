import { reasons, type ErrorDialect, type Reason } from '@mintmark/core'
import { Type, type TSchema } from 'typebox'
import { closed, oneOf, Time } from './shapes.ts'

/** RFC 9457 with `reason`, on which programs branch. */
export const Problem = closed(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    reason: oneOf(reasons),
    message: Type.String(),
    requestId: Type.String(),
    resetAt: Type.Optional(Time),
    errors: Type.Optional(Type.Array(closed({ path: Type.String(), message: Type.String() }))),
  },
  { $id: 'Problem' },
)

/** The body of an error in the dialect `reason`. */
const ReasonError = closed({ reason: oneOf(reasons), message: Type.String() }, { $id: 'ReasonError' })

/** The body of an error in the dialect `error`. */
const SentenceError = closed({ error: Type.String() }, { $id: 'SentenceError' })

/** The body of an error in the dialect `envelope`. */
const EnvelopeError = closed(
  { success: Type.Literal(false), error: closed({ reason: oneOf(reasons), message: Type.String() }) },
  { $id: 'EnvelopeError' },
)

/** What a contract's dialect needs besides `Problem`, which operator endpoints always speak. */
export const dialectSchemas: Readonly<Record<ErrorDialect, readonly TSchema[]>> = {
  problem: [],
  reason: [ReasonError],
  error: [SentenceError],
  envelope: [EnvelopeError],
}

/** Reasons of an operation that is done once for each Idempotency-Key. */
export const idempotencyReasons: readonly Reason[] = ['conflict', 'idempotency_mismatch']
