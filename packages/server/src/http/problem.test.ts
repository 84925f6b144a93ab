import { describe, expect, test } from 'vitest'
import { reasons, reasonTable, statusOf, type ErrorDialect, type Refusal } from '@mintmark/core'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { invalid, invalidFields, notFound, refuse, RefusedError } from '../engine/refused.ts'
import { createRenderError, refusalOf, type ErrorDetails } from './problem.ts'

const details: ErrorDetails = { requestId: 'req_1', hasCredential: true }

const render = (refusal: Refusal, more: Partial<ErrorDetails> = {}, dialect: ErrorDialect = 'problem') =>
  createRenderError(dialect, {})(refusal, { ...details, ...more })

function headersOf(headers: readonly string[]): Record<string, string | undefined> {
  const pairs: [string, string | undefined][] = []
  for (let index = 0; index < headers.length; index += 2)
    pairs.push([headers[index]?.toLowerCase() ?? '', headers[index + 1]])
  return Object.fromEntries(pairs)
}

describe.each(reasons)('%s', (reason) => {
  test('is a problem as RFC 9457 has it, with reason, message and the request’s id', () => {
    const answer = render({
      reason,
      values: { permission: 'sites:read', limit: 1, retryAfterSeconds: 2, resetAt: 'soon', maxActiveKeys: 3 },
    })
    expect(answer.status).toBe(reasonTable[reason].status)
    const { message, resetAt, ...body } = JSON.parse(answer.body)
    expect(body).toEqual({
      type: `urn:mintmark:reason:${reason}`,
      title: reasonTable[reason].title,
      status: answer.status,
      reason,
      requestId: 'req_1',
    })
    expect(message).not.toMatch(/[{}]/)
    expect(resetAt).toBe('soon')
  })

  test('comes with the headers that its status asks for', () => {
    const headers = headersOf(render({ reason }).headers)
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': 'req_1',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const challenges: Record<number, string> = {
      401: 'Bearer realm="mintmark", error="invalid_token"',
      403: 'Bearer realm="mintmark", error="insufficient_scope"',
    }
    expect(headers['www-authenticate']).toBe(challenges[statusOf(reason)])
  })
})

test('without a credential the challenge names no error (RFC 6750 section 3)', () => {
  const { headers } = render({ reason: 'missing_key' }, { hasCredential: false })
  expect(headersOf(headers)['www-authenticate']).toBe('Bearer realm="mintmark"')
})

test.each([
  [null, undefined],
  [0, '1'],
  [1, '1'],
  [1000, '1'],
  [1001, '2'],
  [59_999.5, '60'],
])('a wait of %o ms is Retry-After: %o, in whole seconds, never too short', (retryAfterMs, expected) => {
  expect(headersOf(render({ reason: 'rate_limit' }, { retryAfterMs }).headers)['retry-after']).toBe(expected)
})

describe('dialects, to the byte', () => {
  const refusal: Refusal = { reason: 'forbidden', values: { permission: 'sites:read' } }

  test.each<[ErrorDialect, string]>([
    ['reason', '{"reason":"forbidden","message":"Missing sites:read permission."}'],
    ['error', '{"error":"Missing sites:read permission."}'],
    ['envelope', '{"success":false,"error":{"reason":"forbidden","message":"Missing sites:read permission."}}'],
  ])('%s', (dialect, body) => {
    const answer = render(refusal, { faults: [{ path: 'name', message: 'x' }] }, dialect)
    expect([answer.status, answer.body]).toEqual([403, body])
    expect(headersOf(answer.headers)['content-type']).toBe('application/json; charset=utf-8')
  })

  test('only a problem says what is wrong where', () => {
    const faults = [{ path: 'permissions[2]', message: 'There is none.' }]
    expect(JSON.parse(render({ reason: 'invalid_request' }, { faults }).body).errors).toEqual(faults)
    expect(JSON.parse(render({ reason: 'invalid_request' }, { faults: [] }).body)).not.toHaveProperty('errors')
  })
})

describe('sentences', () => {
  test('a contract’s own replaces the usual one, placeholders filled', () => {
    const renderOwn = createRenderError('error', {
      rate_limit: 'Zu viel: in {retryAfterSeconds} s, {limit} je Fenster.',
    })
    const values = { retryAfterSeconds: 3, limit: 5 }
    expect(JSON.parse(renderOwn({ reason: 'rate_limit', values }, details).body)).toEqual({
      error: 'Zu viel: in 3 s, 5 je Fenster.',
    })
  })

  test('a refusal’s own is more than either', () => {
    const renderOwn = createRenderError('error', { forbidden: 'Nein.' })
    expect(JSON.parse(renderOwn({ reason: 'forbidden', message: 'Not you.' }, details).body)).toEqual({
      error: 'Not you.',
    })
  })
})

describe('what was thrown', () => {
  test('is the refusal that it carries', () => {
    expect(refusalOf(notFound())).toEqual({ refusal: { reason: 'not_found' }, faults: [], retryAfterMs: null })
    expect(refusalOf(refuse('conflict', 'Taken.'))?.refusal).toEqual({ reason: 'conflict', message: 'Taken.' })
    expect(refusalOf(new RefusedError({ reason: 'creation_limit' }, { retryAfterMs: 5 }))?.retryAfterMs).toBe(5)
  })

  test('is the first of several mistakes, with all of them', () => {
    const faults = [
      { path: 'a', message: 'One.' },
      { path: 'b', message: 'Two.' },
    ]
    expect(refusalOf(invalidFields(faults))).toMatchObject({
      refusal: { reason: 'invalid_request', message: 'One.' },
      faults,
    })
    expect(refusalOf(invalid('a', 'One.'))).toMatchObject({ refusal: { message: 'One.' }, faults: [faults[0]] })
    expect(refusalOf(invalidFields([]))).toEqual({
      refusal: { reason: 'invalid_request' },
      faults: [],
      retryAfterMs: null,
    })
  })

  test('is an outage with a time to try again', () => {
    expect(refusalOf(new StoreUnavailable('database'))).toEqual({
      refusal: { reason: 'unavailable', values: { retryAfterSeconds: 1 } },
      faults: [],
      retryAfterMs: 1000,
    })
  })

  test.each([new Error('x'), new TypeError('x'), 'text', null, undefined, { reason: 'forbidden' }])(
    'is a fault of ours, of which nothing is told, where it is %o',
    (thrown) => {
      expect(refusalOf(thrown)).toBeNull()
    },
  )
})
