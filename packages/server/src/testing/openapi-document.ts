/** A part of a document. */
export type Part = Readonly<Record<string, unknown>>

/** One operation of a document. */
export type DocumentedOperation = {
  readonly operationId: string
  /** Lower case, as documents write it. */
  readonly method: string
  /** `/v1/api-keys/{id}` */
  readonly path: string
  readonly part: Part
}

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** What `GET /openapi.json` of a node says, to be looked into. */
export class OpenApiDocument {
  readonly root: Part
  readonly operations: readonly DocumentedOperation[]

  constructor(root: Part) {
    this.root = root
    this.operations = Object.entries(partOf(root['paths'])).flatMap(([path, item]) =>
      Object.entries(partOf(item))
        .filter(([method]) => methods.has(method))
        .map(([method, operation]) => {
          const part = partOf(operation)
          return { operationId: String(part['operationId']), method, path, part }
        }),
    )
  }

  static async of(url: string): Promise<OpenApiDocument> {
    const response = await fetch(`${url}/openapi.json`)
    if (response.status !== 200) throw new Error(`GET /openapi.json: ${response.status} ${await response.text()}`)
    return new OpenApiDocument(partOf(await response.json()))
  }

  /** The operations of the paths that a request target names; those of paths without parameters first. */
  operationsAt(target: string): readonly DocumentedOperation[] {
    const segments = (target.split(/[?#]/, 1)[0] ?? '').split('/').map(decoded)
    return this.operations
      .filter(({ path }) => isAt(path.split('/'), segments))
      .toSorted((a, b) => parametersOf(a.path) - parametersOf(b.path))
  }

  /** What a pointer such as `#/components/headers/Allow` points to; without a `$ref`, the part itself. */
  resolve(part: Part): { readonly part: Part; readonly pointer: string | null } {
    const reference = part['$ref']
    if (typeof reference !== 'string') return { part, pointer: null }
    const found = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((at, name) => partOf(at)[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.root)
    if (found === undefined) throw new Error(`${reference} points to nothing`)
    return { part: partOf(found), pointer: reference }
  }
}

/** `#/paths/~1v1~1me/get`: a pointer into the document (RFC 6901). */
export function pointer(...names: readonly string[]): string {
  return ['#', ...names.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

export function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null ? (value as Part) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isAt(template: readonly string[], segments: readonly string[]): boolean {
  const fits = (segment: string, index: number): boolean =>
    template[index]?.startsWith('{') === true ? segment !== '' : segment === template[index]
  return template.length === segments.length && segments.every(fits)
}

/** What is not UTF-8 stands for itself. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function parametersOf(path: string): number {
  return path.split('{').length - 1
}
