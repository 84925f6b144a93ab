import type { ErrorDialect } from '@mintmark/core'
import type { Policy } from '../../engine/policy.ts'
import { dialectOf } from '../dialect.ts'
import {
  requiresBody,
  takesIdempotencyKey,
  type DescribedAnswer,
  type DescribedOperation,
} from './described-operation.ts'
import { exampleOf, type Example } from './examples.ts'
import { referToHeaders, safetyHeaders, windowHeaders, type HeaderName } from './headers.ts'
import { describeParameters, mayActInOrganization } from './parameters.ts'
import { describeRefusals } from './refusals.ts'
import { referring, type Json } from './schema-references.ts'

/** The Operation Object (OpenAPI 3.1 section 4.8.10). */
export function describeOperation(operation: DescribedOperation, contractDialect: ErrorDialect): Json {
  const { operationId, summary, description, tag, policy, body } = operation
  const parameters = describeParameters(operation)
  return {
    operationId,
    summary,
    description: [description, whoMayCall(policy)].filter((text) => text !== undefined).join(' '),
    tags: [tag],
    security: policy.who === 'public' ? [] : [{ bearer: [] }, { apiKeyHeader: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: describeBody(body, exampleOf(operationId)) }),
    responses: { ...describeAnswers(operation, contractDialect), ...describeRefusals(operation, contractDialect) },
  }
}

function describeBody(body: NonNullable<DescribedOperation['body']>, { body: example = {} }: Example): Json {
  return { required: requiresBody(body), content: { 'application/json': { schema: referring(body), example } } }
}

function describeAnswers(operation: DescribedOperation, contractDialect: ErrorDialect): Json {
  const { policy, answers } = operation
  const isWrapped = operation.isGraphql !== true && dialectOf(policy, contractDialect) === 'envelope'
  return Object.fromEntries(
    answers.map((answer) => {
      const { status, content } = isWrapped ? wrappedContent(answer) : plainContent(answer)
      const { description, mediaTypes = ['application/json'], headers = headersOf(operation) } = answer
      return [
        status,
        {
          description,
          headers: referToHeaders(headers),
          ...(content !== undefined && {
            content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: content }])),
          }),
        },
      ]
    }),
  )
}

/** The schema of an answer's content, if it has any, and the status it comes with. */
type Content = { readonly status: number; readonly content: Json | undefined }

function plainContent({ status, schema }: DescribedAnswer): Content {
  return { status, content: schema === undefined ? undefined : referring(schema) }
}

/** As envelope.ts has it. */
function wrappedContent(answer: DescribedAnswer): Content {
  const { status, content } = plainContent(answer)
  if (status === 204) return { status: 200, content: envelopeOf({ type: 'null' }) }
  return { status, content: content === undefined ? undefined : envelopeOf(content) }
}

function headersOf(operation: DescribedOperation): readonly HeaderName[] {
  const { who } = operation.policy
  return [
    'X-Request-Id',
    ...safetyHeaders,
    ...(mayActInOrganization(who) ? windowHeaders : []),
    ...(takesIdempotencyKey(operation) ? (['Idempotent-Replayed'] as const) : []),
  ]
}

function envelopeOf(schema: Json): Json {
  return {
    type: 'object',
    properties: { success: { const: true }, data: schema },
    required: ['success', 'data'],
    additionalProperties: false,
  }
}

/** Said in the document, because OpenAPI has no word for permissions of a bearer token (3.1 section 4.8.30). */
function whoMayCall({ who, permission, orOwn }: Policy): string {
  const own = orOwn
    ? ' Members always may with the keys that they own, and a key may with itself as far as it goes.'
    : ''
  switch (who) {
    case 'public':
      return 'Needs no credential.'
    case 'any':
      return 'For any credential.'
    case 'guard':
      return 'For API keys and session tokens: the credential of the request that is guarded.'
    case 'operator':
      return 'For operator keys.'
    case 'operator or member':
      return 'For operator keys, those that can only verify too, and session tokens.'
    case 'operator in organization':
      return 'For operator keys that say in which organization.'
    case 'verify':
      return 'For operator keys, those that can do nothing else too.'
    case 'session':
      return 'For session tokens.'
    case 'tenant or installation':
      return `${permission === null ? '' : `Permission: ${permission}. `}Operators outside any organization are answered of the installation itself.`
    case 'tenant':
      return permission === null ? 'For credentials in an organization.' : `Permission: ${permission}.${own}`
  }
}
