import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { ByteRequest } from './byte-call.ts'
import { bodyTextOf } from './json-mutation.ts'
import {
  listOf,
  partOf,
  type DocumentedOperation,
  type Part,
} from '../../packages/server/src/testing/openapi-document.ts'
import { filled, parametersOf } from './resource-ids.ts'
import { arbitraryOf, type SchemaContext } from './schema-arbitrary.ts'

/** A credential and what it goes with. */
export type Caller = {
  readonly name: string
  /** Null: none is sent. */
  readonly credential: string | null
  /** Headers of one who acts, where the operation takes them. */
  readonly acting: Readonly<Record<string, string>>
}

/** What the requests are made of. */
export type Material = SchemaContext & {
  readonly callers: readonly Caller[]
  /** Ids that are there, by the path before the parameter (`/v1/api-keys`). */
  readonly ids: Readonly<Record<string, readonly string[]>>
  /** Bodies whose fields go together, by operationId: a schema does not say which do. */
  readonly bodies: Readonly<Record<string, readonly object[]>>
}

const garbageIds = [
  '',
  '.',
  '..',
  '%2e%2e',
  '%00',
  '%ff',
  'a%2fb',
  '__proto__',
  'key_',
  'x'.repeat(300),
  "'",
  '%F0%9F%98%80',
  '*',
]
const contentTypes = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/jsonx', '']
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Requests that the document says are in order, by one caller. */
export function soundRequests(
  material: Material,
  operation: DocumentedOperation,
  caller: Caller,
): Arbitrary<ByteRequest> {
  const { schema, isRequired } = bodyOf(operation)
  const known = (material.bodies[operation.operationId] ?? []).map((body) => fc.constant(body))
  const value = fc.oneof(arbitraryOf(material, schema), ...known).map((body) => JSON.stringify(body))
  const body = schema === none ? fc.constant(null) : isRequired ? value : fc.option(value)
  return fc
    .record({ path: soundPath(material, operation), query: queryOf(material, operation), body })
    .map(({ path, query, body: text }) => ({
      method: operation.method.toUpperCase(),
      target: `${path}${query}`,
      headers: [
        ...credentialHeader(caller, 'bearer'),
        ...(takesActing(operation) ? Object.entries(caller.acting) : []),
        ...(text === null ? [] : [['Content-Type', 'application/json'] as const]),
      ],
      body: text,
    }))
}

/** Requests of all kinds: in order, and with whatever may be wrong with each of their parts. */
export function anyRequests(
  material: Material,
  operation: DocumentedOperation,
): Arbitrary<ByteRequest & { key?: string }> {
  const { schema } = bodyOf(operation)
  const known = (material.bodies[operation.operationId] ?? []).map((body) => fc.constant(body))
  const valid = schema === none ? fc.jsonValue() : fc.oneof(arbitraryOf(material, schema), ...known)
  return fc
    .record({
      caller: fc.constantFrom(...material.callers),
      place: fc.constantFrom('bearer', 'bearer', 'bearer', 'x-api-key', 'both'),
      method: fc.option(fc.constantFrom(...methods), { freq: 15 }),
      path: fc.oneof(
        { weight: 3, arbitrary: soundPath(material, operation) },
        { weight: 1, arbitrary: strangePath(operation) },
      ),
      query: fc.oneof(queryOf(material, operation), strangeQuery(operation)),
      body: fc.option(bodyTextOf(valid), { freq: schema === none ? 2 : 10 }),
      type: fc.constantFrom(...contentTypes, 'application/json', 'application/json', 'application/json'),
      isActing: fc.boolean(),
      more: strangeHeaders(),
    })
    .map(({ caller, place, method, path, query, body, type, isActing, more }) => ({
      ...(caller.credential !== null && { key: caller.credential }),
      method: method ?? operation.method.toUpperCase(),
      target: `${path}${query}`,
      headers: [
        ...credentialHeader(caller, place),
        ...(isActing ? Object.entries(caller.acting) : []),
        ...(body === null || type === '' ? [] : [['Content-Type', type] as const]),
        ...more,
      ],
      body,
    }))
}

const none: Part = {}

function bodyOf({ part }: DocumentedOperation): { readonly schema: Part; readonly isRequired: boolean } {
  const body = partOf(part['requestBody'])
  const schema = partOf(partOf(body['content'])['application/json'])['schema']
  return { schema: schema === undefined ? none : partOf(schema), isRequired: body['required'] === true }
}

function parametersIn({ part }: DocumentedOperation, place: string): readonly Part[] {
  return listOf(part['parameters'])
    .map(partOf)
    .filter((parameter) => parameter['in'] === place)
}

export function takesActing(operation: DocumentedOperation): boolean {
  return parametersIn(operation, 'header').some((parameter) => parameter['name'] === 'Mintmark-Organization')
}

function credentialHeader({ credential }: Caller, place: string): readonly (readonly [string, string])[] {
  if (credential === null) return []
  const both = [
    ['Authorization', `Bearer ${credential}`],
    ['X-API-Key', credential],
  ] as const
  return place === 'both' ? both : [place === 'bearer' ? both[0] : both[1]]
}

function soundPath({ ids }: Material, { path }: DocumentedOperation): Arbitrary<string> {
  const choices = parametersOf(path).map((name) => {
    const known = ids[path.slice(0, path.indexOf(`/{${name}}`))] ?? Object.values(ids).flat()
    return [name, fc.constantFrom(...known)] as const
  })
  return fc.record(Object.fromEntries(choices)).map((chosen) => filled(path, chosen))
}

function strangePath({ path }: DocumentedOperation): Arbitrary<string> {
  const strange = fc.oneof(
    fc.constantFrom(...garbageIds),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.base64String({ maxLength: 40 }).map((text) => `key_${encodeURIComponent(text)}`),
  )
  const choices = parametersOf(path).map((name) => [name, strange] as const)
  const ends = fc.constantFrom('', '', '', '/', '//', '/x', '%20')
  return fc.tuple(fc.record(Object.fromEntries(choices)), ends).map(([chosen, end]) => `${filled(path, chosen)}${end}`)
}

function queryOf(material: Material, operation: DocumentedOperation): Arbitrary<string> {
  const fields = parametersIn(operation, 'query').map((parameter) => {
    const name = String(parameter['name'])
    return [name, arbitraryOf(material, partOf(parameter['schema']), name)] as const
  })
  return fc.record(Object.fromEntries(fields), { requiredKeys: requiredOf(operation) }).map((chosen) => {
    const pairs = Object.entries(chosen).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`,
    )
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`
  })
}

function requiredOf(operation: DocumentedOperation): string[] {
  return parametersIn(operation, 'query')
    .filter((parameter) => parameter['required'] === true)
    .map((parameter) => String(parameter['name']))
}

function strangeQuery(operation: DocumentedOperation): Arbitrary<string> {
  const names = [
    ...parametersIn(operation, 'query').map((parameter) => String(parameter['name'])),
    'unknown',
    '__proto__',
    'limit[]',
    'cursor',
    '',
  ]
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '-1',
      '1e3',
      '999999999999999999999',
      'NaN',
      'true',
      'null',
      '%ff',
      '%',
      '%00',
      '[]',
      '{}',
      "'",
    ),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constant('x'.repeat(2_000)),
  )
  const pair = fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${encodeURIComponent(name)}=${text}`)
  return fc.array(pair, { maxLength: 4 }).map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`))
}

function strangeHeaders(): Arbitrary<readonly (readonly [string, string])[]> {
  const text = fc.string({ unit: fc.constantFrom(...Array.from(' !"%,;<=>ABz~é\u00ff')), minLength: 1, maxLength: 40 })
  const name = fc.constantFrom(
    'Idempotency-Key',
    'Mintmark-Organization',
    'Mintmark-User',
    'X-Forwarded-For',
    'Accept',
    'Content-Encoding',
    'Cookie',
    'If-Match',
  )
  return fc.array(fc.tuple(name, fc.oneof(text, fc.constantFrom('1', 'x', '*', '127.0.0.1'))), { maxLength: 2 })
}
