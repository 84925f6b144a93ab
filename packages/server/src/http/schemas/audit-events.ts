import { Type } from 'typebox'
import { closed, Id, nullable, oneOf, PageQuery, Time } from './shapes.ts'

/** What somebody did, or what was done to: of every sort that there is or will be. */
const Thing = closed({ type: Type.String(), id: Type.String() })

const AuditActor = closed({
  type: oneOf(['member', 'key', 'operator', 'host', 'system']),
  id: Type.String({ description: 'For host and system the word itself.' }),
  ownerUserId: Type.Optional(
    nullable(Type.String({ description: 'Of a key that has been deleted since: its owner. Its id is another’s now.' })),
  ),
})

const Sequence = Type.Integer({ minimum: 0 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

export const AuditEventResource = closed(
  {
    id: Id,
    sequence: Sequence,
    action: Type.String({ examples: ['api_key.revoked'] }),
    actor: AuditActor,
    via: nullable(
      closed(
        { type: Type.Literal('operator'), id: Id },
        { description: 'The operator key that acted on behalf of the member who is the actor (Mintmark-User).' },
      ),
    ),
    target: Thing,
    projectId: nullable(Type.String()),
    at: Time,
    ip: nullable(Type.String()),
    requestId: Type.String(),
    changes: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'Of a change: each field with before and after. Of what was made: its fields. Never a secret.',
    }),
  },
  { $id: 'AuditEvent' },
)

const headFields = { sequence: Sequence, digest: Digest }

export const AuditHeadResource = closed(headFields, {
  $id: 'AuditHead',
  description: 'Where the chain ends: keep it elsewhere, and check against it later.',
})

export const AuditCheckResource = Type.Union(
  [
    closed({ whole: Type.Literal(true), checked: Type.Integer({ minimum: 0 }) }),
    closed({
      whole: Type.Literal(false),
      sequence: Type.Integer({ description: 'Of the first bad event.' }),
      fault: oneOf([
        'missing_event',
        'digest_altered',
        'undeclared_erasure',
        'undeclared_rewriting',
        'columns_altered',
        'head_mismatch',
      ]),
      message: Type.String(),
    }),
  ],
  { $id: 'AuditCheck' },
)

const Wanted = Type.String({ minLength: 1, maxLength: 100 })

export const AuditEventQuery = closed({
  action: Type.Optional(Wanted),
  actor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The id of who did it.' })),
  target: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The id of what it was done to.' })),
  projectId: Type.Optional(Id),
  from: Type.Optional(Time),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'This instant is not in it.' })),
  ...PageQuery,
})

export const AuditCheckBody = closed({
  from: Type.Optional(
    Type.Integer({ minimum: 1, description: 'The first event to look at. Those before are taken at their word.' }),
  ),
  head: Type.Optional(
    closed(headFields, {
      description: 'A head of before, which the chain must pass through: of an event that is still kept.',
    }),
  ),
})
