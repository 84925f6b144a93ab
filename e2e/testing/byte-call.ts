import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { watchers } from './client.ts'
import type { Answer, Exchange } from '../../packages/server/src/testing/exchange.ts'

/** A request in all its parts, whatever they are. */
export type ByteRequest = {
  readonly method: string
  /** Path and query as they stand in the request line: visible ASCII. */
  readonly target: string
  /** Latin-1 without control characters. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Sent as UTF-8. Null: none. */
  readonly body: string | null
}

const agent = new Agent({ keepAlive: true })

/** Sends what `call` could not: any body, any headers. Watchers see the answer. */
export async function callBytes(url: string, sent: ByteRequest, key?: string): Promise<Answer> {
  const { method, target, headers, body } = sent
  const { hostname, port } = new URL(url)
  const length = body === null ? [] : [['Content-Length', `${Buffer.byteLength(body)}`]]
  const lines = [['Host', `${hostname}:${port}`], ...headers, ...length].flat()
  const outgoing = request({ agent, hostname, port, method, path: target, headers: lines })
  outgoing.end(body ?? undefined)
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  const text = (await buffer(incoming)).toString('utf8')
  const isJson = /json/.test(incoming.headers['content-type'] ?? '') && text !== ''
  const answer: Answer = {
    status: incoming.statusCode ?? 0,
    headers: new Headers(Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join()])),
    text,
    body: isJson ? JSON.parse(text) : null,
  }
  const exchange: Exchange = { url, method, path: target, key, answer }
  for (const watch of watchers) await watch(exchange)
  return answer
}
