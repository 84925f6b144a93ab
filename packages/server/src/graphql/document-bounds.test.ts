import { Kind, parse, type OperationDefinitionNode } from 'graphql'
import { describe, expect, test } from 'vitest'
import { costOf, findExcess, maxAliases, maxDepth, maxDirectives, maxRootFields, maxTokens } from './document-bounds.ts'

function read(text: string) {
  const document = parse(text)
  const isOperation = (node: { kind: Kind }): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION
  const operation = document.definitions.find(isOperation)
  if (operation === undefined) throw new Error('no operation')
  return { document, operation }
}

function excessOf(text: string): string | null {
  const { document, operation } = read(text)
  return findExcess(document, operation)
}

function cost(text: string): number {
  const { document, operation } = read(text)
  return costOf(document, operation)
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index)
const nested = (depth: number): string => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`

describe('each bound is the last number that is not too much', () => {
  const cases: Readonly<Record<string, readonly [(count: number) => string, number, string]>> = {
    levels: [nested, maxDepth, 'At most 8 levels of fields.'],
    'levels through fragments': [
      (depth) => `{ a { ...F } } fragment F on T ${nested(depth - 1)}`,
      maxDepth,
      'At most 8 levels of fields.',
    ],
    'levels through inline fragments': [
      (depth) => `{ a { ... on T { ... ${nested(depth - 1)} } } }`,
      maxDepth,
      'At most 8 levels of fields.',
    ],
    aliases: [
      (count) =>
        `{ a { ${range(count)
          .map((index) => `x${index}: y`)
          .join(' ')} } }`,
      maxAliases,
      'At most 15 aliases: there are 16.',
    ],
    'aliases in fragments': [
      (count) =>
        `{ a { ...F } } fragment F on T { ${range(count)
          .map((index) => `x${index}: y`)
          .join(' ')} }`,
      maxAliases,
      'At most 15 aliases: there are 16.',
    ],
    'fields at the root': [
      (count) =>
        `{ ${range(count)
          .map((index) => `x${index}`)
          .join(' ')} }`,
      maxRootFields,
      'At most 10 fields at the root: there are 11.',
    ],
    'fields at the root through fragments': [
      (count) =>
        `{ ...F x } fragment F on T { ... { ${range(count - 1)
          .map((index) => `x${index}`)
          .join(' ')} } }`,
      maxRootFields,
      'At most 10 fields at the root: there are 11.',
    ],
    directives: [
      (count) => `{ a ${'@include(if: true) '.repeat(count)} }`,
      maxDirectives,
      'At most 10 directives: there are 11.',
    ],
    'levels of questions about the schema': [
      (depth) => `{ __schema ${nested(depth - 1)} }`,
      15,
      'At most 15 levels of questions about the schema.',
    ],
  }

  test.each(Object.keys(cases))('%s', (name) => {
    const [write, most, message] = cases[name] ?? [nested, 0, '']
    expect(excessOf(write(most))).toBeNull()
    expect(excessOf(write(most + 1))).toBe(message)
  })

  test('tokens', () => {
    const fields = (count: number) => `{ ${'a '.repeat(count - 2)}}`
    expect(() => parse(fields(maxTokens), { maxTokens })).not.toThrow()
    expect(() => parse(fields(maxTokens + 1), { maxTokens })).toThrow('contains more that 1000 tokens')
  })
})

describe('what cannot be told of in full is told of at once', () => {
  test('fragments that double one another', () => {
    const bomb = range(60).map((index) => `fragment F${index} on T { a { ...F${index + 1} ...F${index + 1} } }`)
    const text = `{ ...F0 ...F0 } ${bomb.join(' ')} fragment F60 on T { a }`
    expect(excessOf(text)).toBe('At most 8 levels of fields.')
    expect(cost(text)).toBe(1)
  })

  test('doubling at the root alone', () => {
    const bomb = range(60).map((index) => `fragment F${index} on T { x${index} ...F${index + 1} ...F${index + 1} }`)
    expect(excessOf(`{ ...F0 ...F0 } ${bomb.join(' ')} fragment F60 on T { a }`)).toContain('there are 61.')
  })

  test('fragments within themselves, which validation refuses', () => {
    expect(excessOf('{ ...F } fragment F on T { a { ...F } }')).toBeNull()
    expect(excessOf('{ ...F } fragment F on T { a ...G } fragment G on T { b ...F }')).toBeNull()
    expect(excessOf('{ ...Nowhere a }')).toBeNull()
  })
})

describe('a request costs one for each field at the root', () => {
  test.each([
    ['{ a }', 1],
    ['{ a b c }', 3],
    ['{ x: a y: a }', 2],
    ['{ a a }', 1],
    ['{ a(id: 1) { b } a(id: 1) { c } }', 1],
    ['{ ...F b } fragment F on T { a b }', 2],
    ['{ ... on T { a } ... @include(if: false) { b } }', 2],
    ['{ a @skip(if: true) }', 1],
    ['{ __typename }', 1],
    ['mutation { x: a y: a z: a }', 3],
  ])('%s', (text, expected) => {
    expect(cost(text)).toBe(expected)
  })
})
