import type { ErrorDialect } from '@mintmark/core'
import type { TSchema } from 'typebox'
import { allSchemas } from '../schemas/all.ts'
import { dialectSchemas } from '../schemas/errors.ts'
import type { DescribedOperation } from './described-operation.ts'
import { describeHeaders } from './headers.ts'
import { describeOperation } from './operation.ts'
import { describeSharedRefusals } from './refusals.ts'
import { referring, type Json } from './schema-references.ts'

export type DocumentOptions = {
  readonly operations: readonly DescribedOperation[]
  /** The contract's. */
  readonly dialect: ErrorDialect
  readonly version: string
  readonly publicUrl: string
}

const tags: Readonly<Record<string, string>> = {
  'Audit events': 'Who did what, in a chain that proves that no event was altered or dropped.',
  Verification: 'Judging the credentials of your customers.',
  Credentials: 'What a credential is told of itself.',
  'API keys': 'Minting, reading, changing, rotating, revoking and deleting keys.',
  GraphQL: 'The same keys, by another interface.',
  Projects: 'What project-scoped keys belong to.',
  Users: 'The members of an organization, and who is invited.',
  Usage: 'What keys were used for.',
  Webhooks: 'Where an organization has its events sent, signed, and what became of each.',
  Search: 'Finding keys, projects and users.',
  Organizations: 'Your customers and their members.',
  Sessions: 'Short-lived credentials of members.',
  Installation: 'Operator keys, the contract in force, health.',
}

const description = `API keys for your customers: minted, verified, limited, rotated and revoked exactly and at once.

Send one credential, once: \`Authorization: Bearer <credential>\` or \`X-API-Key: <credential>\`. Whatever a GET answers a HEAD answers without content. A method that a path does not list is answered by \`TenantMethodNotAllowed\`, a path that is not here by \`TenantNotFound\`, each in its turn: 431, ambiguous credentials, 401, 429, 403, 404, 405, 413, 415, 400, 409. Errors are of the type application/problem+json wherever Accept names it. Unknown fields in a body are refused. Times are RFC 3339 in UTC with milliseconds.`

/** The whole document (OpenAPI 3.1 section 4.8.1), made from the operations themselves. */
export function describeInterface(options: DocumentOptions): Json {
  const { operations, dialect, version, publicUrl } = options
  return {
    openapi: '3.1.1',
    info: { title: 'Mintmark', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: publicUrl }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths: describePaths(operations, dialect),
    components: {
      schemas: describeSchemas(dialect),
      responses: describeSharedRefusals(dialect),
      headers: describeHeaders(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key, a session token or an operator key.' },
        apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same in another header.' },
      },
    },
  }
}

function describePaths(operations: readonly DescribedOperation[], dialect: ErrorDialect): Json {
  const byPath = Map.groupBy(operations, ({ path }) => path.replaceAll(/:([A-Za-z]+)/g, '{$1}'))
  return Object.fromEntries(
    [...byPath].map(([path, list]) => [
      path,
      Object.fromEntries(
        list.map((operation) => [operation.method.toLowerCase(), describeOperation(operation, dialect)]),
      ),
    ]),
  )
}

function describeSchemas(dialect: ErrorDialect): Json {
  return Object.fromEntries(
    [...allSchemas, ...dialectSchemas[dialect]].map((schema) => [nameOf(schema), referring(schema)]),
  )
}

function nameOf(schema: TSchema): string {
  if ('$id' in schema && typeof schema.$id === 'string') return schema.$id
  throw new Error('A schema that others refer to has its name as $id.')
}
