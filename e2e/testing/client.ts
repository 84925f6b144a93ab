import type { Answer, Exchange } from '../../packages/server/src/testing/exchange.ts'
import { watchLeaks } from '../../packages/server/src/testing/leak-watcher.ts'
import { watchOpenApi } from '../../packages/server/src/testing/openapi-truth.ts'

export type { Answer } from '../../packages/server/src/testing/exchange.ts'

export type CallOptions = {
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One request to a node, by a credential. Watchers see every answer: openapi.json must be true of it, for one. */
export async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { key, headers = {}, body } = options
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  }
  for (const watch of watchers) await watch({ url, method, path, key, sent: { body }, answer })
  return answer
}

/** Told of every answer that `call` gets. */
export const watchers = new Set<(exchange: Exchange) => Promise<void>>([watchOpenApi, watchLeaks])

/** Like `call`, and throws unless the status is the one expected. */
export async function expectCall(
  status: number,
  url: string,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer['body']> {
  const answer = await call(url, method, path, options)
  if (answer.status !== status) {
    throw new Error(`${method} ${path}: expected ${status}, got ${answer.status} ${answer.text}`)
  }
  return answer.body
}
