import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formatsPlugin from 'ajv-formats'
import type { Exchange } from './exchange.ts'
import { partOf, pointer, type DocumentedOperation, type OpenApiDocument, type Part } from './openapi-document.ts'

/** What HTTP itself puts on answers. */
const headersOfHttp = new Set([
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
])
const windowHeaders = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
]

/** The errors that a request meets which no operation is there for. */
const unroutedErrors: Readonly<Record<number, string>> = {
  400: 'TenantBadRequest',
  401: 'TenantUnauthorized',
  403: 'TenantForbidden',
  404: 'TenantNotFound',
  405: 'TenantMethodNotAllowed',
  429: 'TenantTooManyRequests',
  431: 'TenantHeadersTooLarge',
  500: 'TenantInternalError',
  503: 'TenantUnavailable',
}

/** Where an answer is described: its pointer in the document, and what stands there. */
type Place = { readonly at: string; readonly response: Part }

/** Holds answers against a document. */
export class OpenApiWatcher {
  readonly #document: OpenApiDocument
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: OpenApiDocument) {
    this.#document = document
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
    formatsPlugin.default(this.#ajv)
    this.#ajv.addSchema(document.root, 'document')
  }

  /** Everything about an exchange that is not as the document has it. Empty: the document is true of it. */
  faultsOf(exchange: Exchange): readonly string[] {
    const operations = this.#document.operationsAt(exchange.path)
    const operation = operationOf(exchange, operations)
    const place =
      operation === undefined ? this.#unroutedPlace(exchange, operations) : this.#declaredPlace(exchange, operation)
    if (typeof place === 'string') return [place]
    return [
      ...this.#headerFaults(exchange, place),
      ...windowFaults(exchange, place),
      ...this.#contentFaults(exchange, place),
      ...(operation === undefined ? [] : this.#sentFaults(exchange, operation)),
    ]
  }

  #declaredPlace({ answer }: Exchange, { method, path, part }: DocumentedOperation): Place | string {
    const declared = partOf(part['responses'])[answer.status]
    if (declared === undefined) return `status ${answer.status} is not declared`
    return this.#placeAt(partOf(declared), pointer('paths', path, method, 'responses', `${answer.status}`))
  }

  #unroutedPlace({ answer }: Exchange, operations: readonly DocumentedOperation[]): Place | string {
    const { status, headers } = answer
    const name = unroutedErrors[status]
    if (name === undefined) return `status ${status} where nothing is described`
    // A 404 may be about the organization that is acted in.
    if (status === 405 && operations.length === 0) return 'status 405 on a path without operations'
    if (status === 405 && headers.get('allow') !== methodsOf(operations)) {
      return `Allow: ${headers.get('allow')}, but ${methodsOf(operations)} are described`
    }
    const at = pointer('components', 'responses', name)
    return this.#placeAt({ $ref: at }, at)
  }

  #placeAt(declared: Part, at: string): Place {
    const { part, pointer: reference } = this.#document.resolve(declared)
    return { at: reference ?? at, response: part }
  }

  #headerFaults({ answer }: Exchange, { at, response }: Place): readonly string[] {
    const declared = partOf(response['headers'])
    const known = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
    const unknown = [...answer.headers.keys()].filter((name) => !known.has(name) && !headersOfHttp.has(name))
    const wrong = Object.entries(declared).flatMap(([name, header]) => {
      const { part, pointer: reference } = this.#document.resolve(partOf(header))
      const value = answer.headers.get(name)
      if (value === null) return part['required'] === true ? [`there is no header ${name}`] : []
      const schema = `${reference ?? `${at}/headers/${name}`}/schema`
      return this.#schemaFaults(schema, headerValue(value, partOf(part['schema'])), `header ${name}`)
    })
    return [...unknown.map((name) => `the header ${name} is not declared`), ...wrong]
  }

  #contentFaults({ method, answer }: Exchange, { at, response }: Place): readonly string[] {
    const type = answer.headers.get('content-type')
    const contents = response['content']
    if (contents === undefined) {
      return answer.text === '' && type === null ? [] : [`content of type ${type} where none is declared`]
    }
    const [mediaType = '', ...parameters] = (type ?? '').split(/; */)
    if (!(mediaType in partOf(contents))) return [`content type ${type} is not declared`]
    if (!parameters.includes('charset=utf-8')) return [`content type ${type} does not say charset=utf-8`]
    if (method === 'HEAD') return answer.text === '' ? [] : ['a HEAD with content']
    const schema = `${at}/content/${mediaType.replaceAll('/', '~1')}/schema`
    const { requestId = answer.headers.get('x-request-id') } = partOf(answer.body)
    return [
      ...this.#schemaFaults(schema, mediaType.endsWith('json') ? answer.body : answer.text, 'body'),
      ...(requestId === answer.headers.get('x-request-id') ? [] : ['requestId is not X-Request-Id']),
    ]
  }

  /** What was accepted must be among what the document says is taken. */
  #sentFaults({ sent, answer }: Exchange, { method, path, part }: DocumentedOperation): readonly string[] {
    const body = partOf(part['requestBody'])
    if (answer.status >= 300 || part['requestBody'] === undefined || sent === undefined) return []
    if (sent.body === undefined) return body['required'] === true ? ['taken without the body that is required'] : []
    const schema = `${pointer('paths', path, method, 'requestBody', 'content', 'application/json')}/schema`
    return this.#schemaFaults(schema, JSON.parse(JSON.stringify(sent.body)), 'taken, though the body sent')
  }

  #schemaFaults(at: string, value: unknown, what: string): readonly string[] {
    const validate = this.#validators.get(at) ?? this.#ajv.compile({ $ref: `document${at}` })
    this.#validators.set(at, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message} (${error.schemaPath})`)
  }
}

/** A HEAD is a GET whose content is not sent (RFC 9110 section 9.3.2). */
function operationOf(
  { method }: Exchange,
  operations: readonly DocumentedOperation[],
): DocumentedOperation | undefined {
  const own = operations.find((operation) => operation.method === method.toLowerCase())
  return own ?? (method === 'HEAD' ? operations.find((operation) => operation.method === 'get') : undefined)
}

function methodsOf(operations: readonly DocumentedOperation[]): string {
  const names = operations.map(({ method }) => method.toUpperCase())
  return [...new Set(names.includes('GET') ? [...names, 'HEAD'] : names)].toSorted().join(', ')
}

/** A recognised, active API key is told of its window whatever the status; nobody else is (API.md section 3). */
function windowFaults({ key, answer }: Exchange, { response }: Place): readonly string[] {
  const shown = windowHeaders.filter((name) => answer.headers.has(name))
  if (shown.length > 0 && shown.length < windowHeaders.length) return [`of the window's headers only ${shown.join()}`]
  if (key === undefined || !('RateLimit' in partOf(response['headers']))) return []
  const isApiKey = !/^mm[os]_/.test(key)
  if (isApiKey && shown.length === 0 && mustShowWindow(answer)) return ['an API key, but no headers of its window']
  return !isApiKey && shown.length > 0 ? ["headers of a window, but no API key's"] : []
}

/** Not where a fault of ours or an ambiguity came before the key was looked at, nor where it was refused itself. */
function mustShowWindow({ status, body }: Exchange['answer']): boolean {
  return status < 500 && status !== 401 && partOf(body)['reason'] !== 'ambiguous_credentials'
}

/** A header's text as the JSON value that its schema describes (OpenAPI 3.1 section 4.8.12.3, style `simple`). */
function headerValue(text: string, schema: Part): unknown {
  return schema['type'] === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text
}
