import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** What reached the service behind a gateway, as it tells it in its answer. */
export type Echo = {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodyBytes: number
  readonly bodySha256: string
}

export type EchoBackend = { readonly port: number; readonly seen: readonly Echo[]; close(): Promise<void> }

/** A service that answers what it was asked, with the status that a header `X-Answer` names, else 200. */
export async function startEchoBackend(): Promise<EchoBackend> {
  const seen: Echo[] = []
  const server = createServer((request, response) => {
    const digest = createHash('sha256')
    let bodyBytes = 0
    request.on('data', (chunk: Buffer) => {
      bodyBytes += chunk.length
      digest.update(chunk)
    })
    request.on('end', () => {
      const { method = '', url: target = '' } = request
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(' and ')]),
      )
      const echo = { method, target, headers, bodyBytes, bodySha256: digest.digest('hex') }
      seen.push(echo)
      response.writeHead(Number(headers['x-answer'] ?? 200), { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(echo))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens on a port')
  return {
    port: address.port,
    seen,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
