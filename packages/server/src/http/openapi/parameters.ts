import type { TSchema } from 'typebox'
import type { Who } from '../../engine/policy.ts'
import { takesIdempotencyKey, type DescribedOperation } from './described-operation.ts'
import { exampleOf, type Example } from './examples.ts'
import { referring, type Json } from './schema-references.ts'

const pathParameters: Readonly<Record<string, string>> = {
  name: 'The name of an asset.',
  id: 'The id of the resource. What cannot be one is not found.',
  userId: 'The id of a member.',
  projectId: 'The id of a project.',
  secretId: 'The id of one of the secrets.',
}

const chosenId = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }

const organizationParameter: Json = {
  name: 'Mintmark-Organization',
  in: 'header',
  description: 'With an operator key, and only then: the organization to act in.',
  schema: chosenId,
}

const userParameter: Json = {
  name: 'Mintmark-User',
  in: 'header',
  description: 'With Mintmark-Organization: the member to act for, with no more rights than his.',
  schema: chosenId,
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same request with the same value within 24 hours is done once, and answered again without secrets.',
  schema: { type: 'string', pattern: '^[!-~]([ -~]{0,253}[!-~])?$' },
}

/** The Parameter Objects (OpenAPI 3.1 section 4.8.12) of an operation. */
export function describeParameters(operation: DescribedOperation): readonly Json[] {
  const { operationId, path, query, policy } = operation
  const example = exampleOf(operationId)
  return [
    ...[...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => describePathParameter(name, example)),
    ...(query === undefined ? [] : describeQuery(query, example)),
    ...(mayActInOrganization(policy.who) ? [organizationParameter, userParameter] : []),
    ...(policy.who === 'operator in organization' ? [{ ...organizationParameter, required: true }] : []),
    ...(takesIdempotencyKey(operation) ? [idempotencyKey] : []),
  ]
}

/** Whether an operator may say in which organization, and a key spends from its window. */
export function mayActInOrganization(who: Who): boolean {
  return who === 'tenant' || who === 'tenant or installation' || who === 'any'
}

function describePathParameter(name: string, { params = {} }: Example): Json {
  return {
    name,
    in: 'path',
    required: true,
    description: pathParameters[name] ?? name,
    schema: { type: 'string', minLength: 1 },
    example: params[name],
  }
}

function describeQuery(query: TSchema, { query: example = {} }: Example): readonly Json[] {
  if (!('properties' in query)) return []
  const required: readonly unknown[] = 'required' in query && Array.isArray(query.required) ? query.required : []
  return Object.entries(query.properties as Readonly<Record<string, TSchema>>).map(([name, property]) => {
    const { description = name, ...schema } = referring(property)
    const asked = name in example ? { example: example[name] } : {}
    return { name, in: 'query', required: required.includes(name), description, schema, ...asked }
  })
}
