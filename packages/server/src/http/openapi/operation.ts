import type { ErrorDialect } from '@mintmark/core'
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
import { whoMayCall } from './who-may-call.ts'

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
