import type { Answer } from './exchange.ts'
import { watchLeaks } from './leak-watcher.ts'
import { watchOpenApi } from './openapi-truth.ts'

export type { Answer } from './exchange.ts'

type HeaderFields = Readonly<Record<string, string>>

/** Sends requests with always the same credential and headers. */
export type Client = {
  get(path: string, headers?: HeaderFields): Promise<Answer>
  /** `body` is sent as JSON; a string or bytes as they are; undefined: no body at all. */
  post(path: string, body?: unknown, headers?: HeaderFields): Promise<Answer>
  put(path: string, body?: unknown, headers?: HeaderFields): Promise<Answer>
  patch(path: string, body?: unknown, headers?: HeaderFields): Promise<Answer>
  delete(path: string, headers?: HeaderFields): Promise<Answer>
  send(method: string, path: string, body?: unknown, headers?: HeaderFields): Promise<Answer>
  /** The same, with these headers besides. */
  with(headers: HeaderFields): Client
}

/** Gets one request to a node, and its answer back. */
export type Transport = (method: string, path: string, headers: HeaderFields, body: unknown) => Promise<Answer>

export function createClient(url: string, fixed: HeaderFields): Client {
  return createClientOver((method, path, headers, body) => request(`${url}${path}`, method, headers, body), fixed)
}

export function createClientOver(transport: Transport, fixed: HeaderFields): Client {
  const send: Client['send'] = (method, path, body, headers = {}) =>
    transport(method, path, { ...(body !== undefined && json), ...fixed, ...headers }, body)
  return {
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    patch: (path, body, headers) => send('PATCH', path, body, headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
    with: (headers) => createClientOver(transport, { ...fixed, ...headers }),
  }
}

export function bearer(credential: string): HeaderFields {
  return { authorization: `Bearer ${credential}` }
}

/** Status and reason of a refusal, and its sentence: what a test says of most of them. */
export function refusal({ status, body }: Answer): readonly [number, string, string] {
  const { reason, message } = refusedIn(body)
  return [status, reason, message]
}

/** Status and reason alone. */
export function reason({ status, body }: Answer): readonly [number, string] {
  return [status, refusedIn(body).reason]
}

/** GraphQL says the same elsewhere. */
function refusedIn(body: Answer['body']): Answer['body'] {
  const [first] = body?.errors ?? []
  return first?.extensions === undefined ? { ...body } : { ...first.extensions, message: first.message }
}

/** The body of an answer that must have this status. */
export function expectStatus(status: number, answer: Answer): Answer['body'] {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${answer.text}`)
  return answer.body
}

const json = { 'content-type': 'application/json' }

/** Sends, and holds the answer against the node's own openapi.json, which must be true of it. */
async function request(url: string, method: string, headers: HeaderFields, body: unknown): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const sent = body === undefined ? null : isRaw ? (body as string) : JSON.stringify(body)
  const response = await fetch(url, { method, headers, body: sent, redirect: 'manual' })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
  const answer = { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
  const { origin, pathname, search } = new URL(url)
  const key = headers['authorization']?.replace(/^bearer +/i, '') ?? headers['x-api-key']
  const exchange = { url: origin, method, path: `${pathname}${search}`, key, answer }
  await watchLeaks({ ...exchange, sent: { body } })
  await watchOpenApi(isRaw ? exchange : { ...exchange, sent: { body } })
  return answer
}
