import * as fc from 'fast-check'
import { call, type Answer } from './client.ts'
import { listOf, partOf, type OpenApiDocument } from '../../packages/server/src/testing/openapi-document.ts'
import { arbitraryOf, type Hints } from './schema-arbitrary.ts'

/** Asks with one credential, in one organization. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>

export function asking(url: string, key: string, headers: Readonly<Record<string, string>> = {}): Ask {
  return (method, path, body) => call(url, method, path, { key, headers, ...(body !== undefined && { body }) })
}

/** The parameters of a template, in order. */
export function parametersOf(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}

/** `/v1/things/{id}` with its parameters filled in. */
export function filled(template: string, ids: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole)
}

/**
 * Ids of real things for every parameter of a template, found as any client would: from the list before the
 * parameter, from what the resource before it says of itself, or made by a POST to that list.
 */
export async function realIds(
  document: OpenApiDocument,
  template: string,
  ask: Ask,
  hints: Hints,
): Promise<Readonly<Record<string, string>>> {
  const ids: Record<string, string> = {}
  for (const name of parametersOf(template)) {
    const collection = template.slice(0, template.indexOf(`/{${name}}`))
    ids[name] = await realId(document, collection, filled(collection, ids), ask, hints)
  }
  return ids
}

async function realId(
  document: OpenApiDocument,
  template: string,
  path: string,
  ask: Ask,
  hints: Hints,
): Promise<string> {
  const methods = new Map(document.operations.filter((one) => one.path === template).map((one) => [one.method, one]))
  const segments = path.split('/')
  const listed = methods.has('get')
    ? listOf(partOf((await ask('GET', path)).body)['data'])
    : listOf(partOf((await ask('GET', segments.slice(0, -1).join('/'))).body)[segments.at(-1) ?? ''])
  const [first] = listed
  if (first !== undefined) return String(partOf(first)['id'])
  const post = methods.get('post')
  if (post === undefined) throw new Error(`no way to find or make anything at ${path}`)
  const made = await ask('POST', path, sampleBody(document, post.part, hints))
  if (made.status !== 201) throw new Error(`POST ${path}: ${made.status} ${made.text}`)
  return String(partOf(made.body)['id'])
}

/** One body that the document says is taken, always the same; undefined where it takes none. */
export function sampleBody(
  document: OpenApiDocument,
  operation: Readonly<Record<string, unknown>>,
  hints: Hints,
): unknown {
  const content = partOf(partOf(operation['requestBody'])['content'])
  const schema = partOf(content['application/json'])['schema']
  if (schema === undefined) return undefined
  const [sample] = fc.sample(arbitraryOf({ document, hints }, partOf(schema)), { seed: 7, numRuns: 1 })
  return sample
}

/** An id of the same shape that nothing has. */
export function absentLike(id: string): string {
  return `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`
}
