import { errorMediaType, reasonTable, type ErrorDialect, type Reason } from '@mintmark/core'
import { graphqlMediaTypes } from '../graphql-refusal.ts'
import { referToHeaders, safetyHeaders, windowHeaders, type HeaderName } from './headers.ts'
import { schemaPointer, type Json } from './schema-references.ts'

/** What an operation's errors look like. */
export type ErrorManner = {
  /** The operation's own dialect. */
  readonly own: ErrorDialect | 'graphql'
  /** The contract's: what is refused before anybody can know the operation is told in it. */
  readonly contract: ErrorDialect
  /** Whether a key may have spent from its window before it was refused. */
  readonly spends: boolean
}

/** Refused while the request is still being read. */
const unroutedStatuses: ReadonlySet<number> = new Set([400, 431])
/** Told before any key is recognised. A 401 may come after it: the key was ended while its request was under way. */
const windowlessStatuses: ReadonlySet<number> = new Set([431])

/** The Response Object (OpenAPI 3.1 section 4.8.17) of the errors with this status. */
export function describeErrors(status: number, reasons: readonly Reason[], manner: ErrorManner): Json {
  const spoken = unroutedStatuses.has(status) ? [manner.own, manner.contract] : [manner.own]
  // RFC 9457's own type is had by whoever asks for it.
  const dialects = new Set<Dialect>(manner.own === 'graphql' ? spoken : [...spoken, 'problem'])
  const byMediaType = Map.groupBy([...dialects].flatMap(typesOf), ({ mediaType }) => mediaType)
  return {
    description: `Reasons: ${reasons.join(', ')}.`,
    headers: referToHeaders(headersOf(status, manner.spends)),
    content: Object.fromEntries(
      [...byMediaType].map(([mediaType, list]) => [
        mediaType,
        { schema: anyOf(list.map(({ dialect }) => errorSchema(dialect, status, reasons))) },
      ]),
    ),
  }
}

type Dialect = ErrorManner['own']

function typesOf(dialect: Dialect): readonly { readonly dialect: Dialect; readonly mediaType: string }[] {
  const mediaTypes = dialect === 'graphql' ? graphqlMediaTypes : [errorMediaType(dialect)]
  return mediaTypes.map((mediaType) => ({ dialect, mediaType }))
}

function headersOf(status: number, spends: boolean): readonly HeaderName[] {
  return [
    'X-Request-Id',
    ...safetyHeaders,
    ...(spends && !windowlessStatuses.has(status) ? windowHeaders : []),
    ...(status === 401 || status === 403 ? (['WWW-Authenticate'] as const) : []),
    ...(status === 405 ? (['Allow'] as const) : []),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
  ]
}

/** One of these reasons, and no other, comes with this status. */
function errorSchema(dialect: Dialect, status: number, reasons: readonly Reason[]): Json {
  const reason = { enum: reasons }
  switch (dialect) {
    case 'problem': {
      const properties = { status: { const: status }, reason, title: { enum: reasons.map(titleOf) } }
      return { allOf: [{ $ref: schemaPointer('Problem') }, { properties }] }
    }
    case 'reason':
      return { allOf: [{ $ref: schemaPointer('ReasonError') }, { properties: { reason } }] }
    case 'error':
      return { $ref: schemaPointer('SentenceError') }
    case 'envelope': {
      const properties = { error: { properties: { reason } } }
      return { allOf: [{ $ref: schemaPointer('EnvelopeError') }, { properties }] }
    }
    case 'graphql': {
      const properties = { extensions: { properties: { reason } } }
      return {
        allOf: [{ $ref: schemaPointer('GraphqlRefusal') }, { properties: { errors: { items: { properties } } } }],
      }
    }
  }
}

function titleOf(reason: Reason): string {
  return reasonTable[reason].title
}

function anyOf(schemas: readonly Json[]): Json {
  const [only, ...more] = schemas
  return only !== undefined && more.length === 0 ? only : { anyOf: schemas }
}
