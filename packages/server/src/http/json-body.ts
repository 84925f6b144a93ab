import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { invalid, RefusedError } from '../engine/refused.ts'
import { announcedBytes, maxBodyBytes } from './exchange.ts'

/**
 * `application/json`, with charset=utf-8 or without (RFC 8259 section 8.1), and nothing else. Keeps the text for the
 * Idempotency-Key's fingerprint. No body at all is undefined: where one is needed its schema says so.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      // Text in the exchange of JSON is UTF-8 (RFC 8259 section 8.1). What is not would silently become U+FFFD.
      if (!isUtf8(bytes)) throw invalid('', 'The body is not UTF-8.')
      request.bodyText = bytes.toString('utf8')
      return bytes.length === 0 ? undefined : parseJson(request.bodyText)
    },
  )
  // What has no body needs no type; what has one and does not say of which gets this far.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) => {
    if (bytes.length > 0) throw new UnsupportedMediaType()
  })
  // Of no type: nothing at all may come in chunks, too.
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) => {
    if (text !== '') throw new UnsupportedMediaType()
  })
  app.addHook('preParsing', async (request, _reply, payload) => {
    if ((announcedBytes(request.raw) ?? 0) > maxBodyBytes) throw new RefusedError({ reason: 'payload_too_large' })
    // Content of a GET has no meaning (RFC 9110 section 9.3.1), of whatever type: the framework does not read it.
    const isEmpty = announcedBytes(request.raw) === 0
    if (isRead(request.method) && !isEmpty) requireJson(request.headers['content-type'])
    // What is announced as nothing may have ended before anybody listened (`optimizeEmptyRequests`).
    return isEmpty ? Readable.from([]) : payload
  })
}

function isRead(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

function requireJson(contentType: string | undefined): void {
  if (contentType !== undefined && !isJson(contentType)) throw new UnsupportedMediaType()
}

/** Thrown before the body is read; answered as 415. */
export class UnsupportedMediaType extends Error {}

/**
 * Strict on purpose: a type that only looks like JSON has made other servers skip their checks. Case is nothing
 * (RFC 9110 section 8.3.1).
 */
export function isJson(contentType: string): boolean {
  return contentType === 'application/json' || /^application\/json(?: *; *charset="?utf-8"?)?$/i.test(contentType)
}

/** Refuses `__proto__` as a member's name, wherever it stands. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (name, value: unknown) => {
      if (name === '__proto__') throw invalid('', 'No field may be called __proto__.')
      return value
    })
  } catch (error) {
    throw error instanceof RefusedError ? error : invalid('', 'The body is not JSON.')
  }
}
