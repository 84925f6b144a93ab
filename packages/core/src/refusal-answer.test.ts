import { describe, expect, test } from 'vitest'
import type { ErrorDialect } from './contract-terms.ts'
import { reasons, reasonTable, statusOf, type Refusal } from './errors.ts'
import { createAnswerRefusal, type RefusalDetails } from './refusal-answer.ts'

const details: RefusalDetails = { requestId: 'req_1', hasCredential: true }

const render = (refusal: Refusal, more: Partial<RefusalDetails> = {}, dialect: ErrorDialect = 'problem') =>
  createAnswerRefusal(dialect, {})(refusal, { ...details, ...more })

function headersOf(headers: readonly string[]): Record<string, string | undefined> {
  const pairs: [string, string | undefined][] = []
  for (let index = 0; index < headers.length; index += 2)
    pairs.push([headers[index]?.toLowerCase() ?? '', headers[index + 1]])
  return Object.fromEntries(pairs)
}

const secondly = '2026-11-21T10:00:01Z'

describe.each(reasons)('%s', (reason) => {
  test('is a problem as RFC 9457 has it, with reason, message and the request’s id', () => {
    const answer = render({
      reason,
      values: { permission: 'sites:read', limit: 1, retryAfterSeconds: 2, resetAt: secondly, maxActiveKeys: 3 },
    })
    expect(answer.status).toBe(reasonTable[reason].status)
    const { message, ...body } = JSON.parse(answer.body)
    expect(body).toEqual({
      type: `urn:mintmark:reason:${reason}`,
      title: reasonTable[reason].title,
      status: answer.status,
      reason,
      requestId: 'req_1',
      ...(reason === 'creation_limit' && { resetAt: '2026-11-21T10:00:01.000Z' }),
    })
    expect(message).not.toMatch(/[{}]/)
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
    const renderOwn = createAnswerRefusal('error', {
      rate_limit: 'Zu viel: in {retryAfterSeconds} s, {limit} je Fenster.',
    })
    const values = { retryAfterSeconds: 3, limit: 5 }
    expect(JSON.parse(renderOwn({ reason: 'rate_limit', values }, details).body)).toEqual({
      error: 'Zu viel: in 3 s, 5 je Fenster.',
    })
  })

  test('a refusal’s own is more than either', () => {
    const renderOwn = createAnswerRefusal('error', { forbidden: 'Nein.' })
    expect(JSON.parse(renderOwn({ reason: 'forbidden', message: 'Not you.' }, details).body)).toEqual({
      error: 'Not you.',
    })
  })
})

test.each([
  [undefined, undefined],
  [null, undefined],
  [1, '1'],
  [60, '60'],
])('a wait of %o seconds is Retry-After: %o', (retryAfterSeconds, expected) => {
  const answer = render({ reason: 'rate_limit' }, { ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) })
  expect(headersOf(answer.headers)['retry-after']).toBe(expected)
})
