import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Refusal, RefusalAnswer } from '@mintmark/core'
import { isSound } from './framing.ts'
import { lingerAfter, lingerMs } from './linger.ts'
import { Pipelining } from './pipelining.ts'
import type { RenderError } from './problem.ts'
import { maxHeaderBytes } from './request-target.ts'
import { cutOffSlowReaders } from './slow-readers.ts'

/** A client that dribbles its headers or body is cut off (slowloris). */
const headersTimeoutMs = 5_000
const requestTimeoutMs = 10_000
const keepAliveTimeoutMs = 65_000

export type HttpParts = {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  readonly render: RenderError
  readonly createRequestId: () => string
  /** Headers of every answer: name, value. */
  readonly always: readonly string[]
}

/** Node's server with our bounds, and our errors where Node would answer by itself. */
export function createHttpServer({ handler, render, createRequestId, always }: HttpParts): Server {
  const answerTo = (refusal: Refusal): RefusalAnswer => {
    const answer = render(refusal, { requestId: createRequestId(), hasCredential: false })
    return { ...answer, headers: [...answer.headers, ...always] }
  }
  const options = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: 1_000,
    insecureHTTPParser: false,
    // Checked by `isSound`, so that the answer is ours.
    requireHostHeader: false,
    optimizeEmptyRequests: true,
  }
  const pipelining = new Pipelining()
  const server = createServer(options, (request, response) => {
    if (!pipelining.admit(request, response)) return
    if (isSound(request)) handler(request, response)
    else refuse(response, answerTo(notHttp))
  })
  // Node drops what is beyond its own count silently: a second credential could hide there. The bytes are bounded.
  server.maxHeadersCount = 0
  cutOffSlowReaders(server)
  server.on('checkExpectation', (request, response: ServerResponse) => {
    if (pipelining.admit(request, response)) refuse(response, answerTo(unknownExpectation))
  })
  server.on('connect', (_, socket) => refuseUnread(socket, answerTo(noProxy)))
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === 'ECONNRESET' || saidNothing(socket)) socket.destroy()
    else refuseInTurn(socket, answerTo(refusalOf(error.code)))
  })
  return server
}

/** A browser connects ahead, and would take what it is told meanwhile for the answer to what it asks next. */
function saidNothing(socket: Duplex): boolean {
  return 'bytesRead' in socket && socket.bytesRead === 0
}

/**
 * What did not parse is either the rest of a request that waits for its answer, which then is this one, or comes after
 * requests whose answers must leave first: or this one would be taken for theirs.
 */
function refuseInTurn(socket: Duplex, answer: RefusalAnswer): void {
  const pending = answerUnderWay(socket)
  if (!socket.writable) socket.destroy()
  else if (pending === null) refuseUnread(socket, answer)
  else if (pending.req.complete) pending.once('finish', () => refuseInTurn(socket, answer))
  else if (pending.headersSent) socket.destroy()
  else refuse(pending, answer)
}

/** The first answer of a connection that has not been sent. Node says so nowhere else. */
function answerUnderWay(socket: Duplex): ServerResponse | null {
  return '_httpMessage' in socket && socket._httpMessage instanceof ServerResponse ? socket._httpMessage : null
}

/** What is no request as it should be gets one answer, and its connection ends, so that nothing can follow it. */
function refuse(response: ServerResponse, { status, headers, body }: RefusalAnswer): void {
  response.writeHead(status, [...headers, 'Content-Length', `${Buffer.byteLength(body)}`, 'Connection', 'close'])
  lingerAfter(response.req)
  response.end(body)
}

/** The same where there is not even a request to answer. Whoever is told to go and stays is put out. */
function refuseUnread(socket: Duplex, { status, headers, body }: RefusalAnswer): void {
  const lines = [`HTTP/1.1 ${status} ${phrases[status] ?? 'Bad Request'}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body)
  socket.end(lines.join('\r\n'))
  setTimeout(() => socket.destroy(), lingerMs).unref()
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
