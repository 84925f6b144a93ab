import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Refusal } from '@mintmark/core'
import type { ErrorAnswer, RenderError } from './problem.ts'
import { maxHeaderBytes } from './request-target.ts'

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
  const options = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: 1_000,
    insecureHTTPParser: false,
    // Checked below, where the answer is ours.
    requireHostHeader: false,
    optimizeEmptyRequests: true,
  }
  const refused = (response: ServerResponse, refusal: Refusal): void =>
    refuse(response, render(refusal, { requestId: createRequestId(), hasCredential: false }))
  const server = createServer(options, (request, response) => {
    if (hasOneHost(request)) handler(request, response)
    else refused(response, notHttp)
  })
  // Node drops what is beyond its own count silently: a second credential could hide there. The bytes are bounded.
  server.maxHeadersCount = 0
  server.on('checkExpectation', (_request, response: ServerResponse) => refused(response, unknownExpectation))
  const refusedRaw = (socket: Duplex, refusal: Refusal): void => refuseRaw(socket, refusal, render, createRequestId())
  server.on('connect', (_request, socket) => refusedRaw(socket, noProxy))
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) socket.destroy()
    else refusedRaw(socket, refusalOf(error.code))
  })
  return server
}

/** RFC 9112 section 3.2: of more than one `Host`, and of none in HTTP/1.1, a server must say 400. */
function hasOneHost({ rawHeaders, httpVersionMinor }: IncomingMessage): boolean {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts === 1 || (hosts === 0 && httpVersionMinor === 0)
}

/** An answer to an earlier request of this connection is still to come: ours would be taken for it. */
function isAnswering(socket: Duplex): boolean {
  return '_httpMessage' in socket && socket._httpMessage != null
}

/** What is no request as it should be gets one answer, and its connection ends, so that nothing can follow it. */
function refuse(response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  response.writeHead(status, [...headers, 'Content-Length', `${Buffer.byteLength(body)}`, 'Connection', 'close'])
  response.end(body)
}

/** The same where there is not even a request to answer. */
function refuseRaw(socket: Duplex, refusal: Refusal, render: RenderError, requestId: string): void {
  const { status, headers, body } = render(refusal, { requestId, hasCredential: false })
  const lines = [`HTTP/1.1 ${status} ${phrases[status] ?? 'Bad Request'}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body)
  socket.end(lines.join('\r\n'))
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return { reason: 'headers_too_large' }
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : notHttp
}

const notHttp: Refusal = { reason: 'invalid_request', message: 'This is not an HTTP request.' }
const tooSlow: Refusal = { reason: 'invalid_request', message: 'The request did not arrive in time.' }
const unknownExpectation: Refusal = { reason: 'invalid_request', message: 'Expect takes 100-continue only.' }
const noProxy: Refusal = { reason: 'invalid_request', message: 'This is no proxy.' }

const phrases: Readonly<Record<number, string>> = { 400: 'Bad Request', 431: 'Request Header Fields Too Large' }
