import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** What everybody else does: a layer before a node that remembers acceptances for a moment. */
export type CachingProxy = { readonly url: string; close(): Promise<void> }

type Remembered = {
  readonly status: number
  readonly headers: [string, string][]
  readonly body: Buffer
  readonly atMs: number
}

const headersOfTheConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date'])

/** Passes requests on to a node. What was accepted is accepted again for `ttlMs`, without asking. */
export async function startCachingProxy(nodeUrl: string, ttlMs: number): Promise<CachingProxy> {
  const accepted = new Map<string, Remembered>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await buffer(request)
    const { method = 'GET', url = '/', headers } = request
    const question = [method, url, headers.authorization, headers['x-api-key'], sent.toString('utf8')].join('\n')
    const known = accepted.get(question)
    const fresh = known !== undefined && performance.now() - known.atMs < ttlMs ? known : null
    const {
      status,
      headers: answered,
      body,
    } = fresh ?? (await ask(nodeUrl, { method, url, headers: passed(request), body: sent }))
    if (fresh === null && isAcceptance(status, body)) {
      accepted.set(question, { status, headers: answered, body, atMs: performance.now() })
    }
    response.writeHead(status, answered.flat()).end(body)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function passed({ headers }: IncomingMessage): Record<string, string> {
  const names = ['authorization', 'x-api-key', 'content-type', 'mintmark-organization', 'mintmark-user']
  return Object.fromEntries(names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])))
}

async function ask(
  nodeUrl: string,
  request: {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body: Buffer
  },
): Promise<Omit<Remembered, 'atMs'>> {
  const { method, url, headers, body } = request
  const answer = await fetch(`${nodeUrl}${url}`, {
    method,
    headers,
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  })
  return {
    status: answer.status,
    headers: [...answer.headers].filter(([name]) => !headersOfTheConnection.has(name)),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

function isAcceptance(status: number, body: Buffer): boolean {
  return status >= 200 && status < 300 && !body.includes('"valid":false')
}
