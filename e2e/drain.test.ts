import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ServedNode } from './testing/served-node.ts'

let node: ServedNode

beforeEach(async () => {
  node = await ServedNode.start()
})
afterEach(() => node.remove())

async function get(agent: Agent, path: string): Promise<IncomingMessage> {
  const request = httpRequest(`${node.url}${path}`, { agent }).end()
  const [response]: IncomingMessage[] = await once(request, 'response')
  if (response === undefined) throw new Error('There is no answer.')
  await text(response)
  return response
}

test('a client that keeps its one connection busy is asked to leave it, and is never cut off', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const first = await get(agent, '/healthz')
  expect(first.headers.connection).toBe('keep-alive')
  const stopped = node.stop()
  let last = first
  while (last.headers.connection === 'keep-alive') last = await get(agent, '/healthz')
  expect(last.headers.connection).toBe('close')
  expect(await stopped).toBe(0)
  agent.destroy()
})

test('connections on which nothing happens are closed, and a request that is under way is answered', async () => {
  const agent = new Agent({ keepAlive: true })
  const silent = connect(Number(new URL(node.url).port), '127.0.0.1')
  await once(silent, 'connect')
  const busy = connect(Number(new URL(node.url).port), '127.0.0.1')
  const head = 'POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
  busy.write(`${head}Authorization: Bearer mmo_unknown\r\nContent-Length: 2\r\n\r\n{`)
  // The head has been read when another connection, opened later, has been answered.
  await get(agent, '/healthz')
  const stopped = node.stop()
  await once(silent, 'close')
  busy.write('}')
  expect(await text(busy)).toMatch(/^HTTP\/1\.1 401 .*"reason":"invalid_key"/s)
  expect(await stopped).toBe(0)
  agent.destroy()
})
