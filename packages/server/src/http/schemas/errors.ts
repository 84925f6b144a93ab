import { reasons, statusOf, type Reason } from '@mintmark/core'
import { Type } from 'typebox'
import { closed, oneOf } from './shapes.ts'

/** RFC 9457 with `reason`, on which programs branch. */
export const Problem = closed(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    reason: oneOf(reasons),
    message: Type.String(),
    requestId: Type.String(),
    resetAt: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(closed({ path: Type.String(), message: Type.String() }))),
  },
  { $id: 'Problem' },
)

/** What any request with a credential may meet. */
const always: readonly Reason[] = [
  'invalid_request',
  'ambiguous_credentials',
  'missing_key',
  'invalid_key',
  'key_revoked',
  'key_expired',
  'session_expired',
  'rate_limit',
  'forbidden',
  'scope_violation',
  'ip_not_allowed',
  'organization_suspended',
  'owner_suspended',
  'not_found',
  'headers_too_large',
  'internal',
  'unavailable',
]

/** The `response` entries of an operation for the reasons it may refuse with, one entry a status. */
export function problemResponses(extra: readonly Reason[] = []): Record<number, unknown> {
  const byStatus = new Map<number, Reason[]>()
  for (const reason of new Set([...always, ...extra])) {
    const status = statusOf(reason)
    byStatus.set(status, [...(byStatus.get(status) ?? []), reason])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: `Reasons: ${list.join(', ')}.`,
        content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
      },
    ]),
  )
}

/** Reasons of every operation that takes a JSON body. */
export const bodyReasons: readonly Reason[] = ['payload_too_large', 'unsupported_media_type']
