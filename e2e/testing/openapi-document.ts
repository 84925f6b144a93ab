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

  /** The operations of the path that a request target names; a path without parameters before one with. */
  operationsAt(target: string): readonly DocumentedOperation[] {
    const path = target.split('?', 1)[0] ?? ''
    const [first] = this.operations
      .filter((operation) => patternOf(operation.path).test(path))
      .toSorted((a, b) => parametersOf(a.path) - parametersOf(b.path))
    return this.operations.filter((operation) => operation.path === first?.path)
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

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => (segment.startsWith('{') ? '[^/]+' : RegExp.escape(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

function parametersOf(path: string): number {
  return path.split('{').length - 1
}
