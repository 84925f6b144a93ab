import type { RefusalAnswer } from '@mintmark/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { lingerAfter } from './linger.ts'

/** One request that is answered on `node:http` itself, without a framework. */
export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  /** By `performance.now()`: when its headers had been read. */
  readonly startedAtMs: number
  /** The connection ends with the answer, because a body stands on it that nobody reads. */
  readonly closes: boolean
  /** Headers of every answer: name, value. */
  readonly always: readonly string[]
}

/** A body may have this many bytes. */
export const maxBodyBytes = 65_536

/** Bytes of the body that the request announces: 0 without one, null where only its end will tell (chunked). */
export function announcedBytes(request: IncomingMessage): number | null {
  const { headers } = request
  if (headers['transfer-encoding'] !== undefined) return null
  const length = headers['content-length']
  return length === undefined ? 0 : Number(length)
}

/** Answers in one write. `headers`: name, value, name, value; `body` is ASCII. */
export function sendAscii(exchange: Exchange, status: number, headers: string[], body: string): void {
  headers.push(...exchange.always, 'Content-Length', `${body.length}`)
  if (exchange.closes) closeAfter(exchange, headers)
  exchange.response.writeHead(status, headers)
  exchange.response.end(body, 'latin1')
}

/** @param more headers besides the error's own: name, value, name, value */
export function sendError(exchange: Exchange, answer: RefusalAnswer, more: readonly string[]): void {
  const headers = [
    ...answer.headers,
    ...more,
    ...exchange.always,
    'Content-Length',
    `${Buffer.byteLength(answer.body)}`,
  ]
  if (exchange.closes) closeAfter(exchange, headers)
  exchange.response.writeHead(answer.status, headers)
  exchange.response.end(answer.body)
}

function closeAfter({ request }: Exchange, headers: string[]): void {
  headers.push('Connection', 'close')
  lingerAfter(request)
}
