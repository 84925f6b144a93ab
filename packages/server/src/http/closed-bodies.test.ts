import { beforeAll, describe, expect, test } from 'vitest'
import { listOf, OpenApiDocument, partOf, type Part } from '../testing/openapi-document.ts'
import { openingInProcess } from '../testing/in-process.ts'

/** Whose names the caller chooses himself. Of `variables` the schema of GraphQL says which, `extensions` is not read. */
const open = new Set(['metadata', 'variables', 'extensions'])

describe('whatever is sent', () => {
  const openMintmark = openingInProcess()
  let document: OpenApiDocument
  let operations: readonly { readonly name: string; readonly operation: Part }[]

  beforeAll(async () => {
    const mintmark = await openMintmark()
    document = new OpenApiDocument((await mintmark.operator.get('/openapi.json')).body)
    operations = Object.entries(partOf(document.root['paths'])).flatMap(([path, methods]) =>
      Object.entries(partOf(methods)).map(([method, operation]) => ({
        name: `${method} ${path}`,
        operation: partOf(operation),
      })),
    )
  })

  test('in a body, nothing is taken that is not asked for: every object is closed, at every depth', () => {
    const bodies = operations.filter(({ operation }) => 'requestBody' in operation)
    expect(bodies.length).toBeGreaterThan(15)
    const breaches = bodies.flatMap(({ name, operation }) =>
      openObjects(document, partOf(operation['requestBody']), name),
    )
    expect(breaches).toEqual([])
  })

  test('would be found, where one were open', () => {
    const body = { content: { json: { schema: { type: 'object', properties: { a: { type: 'object' } } } } } }
    expect(openObjects(document, body, 'x')).toEqual(['x.content.json.schema', 'x.content.json.schema.properties.a'])
  })
})

/** Where a schema takes fields that it does not name. */
function openObjects(document: OpenApiDocument, part: Part, at: string): readonly string[] {
  const schema = document.resolve(part).part
  const name =
    at
      .replace(/\.anyOf$/, '')
      .split('.')
      .at(-1) ?? ''
  const isOpen = schema['type'] === 'object' && schema['additionalProperties'] !== false && !open.has(name)
  const inner = Object.entries(schema).flatMap(([name, value]) => {
    if (Array.isArray(value))
      return listOf(value).flatMap((each) => openObjects(document, partOf(each), `${at}.${name}`))
    return typeof value === 'object' && value !== null ? openObjects(document, partOf(value), `${at}.${name}`) : []
  })
  return isOpen ? [at, ...inner] : inner
}
