import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** Text for a member name or value that some parser or store has stumbled on. */
const strangeTexts = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\ud800',
  'a\udc00b',
  '\u0000',
  '\u2028',
  '%s%n%x',
  "' OR 1=1 --",
  '"; DROP TABLE api_keys; --',
  '${7*7}',
  '{{7*7}}',
  '../../etc/passwd',
  '\ufeff',
  'x'.repeat(10_000),
]

const strangeValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 53),
  [],
  {},
  [[]],
  [null],
  { __proto__: null },
  ...strangeTexts,
]

/** Documents that are no JSON, or not one that anybody means. */
const strangeDocuments = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '"x"',
  '[]',
  '{}',
  '{',
  '}',
  '{"a":1,}',
  '{"a":1}{"a":1}',
  "{'a':1}",
  '{"a":01}',
  '{"a":NaN}',
  '{"a":1e999}',
  '{"a":"\u0001"}',
  '{"name":"a","name":"b"}',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"name":"\\ud800"}',
  '\ufeff{}',
  '[{}]',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  `{"name":"${'x'.repeat(65_000)}"}`,
  `{"name":"${'x'.repeat(70_000)}"}`,
  `[${'1,'.repeat(30_000)}1]`,
  `{${Array.from({ length: 3_000 }, (_, index) => `"f${index}":0`).join()}}`,
]

/** The text of a body: a valid one, one with a fault somewhere in it, or what is none. */
export function bodyTextOf(valid: Arbitrary<unknown>): Arbitrary<string> {
  const mutated = fc.tuple(
    valid,
    fc.nat(1_000),
    fc.constantFrom(...strangeValues),
    fc.constantFrom(...strangeTexts, null),
  )
  return fc.oneof(
    { weight: 4, arbitrary: valid.map((value) => JSON.stringify(value)) },
    {
      weight: 4,
      arbitrary: mutated.map(([value, at, strange, name]) => JSON.stringify(mutate(value, at, strange, name))),
    },
    { weight: 1, arbitrary: fc.constantFrom(...strangeDocuments) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 5 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  )
}

/** Puts a strange value at the `at`-th place of a value (counted around); with a name, as a member more. */
function mutate(value: unknown, at: number, strange: unknown, name: string | null): unknown {
  const places = countPlaces(value)
  let left = at % places
  const visit = (one: unknown): unknown => {
    if (left-- === 0) return name !== null && isObject(one) ? withMember(one, name, strange) : strange
    if (Array.isArray(one)) return one.map(visit)
    if (!isObject(one)) return one
    return Object.fromEntries(Object.entries(one).map(([field, inner]) => [field, visit(inner)]))
  }
  return visit(value)
}

function countPlaces(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + countPlaces(one), 1)
  return isObject(value) ? Object.values(value).reduce<number>((sum, one) => sum + countPlaces(one), 1) : 1
}

/** `fromEntries` defines, so that `__proto__` becomes a member like others. */
function withMember(part: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  return Object.fromEntries([...Object.entries(part), [name, value]])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
