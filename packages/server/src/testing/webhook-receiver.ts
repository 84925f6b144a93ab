import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a receiver saw it. */
export type Received = {
  readonly id: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** To the byte, as it was signed. */
  readonly body: string
  readonly atMs: number
}

/** What a receiver says: a status, or whatever it likes with the connection. */
export type Answering = (
  received: Received,
  response: ServerResponse,
  request: IncomingMessage,
) => number | null | Promise<number | null>

export type WebhookReceiver = {
  readonly url: string
  readonly port: number
  readonly received: readonly Received[]
  /** Resolves with them as soon as there are so many. */
  first(count: number): Promise<readonly Received[]>
  answerWith(answering: Answering | number): void
  close(): Promise<void>
}

/** A server on this machine that others send webhooks to. It answers 204 unless told otherwise. */
export async function openWebhookReceiver(host = '127.0.0.1'): Promise<WebhookReceiver> {
  const received: Received[] = []
  let waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let answering: Answering = () => 204
  const server = createServer((request, response) => {
    void take(request, response)
  })
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const one: Received = {
      id: headers['webhook-id'] ?? '',
      path: request.url ?? '',
      headers,
      body: Buffer.concat(chunks).toString('utf8'),
      atMs: Date.now(),
    }
    received.push(one)
    const status = await answering(one, response, request)
    if (status !== null) response.writeHead(status).end()
    const satisfied = waiting.filter(({ count }) => received.length >= count)
    waiting = waiting.filter(({ count }) => received.length < count)
    for (const { resolve } of satisfied) resolve()
  }
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/hooks`,
    port,
    received,
    async first(count) {
      if (received.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }))
      return received.slice(0, count)
    },
    answerWith(next) {
      answering = typeof next === 'number' ? () => next : next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
