import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from 'vitest'

/** What a server does with one request. */
export type Act = (response: ServerResponse, request: IncomingMessage) => void

/** A request as it arrived. */
export type Arrived = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly atMs: number
}

export type ScriptedServer = { readonly url: string; readonly arrived: readonly Arrived[] }

/** Answers with JSON. */
export function answers(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Act {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  return (response) => response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
}

/** Refuses as Mintmark does. */
export function refuses(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Act {
  const body = { type: `urn:mintmark:reason:${reason}`, title: reason, status, reason, message: `It is ${reason}.` }
  return answers(status, { ...body, requestId: 'req_1' }, { 'x-request-id': 'req_1', ...headers })
}

/** Closes the connection without a word. */
export const drops: Act = (response) => response.destroy()
/** Never answers. */
export const stalls: Act = () => undefined
/** Begins to answer, and says no more. */
export const stallsInTheMiddle: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"data":')
}
/** Begins to answer, and closes the connection. */
export const breaksOff: Act = (response) => {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    .write('{"data":', () => response.destroy())
}

/** Does with each request what is next in the script, and with those after it what was last. */
export async function scripted(...script: readonly Act[]): Promise<ScriptedServer> {
  const arrived: Arrived[] = []
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request
    const body = await text(request)
    const act = script[Math.min(arrived.length, script.length - 1)] ?? stalls
    arrived.push({ method, url, headers, body, atMs: performance.now() })
    act(response, request)
  }
  const server = createServer((request, response) => {
    void take(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived }
}

const closings: (() => void)[] = []
afterEach(() => {
  for (const close of closings.splice(0)) close()
})
