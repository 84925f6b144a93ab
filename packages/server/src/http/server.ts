import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Refusal } from '@mintmark/core'
import type { RenderError } from './problem.ts'

/** All headers of a request together, in bytes. */
const maxHeaderBytes = 16 * 1024
/** A client that dribbles its headers or body is cut off (slowloris). */
const headersTimeoutMs = 5_000
const requestTimeoutMs = 10_000
const keepAliveTimeoutMs = 65_000

export type HttpParts = {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  readonly render: RenderError
  readonly createRequestId: () => string
}

/** Node's server with our bounds, and our errors where Node would answer by itself. */
export function createHttpServer({ handler, render, createRequestId }: HttpParts): Server {
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: 1_000,
      insecureHTTPParser: false,
      requireHostHeader: true,
      optimizeEmptyRequests: true,
    },
    handler,
  )
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else refuseRaw(socket, refusalOf(error.code), render, createRequestId())
  })
  return server
}

/** What did not parse is no request: it gets one answer, and its connection ends, so that nothing can follow it. */
function refuseRaw(socket: Duplex, refusal: Refusal, render: RenderError, requestId: string): void {
  const { status, headers, body } = render(refusal, { requestId, hasCredential: false })
  const lines = [`HTTP/1.1 ${status} ${phrases[status] ?? 'Bad Request'}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body)
  socket.end(lines.join('\r\n'))
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return { reason: 'headers_too_large' }
  const message =
    code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'The request did not arrive in time.' : 'This is not an HTTP request.'
  return { reason: 'invalid_request', message }
}

const phrases: Readonly<Record<number, string>> = { 400: 'Bad Request', 431: 'Request Header Fields Too Large' }
