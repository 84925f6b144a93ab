import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { listOf, partOf, type OpenApiDocument, type Part } from '../../packages/server/src/testing/openapi-document.ts'

/** Values that mean something to the node under test, by the name of the field: ids that exist, roles, permissions. */
export type Hints = Readonly<Record<string, readonly unknown[]>>

export type SchemaContext = { readonly document: OpenApiDocument; readonly hints: Hints }

/** Characters that were trouble somewhere: line ends, quotes, markup, SQL, look-alikes, astral ones, separators. */
const trouble = Array.from(
  '\'"`\\/<>&;%_*\u0000\u0007\n\r\t\u007f\u0085\u00a0\u200b\u2028\u202e\ufeff\ufffd\ud83d\ude00é',
)

/** Values of a schema (JSON Schema 2020-12, as far as our documents go). A hint of the field's name comes first. */
export function arbitraryOf(context: SchemaContext, schema: Part, name = ''): Arbitrary<unknown> {
  const { part } = context.document.resolve(schema)
  const hints = context.hints[name]?.filter((hint) => fitsRoughly(part, hint)) ?? []
  return hints.length > 0 ? fc.constantFrom(...hints) : shapedBy(context, part, name)
}

function shapedBy(context: SchemaContext, part: Part, name: string): Arbitrary<unknown> {
  if ('const' in part) return fc.constant(part['const'])
  if ('enum' in part) return fc.constantFrom(...listOf(part['enum']))
  const choices = listOf(part['anyOf']).map((choice) => arbitraryOf(context, partOf(choice), name))
  if (choices.length > 0) return fc.oneof(...choices)
  switch (part['type']) {
    case 'string':
      return stringOf(part)
    case 'integer':
    case 'number':
      return fc.integer({ min: numberOf(part['minimum'], 0), max: numberOf(part['maximum'], 1_000_000) })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(arbitraryOf(context, partOf(part['items']), name), {
        minLength: numberOf(part['minItems'], 0),
        maxLength: Math.min(numberOf(part['maxItems'], 5), 5),
      })
    case 'object':
      return objectOf(context, part)
    default:
      return fc.jsonValue()
  }
}

function stringOf(part: Part): Arbitrary<string> {
  if (typeof part['pattern'] === 'string') return fc.stringMatching(new RegExp(part['pattern']))
  if (part['format'] === 'date-time') {
    const max = new Date('2099-12-31T00:00:00Z')
    return fc
      .date({ min: new Date('2027-01-01T00:00:00Z'), max, noInvalidDate: true })
      .map((date) => date.toISOString())
  }
  const length = {
    minLength: numberOf(part['minLength'], 0),
    maxLength: Math.min(numberOf(part['maxLength'], 60), 60),
  }
  return fc.oneof(
    fc.string(length),
    fc.string({ ...length, unit: 'binary' }),
    fc.string({ ...length, unit: fc.constantFrom(...trouble) }),
  )
}

function objectOf(context: SchemaContext, part: Part): Arbitrary<unknown> {
  const properties = Object.entries(partOf(part['properties']))
  const required = listOf(part['required']).filter((name) => typeof name === 'string')
  const fields = Object.fromEntries(
    properties.map(([name, property]) => [name, arbitraryOf(context, partOf(property), name)]),
  )
  if (properties.length > 0 || typeof part['additionalProperties'] !== 'object') {
    return fc.record(fields, { requiredKeys: required, noNullPrototype: true })
  }
  return fc.dictionary(
    stringOf({ minLength: 1, maxLength: 40 }),
    arbitraryOf(context, partOf(part['additionalProperties'])),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  )
}

/** A hint is for fields of its own type: `role` is a name here and a list of permissions there. */
function fitsRoughly(part: Part, hint: unknown): boolean {
  const type = part['type']
  if (typeof type !== 'string') return true
  return type === (Array.isArray(hint) ? 'array' : typeof hint)
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
