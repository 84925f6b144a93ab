import SchemaBuilder from '@pothos/core'
import { GraphQLError } from 'graphql'
import type { GraphqlCall } from './call.ts'

type Texts = Readonly<Record<string, string>>

export type SchemaTypes = {
  Context: GraphqlCall
  DefaultFieldNullability: false
  Scalars: {
    DateTime: { Input: string; Output: string }
    Metadata: { Input: Texts; Output: Texts }
    Count: { Input: number; Output: number }
  }
}

export type Builder = ReturnType<typeof createBuilder>

export function createBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false })
  builder.scalarType('DateTime', {
    description: 'RFC 3339; UTC with milliseconds in answers.',
    serialize: (value) => value,
    parseValue: readText,
  })
  builder.scalarType('Metadata', {
    description: 'An object of texts by name.',
    serialize: (value) => value,
    parseValue: readTexts,
  })
  builder.scalarType('Count', {
    description: 'A whole number, beyond 32 bits if need be.',
    serialize: (value) => value,
    parseValue(value) {
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value
      throw new GraphQLError('A Count is a whole number.')
    },
  })
  builder.queryType({})
  builder.mutationType({})
  return builder
}

/** Whether it is a time is said where it is read, as over HTTP. */
function readText(value: unknown): string {
  if (typeof value === 'string') return value
  throw new GraphQLError('A DateTime is a text.')
}

function readTexts(value: unknown): Texts {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value)
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
      return Object.fromEntries(entries)
    }
  }
  throw new GraphQLError('Metadata is an object of texts.')
}
