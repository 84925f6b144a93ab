import { createServer } from 'node:http'
import { once } from 'node:events'
import { builtInContract } from '@mintmark/core'
import { createMintmark } from '@mintmark/server'
import { describe, expect, test } from 'vitest'
import { openApiBreaches } from './testing/openapi-rules.ts'
import { OpenApiDocument, partOf, type Part } from '../packages/server/src/testing/openapi-document.ts'

const dialects = ['problem', 'reason', 'error', 'envelope'] as const

const documents = new Map<string, Promise<OpenApiDocument>>()

function documentOf(errors: (typeof dialects)[number]): Promise<OpenApiDocument> {
  const document = documents.get(errors) ?? askFor(errors)
  documents.set(errors, document)
  return document
}

async function askFor(errors: (typeof dialects)[number]): Promise<OpenApiDocument> {
  const contract = { ...builtInContract, errors }
  const mintmark = await createMintmark({ dataDir: ':memory:', contract, log: { write: () => undefined } })
  const server = createServer(mintmark.handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  try {
    return await OpenApiDocument.of(`http://127.0.0.1:${address.port}`)
  } finally {
    server.close()
    await mintmark.close()
  }
}

describe.each(dialects)('openapi.json of a contract whose errors are %s', (dialect) => {
  test('keeps every rule of OpenAPI 3.1', async () => {
    expect(openApiBreaches(await documentOf(dialect))).toEqual([])
  })
})

describe('the rules', () => {
  const broken = async (path: readonly string[], value: unknown): Promise<readonly string[]> => {
    const { root } = await documentOf('problem')
    return openApiBreaches(new OpenApiDocument(replaced(root, path, value)))
  }
  const toMe = ['paths', '/v1/me', 'get']

  test.each<[string, readonly string[], unknown, string]>([
    ['another version', ['openapi'], '3.0.3', 'is not 3.1'],
    ['a field that is none', [...toMe, 'extra'], 1, 'extra is no field of a operation'],
    ['a tag that is not explained', [...toMe, 'tags'], ['Me'], 'the tag Me is not explained'],
    ['an operationId that is there twice', [...toMe, 'operationId'], 'verify', 'verify is there twice'],
    ['a security scheme that is not there', [...toMe, 'security'], [{ cookie: [] }], 'no security scheme cookie'],
    ['a reference to nothing', [...toMe, 'responses', '401'], { $ref: '#/nothing' }, 'points to nothing'],
    ['a response without words', [...toMe, 'responses', '200', 'description'], '', 'has no description'],
    ['an operation that never succeeds', [...toMe, 'responses'], {}, 'never succeeds'],
    ['a path without its parameter', ['paths', '/v1/api-keys/{id}', 'get', 'parameters'], [], 'parameters , path id'],
    ['paths that look alike', ['paths', '/v1/api-keys/{key}'], {}, 'two paths look like'],
    ['a schema of a word that is none', ['components', 'schemas', 'ApiKey', 'closed'], true, 'unknown keyword'],
    ['a schema that is none', ['components', 'schemas', 'ApiKey', 'type'], 'record', 'must be equal to one of'],
    ['an example that is not valid', ['components', 'schemas', 'Session', 'examples'], [1], '1 is not valid'],
    ['a component that nobody points to', ['components', 'schemas', 'Lonely'], {}, 'Lonely: nobody points to it'],
  ])('find %s', async (_, path, value, breach) => {
    expect((await broken(path, value)).join('\n')).toContain(breach)
  })
})

function replaced(part: Part, [name = '', ...rest]: readonly string[], value: unknown): Part {
  return { ...part, [name]: rest.length === 0 ? value : replaced(partOf(part[name]), rest, value) }
}
