import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, expectCall, type CallOptions } from './testing/client.ts'
import { createOrganization, type Installation } from './testing/installation.ts'
import { describeOnEveryStorage, urlOf, type StorageKind } from './testing/storages.ts'
import { Disturbed, undisturbed } from './testing/undisturbed.ts'

/** What is asked with a key, and the status of the answer. */
type Asked = readonly [status: number, method: string, path: string, options?: CallOptions]

const limit = 200
const windowSeconds = 3_600
const absent = `key_${'0'.repeat(22)}`
const json = { 'content-type': 'application/json' }

/** By a key of an admin's rights. */
const byEveryRight: readonly Asked[] = [
  [200, 'GET', '/v1/me'],
  [200, 'HEAD', '/v1/me'],
  [200, 'GET', '/v1/forward-auth'],
  [200, 'POST', '/v1/forward-auth?permission=projects:read'],
  [201, 'POST', '/v1/projects', { body: { id: 'taken', name: 'x' } }],
  [400, 'POST', '/v1/projects', { body: { name: 'x', unknown: 1 } }],
  [400, 'POST', '/v1/projects', { headers: json, body: undefined }],
  [400, 'GET', '/v1/api-keys?limit=0'],
  [400, 'GET', '/v1/api-keys?cursor=nonsense'],
  [400, 'GET', '/v1/me', { headers: { 'mintmark-organization': 'x' } }],
  [400, 'GET', '/v1/me', { headers: { 'mintmark-user': 'x' } }],
  [400, 'GET', '/v1/forward-auth', { headers: { 'mintmark-user': 'x' } }],
  [400, 'GET', '/v1/forward-auth?permission=no:such'],
  [400, 'GET', '/v1/forward-auth?nonsense=1'],
  [403, 'GET', '/v1/forward-auth?environment=test'],
  [403, 'POST', '/v1/api-keys', { body: { name: 'a child' } }],
  [403, 'POST', '/v1/verify', { body: {} }],
  [403, 'POST', '/v1/verify/batch', { body: {} }],
  [403, 'GET', '/v1/organizations'],
  [403, 'GET', '/v1/operator-keys'],
  [403, 'DELETE', '/v1/sessions/current'],
  [404, 'GET', `/v1/api-keys/${absent}`],
  [403, 'DELETE', `/v1/api-keys/${absent}/secrets/x`],
  [404, 'GET', '/v1/projects/absent'],
  [404, 'GET', '/v1/nothing'],
  [404, 'GET', '/nothing'],
  [404, 'GET', `/v1/api-keys/${'x'.repeat(300)}`],
  [404, 'GET', '/v1/api-keys/%zz'],
  [404, 'GET', '/v1/%'],
  [405, 'PUT', '/v1/me', { body: {} }],
  [405, 'DELETE', '/v1/verify'],
  [405, 'GET', '/v1/verify'],
  [405, 'OPTIONS', '/v1/api-keys'],
  [405, 'TRACE', '/v1/me'],
  [405, 'PROPFIND', '/v1/me'],
  [409, 'POST', '/v1/projects', { body: { id: 'taken', name: 'x' } }],
  [413, 'POST', '/v1/projects', { body: { name: 'x'.repeat(70_000) } }],
  [413, 'POST', '/v1/projects', { body: { name: 'x'.repeat(70_000) }, headers: { 'content-type': 'text/plain' } }],
  [415, 'POST', '/v1/projects', { body: { name: 'x' }, headers: { 'content-type': 'text/plain' } }],
  [
    415,
    'POST',
    '/v1/projects',
    { body: { name: 'x' }, headers: { 'content-type': 'application/json;charset=latin1' } },
  ],
]

/** By one that may do nothing. */
const byNoRight: readonly Asked[] = [
  [200, 'GET', '/v1/me'],
  [403, 'GET', '/v1/projects'],
  [403, 'POST', '/v1/projects', { body: { name: 'x' } }],
  [403, 'GET', '/v1/forward-auth?permission=projects:read'],
  [403, 'GET', '/v1/forward-auth?roles=engineer'],
]

describeOnEveryStorage(describeHeaders)

function describeHeaders(storage: StorageKind): void {
  let installation: Installation
  let organization: Awaited<ReturnType<typeof createOrganization>>

  beforeAll(async () => {
    installation = await storage.start({ MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'refuse' })
  })

  afterAll(() => installation.remove())

  async function mint(policy: object = {}, rateLimit = { limit, windowSeconds }) {
    organization = await createOrganization(installation, { roles: ['admin'] })
    const body = { name: 'x', owner: 'organization', role: 'admin', rateLimit, ...policy }
    const headers = organization.acting()
    return expectCall(201, installation.url, 'POST', '/v1/api-keys', { key: installation.operatorKey, headers, body })
  }

  async function askAll(key: string, asked: readonly Asked[]): Promise<void> {
    let remaining = limit
    for (const [turn, [status, method, path, options]] of asked.entries()) {
      const answer = await ask(urlOf(installation, turn), method, path, { ...options, key })
      if (answer.status === 503) throw new Disturbed()
      expect({ method, path, status: answer.status }).toEqual({ method, path, status })
      expectLimitHeaders(answer.headers, { limit, remaining: (remaining -= 1) })
    }
  }

  describe('every answer to a recognised key tells of its window, and costs one', () => {
    test('whatever its status', async () => undisturbed(async () => askAll((await mint()).key, byEveryRight)))

    test('also to a key without rights', async () => {
      await undisturbed(async () => askAll((await mint({ permissions: [] })).key, byNoRight))
    })

    test('also from a wrong address, outside its project, or in a suspended organization', async () => {
      await undisturbed(async () => {
        const everywhere: Asked[] = [
          [403, 'GET', '/v1/me'],
          [403, 'GET', '/v1/forward-auth'],
          [403, 'GET', '/v1/nothing'],
          [403, 'DELETE', '/v1/me'],
        ]
        await askAll((await mint({ ipAllowlist: ['192.0.2.0/24'] })).key, everywhere)
        const { key } = await mint()
        const path = `/v1/organizations/${organization.id}`
        await expectCall(200, installation.url, 'PATCH', path, {
          key: installation.operatorKey,
          body: { status: 'suspended' },
        })
        await askAll(key, everywhere)
      })
    })

    test('also when the window refuses it, with the same Retry-After in each header', async () => {
      await undisturbed(async () => {
        const { key } = await mint({}, { limit: 1, windowSeconds })
        const all: Asked[] = [[200, 'GET', '/v1/me'], ...byEveryRight.map(([, ...asked]): Asked => [429, ...asked])]
        for (const [turn, [status, method, path, options]] of all.entries()) {
          const { headers, status: actual } = await ask(urlOf(installation, turn), method, path, { ...options, key })
          if (actual === 503) throw new Disturbed()
          expect({ method, path, status: actual }).toEqual({ method, path, status })
          expectLimitHeaders(headers, { limit: 1, remaining: 0 })
          if (actual === 429) expect(headers.get('ratelimit')).toBe(`"default";r=0;t=${headers.get('retry-after')}`)
        }
      })
    })
  })

  test('no other answer does: to a key that is over, unknown or ambiguous, to operators and sessions', async () => {
    const { key, id } = await mint()
    const { operatorKey, url } = installation
    const userId = organization.userIds['admin']
    const body = { organizationId: organization.id, userId }
    const { token } = await expectCall(201, url, 'POST', '/v1/sessions', { key: operatorKey, body })
    await expectCall(200, url, 'POST', `/v1/api-keys/${id}/revoke`, {
      key: operatorKey,
      headers: organization.acting(),
      body: {},
    })
    const asked: [number, CallOptions][] = [
      [401, {}],
      [401, { key }],
      [401, { key: `${key}x` }],
      [400, { key, headers: { 'x-api-key': 'another' } }],
      [200, { key: operatorKey }],
      [200, { key: token }],
    ]
    for (const [status, options] of asked) {
      const answer = await call(url, 'GET', '/v1/me', options)
      expect(answer.status).toBe(status)
      expect([...answer.headers.keys()].filter((name) => /ratelimit|retry-after/.test(name))).toEqual([])
    }
  })
}

function expectLimitHeaders(headers: Headers, expected: { readonly limit: number; readonly remaining: number }): void {
  const resetSeconds = Number(headers.get('x-ratelimit-reset'))
  expect(resetSeconds).toSatisfy(Number.isInteger)
  expect(resetSeconds).toBeGreaterThan(0)
  expect(resetSeconds).toBeLessThanOrEqual(windowSeconds)
  expect(headers.get('x-request-id')).toMatch(/^.+$/)
  expect({
    limit: headers.get('x-ratelimit-limit'),
    remaining: headers.get('x-ratelimit-remaining'),
    policy: headers.get('ratelimit-policy'),
    state: headers.get('ratelimit')?.replace(/;t=\d+$/, ''),
  }).toEqual({
    limit: `${expected.limit}`,
    remaining: `${expected.remaining}`,
    policy: `"default";q=${expected.limit};w=${windowSeconds}`,
    state: `"default";r=${expected.remaining}`,
  })
}

/** `fetch` neither sends every method nor leaves a path as it is. */
async function ask(url: string, method: string, path: string, { key, headers = {}, body }: CallOptions) {
  const { hostname, port } = new URL(url)
  const text = body === undefined ? '' : JSON.stringify(body)
  return new Promise<{ readonly status: number; readonly headers: Headers }>((resolve, reject) => {
    const sent = request({
      hostname,
      port,
      method,
      path,
      headers: {
        authorization: `Bearer ${key}`,
        ...(text !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...headers,
      },
    })
    sent.on('response', (response) => {
      response.resume()
      const pairs = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)])
      resolve({ status: response.statusCode ?? 0, headers: new Headers(pairs) })
    })
    sent.on('error', reject)
    sent.end(text)
  })
}
