import type { FastifyInstance, FastifyRequest } from 'fastify'
import { invalid, RefusedError } from '../engine/refused.ts'
import { announcedBytes, maxBodyBytes } from './exchange.ts'

/**
 * `application/json`, with charset=utf-8 or without (RFC 8259 section 8.1), and nothing else. Keeps the text for the
 * Idempotency-Key's fingerprint. No body at all is undefined: where one is needed its schema says so.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (request: FastifyRequest, text: string) => {
    request.bodyText = text
    return text === '' ? undefined : parseJson(text)
  })
  app.addHook('preParsing', async (request, _reply, payload) => {
    const type = request.headers['content-type']
    if ((announcedBytes(request.raw) ?? 0) > maxBodyBytes) throw new RefusedError({ reason: 'payload_too_large' })
    if (type !== undefined && !isJson(type) && announcedBytes(request.raw) !== 0) throw new UnsupportedMediaType()
    return payload
  })
}

/** Thrown before the body is read; answered as 415. */
export class UnsupportedMediaType extends Error {}

/** Strict on purpose: a type that only looks like JSON has made other servers skip their checks. */
export function isJson(contentType: string): boolean {
  return contentType === 'application/json' || /^application\/json *; *charset="?utf-8"?$/i.test(contentType)
}

/** Refuses `__proto__` and `constructor.prototype` as member names, wherever they stand. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (name, value: unknown) => {
      if (name === '__proto__') throw new SyntaxError('forbidden name')
      return value
    })
  } catch {
    throw invalid('', 'The body is not JSON.')
  }
}
