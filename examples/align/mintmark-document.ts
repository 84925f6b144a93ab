/** An OpenAPI document, as far as it is put together here. */
export type OpenApi = {
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Readonly<Record<string, object>>
  readonly [field: string]: unknown
}
type PathItem = Readonly<Record<string, Operation>>
type Operation = { readonly parameters?: readonly { readonly name?: string }[] }

/** What Mintmark says of itself. */
export async function readMintmarkDocument(url: string): Promise<OpenApi> {
  const answer = await fetch(`${url}/openapi.json`)
  return (await answer.json()) as OpenApi
}

/** Paths by the first part below `/v1`. */
export function pathsOf({ paths }: OpenApi, nouns: readonly string[]): readonly string[] {
  return Object.keys(paths).filter((path) => nouns.includes(path.split('/')[2] ?? '') && path !== forOperators)
}

/** Beside what customers call, by the same noun. */
const forOperators = '/v1/api-keys/import'

/** The example's own document and, under `/api`, what Mintmark has of these nouns. */
export function joined(own: OpenApi, mintmark: OpenApi, nouns: readonly string[]): OpenApi {
  const taken = pathsOf(mintmark, nouns).map(
    (path) => [`/api${path}`, forCustomers(mintmark.paths[path] ?? {})] as const,
  )
  const paths = Object.fromEntries(taken)
  const references = referencesOf(paths, mintmark.components)
  const components: Record<string, object> = { ...own.components }
  for (const [kind, named] of Object.entries(mintmark.components)) {
    const used = Object.entries(named).filter(([name]) => references.has(`${kind}/${name}`))
    components[kind] = { ...Object.fromEntries(used), ...own.components[kind] }
  }
  return { ...own, paths: { ...own.paths, ...paths }, components }
}

/** What these refer to, and what that refers to: `schemas/ApiKey`. */
function referencesOf(
  part: unknown,
  components: OpenApi['components'],
  known = new Set<string>(),
): ReadonlySet<string> {
  for (const [, kind = '', name = ''] of JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
    if (known.has(`${kind}/${name}`)) continue
    known.add(`${kind}/${name}`)
    referencesOf(new Map(Object.entries(components[kind] ?? {})).get(name), components, known)
  }
  return known
}

/** Without the headers by which operators act for others. */
function forCustomers(item: PathItem): PathItem {
  const operations = Object.entries(item).map(([method, operation]) => {
    const parameters = operation.parameters?.filter(({ name = '' }) => !name.startsWith('Mintmark-')) ?? []
    return [method, { ...operation, parameters }]
  })
  return Object.fromEntries(operations) as PathItem
}
