import { beforeAll, describe, expect, test } from 'vitest'
import { createClient, type Answer } from '../testing/http-client.ts'
import { openingInProcess, type InProcess, type TestOrganization } from '../testing/in-process.ts'

/** API.md section 3: 400 ambiguous_credentials, 401, 429, 403, 404, 405, 413, 415, 400, 409. */
const open = openingInProcess()
let mintmark: InProcess
let acme: TestOrganization
let path: string
let revokedPath: string
let spent: string

beforeAll(async () => {
  mintmark = await open()
  acme = await mintmark.organization()
  path = (await acme.mint()).path
  revokedPath = (await acme.mint()).path
  await acme.as('admin').post(`${revokedPath}/revoke`)
  await acme.addProject('taken')
  spent = (await acme.mintOwned('member', { rateLimit: { limit: 1, windowSeconds: 3600 } })).key
  await mintmark.client(spent).get('/v1/me')
})

const absent = '/v1/api-keys/key_0000000000000000000000'
const tooLarge = `{"name":"${'x'.repeat(70_000)}"}`
const ambiguous = { authorization: 'Bearer a', 'x-api-key': 'b' }
const unknown = { authorization: 'Bearer mk_live_unknown' }
const text = { 'content-type': 'text/plain' }
const json = { 'content-type': 'application/json' }

type Sent = {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers: Record<string, string>
}

async function send({ method, path: at, body, headers }: Sent): Promise<Answer> {
  return createClient(mintmark.url, {}).send(method, at, body, headers)
}

const acting = (userId?: string) => ({
  authorization: `Bearer ${mintmark.operatorKey}`,
  'mintmark-organization': acme.id,
  ...(userId !== undefined && { 'mintmark-user': userId }),
})

describe('of two things that are wrong the first is told', () => {
  test.each<[string, () => Sent, [number, string]]>([
    [
      'ambiguous, and everything else',
      () => ({ method: 'PATCH', path: absent, body: tooLarge, headers: { ...ambiguous, ...text } }),
      [400, 'ambiguous_credentials'],
    ],
    ['nobody, and no path', () => ({ method: 'GET', path: '/v1/none', headers: {} }), [401, 'missing_key']],
    [
      'unknown, and too large',
      () => ({ method: 'POST', path: '/v1/projects', body: tooLarge, headers: { ...unknown, ...text } }),
      [401, 'invalid_key'],
    ],
    [
      'unknown, and not for tenants',
      () => ({ method: 'GET', path: '/v1/organizations', headers: unknown }),
      [401, 'invalid_key'],
    ],
    [
      'unknown, and another method',
      () => ({ method: 'PUT', path: '/v1/projects', headers: unknown }),
      [401, 'invalid_key'],
    ],
    [
      'spent, and forbidden',
      () => ({
        method: 'POST',
        path: '/v1/projects',
        body: '{',
        headers: { authorization: `Bearer ${spent}`, ...json },
      }),
      [429, 'rate_limit'],
    ],
    [
      'spent, and no path',
      () => ({ method: 'GET', path: '/v1/none', headers: { authorization: `Bearer ${spent}` } }),
      [429, 'rate_limit'],
    ],
    [
      'forbidden, and absent',
      () => ({ method: 'PATCH', path: absent, body: '{', headers: { ...acting('member'), ...json } }),
      [403, 'forbidden'],
    ],
    [
      'forbidden, and too large',
      () => ({ method: 'POST', path: '/v1/projects', body: tooLarge, headers: { ...acting('member'), ...json } }),
      [403, 'forbidden'],
    ],
    [
      'forbidden, and not JSON',
      () => ({ method: 'POST', path: '/v1/projects', body: '{', headers: { ...acting('member'), ...text } }),
      [403, 'forbidden'],
    ],
    [
      'not for tenants, and absent',
      () => ({ method: 'GET', path: '/v1/organizations/absent', headers: acting('admin') }),
      [403, 'forbidden'],
    ],
    [
      'absent, and too large',
      () => ({ method: 'PATCH', path: absent, body: tooLarge, headers: { ...acting('admin'), ...json } }),
      [404, 'not_found'],
    ],
    [
      'absent, and of another type',
      () => ({ method: 'PATCH', path: absent, body: '{}', headers: { ...acting('admin'), ...text } }),
      [404, 'not_found'],
    ],
    [
      'absent, and wrong',
      () => ({
        method: 'POST',
        path: `${absent}/rotate`,
        body: '{"overlapSeconds":-1}',
        headers: { ...acting('admin'), ...json },
      }),
      [404, 'not_found'],
    ],
    [
      'an absent organization, and wrong',
      () => ({
        method: 'PUT',
        path: '/v1/organizations/absent/members/x',
        body: '{}',
        headers: { ...acting(), ...json },
      }),
      [404, 'not_found'],
    ],
    [
      'no path, and too large',
      () => ({ method: 'POST', path: '/v1/none', body: tooLarge, headers: { ...acting('admin'), ...text } }),
      [404, 'not_found'],
    ],
    [
      'another method, and too large',
      () => ({ method: 'PUT', path: '/v1/projects', body: tooLarge, headers: { ...acting('admin'), ...text } }),
      [405, 'method_not_allowed'],
    ],
    [
      'too large, and of another type',
      () => ({ method: 'POST', path: '/v1/projects', body: tooLarge, headers: { ...acting('admin'), ...text } }),
      [413, 'payload_too_large'],
    ],
    [
      'too large, and wrong',
      () => ({ method: 'PATCH', path, body: tooLarge, headers: { ...acting('admin'), ...json } }),
      [413, 'payload_too_large'],
    ],
    [
      'another type, and no JSON',
      () => ({ method: 'POST', path: '/v1/projects', body: '{', headers: { ...acting('admin'), ...text } }),
      [415, 'unsupported_media_type'],
    ],
    [
      'another type, and in no organization',
      () => ({
        method: 'POST',
        path: '/v1/projects',
        body: '{}',
        headers: { authorization: acting().authorization, ...text },
      }),
      [415, 'unsupported_media_type'],
    ],
    [
      'wrong, and final',
      () => ({ method: 'PATCH', path: revokedPath, body: '{"name":""}', headers: { ...acting('admin'), ...json } }),
      [400, 'invalid_request'],
    ],
    [
      'wrong, and taken',
      () => ({
        method: 'POST',
        path: '/v1/projects',
        body: '{"id":"taken","name":""}',
        headers: { ...acting('admin'), ...json },
      }),
      [400, 'invalid_request'],
    ],
    [
      'final, and nothing else',
      () => ({ method: 'PATCH', path: revokedPath, body: '{"name":"x"}', headers: { ...acting('admin'), ...json } }),
      [409, 'conflict'],
    ],
  ])('%s', async (_, prepare, expected) => {
    const { status, body } = await send(prepare())
    expect([status, body.reason]).toEqual(expected)
  })
})

describe('paths and methods', () => {
  test('405 says which methods there are', async () => {
    const answer = await send({ method: 'DELETE', path: '/v1/api-keys', headers: acting('admin') })
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
    expect(answer.body.message).toBe('This path takes GET, HEAD, POST.')
  })

  test.each([
    '/v1/api-keys/',
    '/v1//api-keys',
    '/V1/api-keys',
    '/v1/api-keys/x/y/z',
    '/v1',
    '/v1/',
    '/v2/me',
    '/v1/me/x',
    '/v1/%61pi-keysx',
  ])('%s is nothing', async (at) => {
    expect((await send({ method: 'GET', path: at, headers: acting('admin') })).status).toBe(404)
  })

  test('nobody learns without a credential which paths there are', async () => {
    for (const at of ['/v1/me', '/v1/none', '/v1/organizations/x', '/v1/']) {
      expect((await send({ method: 'GET', path: at, headers: {} })).body.reason).toBe('missing_key')
    }
  })

  test('a HEAD is a GET without its content', async () => {
    const [head, get] = [
      await send({ method: 'HEAD', path: '/v1/projects', headers: acting('admin') }),
      await send({ method: 'GET', path: '/v1/projects', headers: acting('admin') }),
    ]
    expect([head.status, head.text]).toEqual([200, ''])
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
  })

  test('no header overrides the method', async () => {
    const headers = { ...acting('admin'), 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' }
    expect((await send({ method: 'GET', path, headers })).status).toBe(200)
    expect((await send({ method: 'GET', path, headers })).status).toBe(200)
  })
})

test('every answer has an id of its own, and is kept by no cache', async () => {
  const answers = await Promise.all([
    send({ method: 'GET', path: '/v1/me', headers: acting('admin') }),
    send({ method: 'GET', path: '/v1/me', headers: {} }),
    send({ method: 'GET', path: '/nothing', headers: {} }),
    send({ method: 'GET', path: '/healthz', headers: { 'x-request-id': 'mine' } }),
    send({ method: 'POST', path: '/v1/verify', body: '{}', headers: {} }),
    send({ method: 'GET', path: '/v1/forward-auth', headers: {} }),
  ])
  const ids = answers.map(({ headers }) => headers.get('x-request-id'))
  expect(new Set(ids).size).toBe(answers.length)
  for (const id of ids) expect(id).toMatch(/^req_[0-9a-z]+$/)
  for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store')
})
