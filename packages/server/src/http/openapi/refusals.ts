import { statusOf, type ErrorDialect, type Reason } from '@mintmark/core'
import type { Policy } from '../../engine/policy.ts'
import { speaksContract } from '../dialect.ts'
import type { DescribedOperation } from './described-operation.ts'
import { describeErrors, type ErrorManner } from './responses.ts'
import type { Json } from './schema-references.ts'

/** Whom an operation is for: what its errors look like hangs on it. */
type Audience = 'Tenant' | 'Operator' | 'Public'
const audiences = ['Tenant', 'Operator', 'Public'] as const satisfies readonly Audience[]

/** What any request may meet. */
const ofAnyRequest: readonly Reason[] = ['invalid_request', 'headers_too_large', 'internal']

/** What a request may meet besides where a credential is read. */
const ofCredentials: readonly Reason[] = [
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
  'unavailable',
]

const ofBodies: readonly Reason[] = ['payload_too_large', 'unsupported_media_type']
/** A GET's is never looked at, but how much of it is announced. */
const ofUnreadBodies: readonly Reason[] = ['payload_too_large']

/** On paths that are here, for methods that they do not list. */
const ofOtherMethods: readonly Reason[] = ['method_not_allowed']

const names: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  431: 'HeadersTooLarge',
  500: 'InternalError',
  503: 'Unavailable',
}

/** The errors among an operation's `responses`, by status. What is said of it alone stands there, all else is shared. */
export function describeRefusals(operation: DescribedOperation, contractDialect: ErrorDialect): Json {
  const { policy, answers, reasons, isGraphql } = operation
  const audience = audienceOf(policy)
  const manner = mannerOf(audience, contractDialect)
  const usual = [...usualReasons(audience), ...bodyReasons(operation)]
  const answered = new Set(answers.map(({ status }) => status))
  const byStatus = [...Map.groupBy(new Set([...usual, ...reasons]), statusOf)]
  return Object.fromEntries(
    byStatus
      .filter(([status]) => !answered.has(status))
      .map(([status, list]) => {
        if (isGraphql === true) return [status, describeErrors(status, list, { ...manner, own: 'graphql' })]
        const isShared = list.every((reason) => usual.includes(reason))
        const described = isShared
          ? { $ref: `#/components/responses/${audience}${names[status]}` }
          : describeErrors(status, list, manner)
        return [status, described]
      }),
  )
}

/** `components.responses`. */
export function describeSharedRefusals(contractDialect: ErrorDialect): Json {
  return Object.fromEntries(
    audiences.flatMap((audience) => {
      const reasons = [...usualReasons(audience), ...(audience === 'Public' ? ofUnreadBodies : ofBodies)]
      const unrouted = audience === 'Tenant' ? ofOtherMethods : []
      return [...Map.groupBy([...reasons, ...unrouted], statusOf)].map(([status, list]) => [
        `${audience}${names[status]}`,
        describeErrors(status, list, mannerOf(audience, contractDialect)),
      ])
    }),
  )
}

function bodyReasons({ method, readsBody }: DescribedOperation): readonly Reason[] {
  if (!readsBody) return []
  return method === 'GET' ? ofUnreadBodies : ofBodies
}

function audienceOf(policy: Policy): Audience {
  if (policy.who === 'public') return 'Public'
  return speaksContract(policy) ? 'Tenant' : 'Operator'
}

function usualReasons(audience: Audience): readonly Reason[] {
  return audience === 'Public' ? ofAnyRequest : [...ofAnyRequest, ...ofCredentials]
}

function mannerOf(audience: Audience, contractDialect: ErrorDialect): ErrorManner {
  return {
    own: audience === 'Tenant' ? contractDialect : 'problem',
    contract: contractDialect,
    spends: audience !== 'Public',
  }
}
