import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { bearer, createClient, reason, refusal } from '../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../testing/in-process.ts'

describeOnBothStorages('who calls', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
  })

  const asking = (credential: string) => mintmark.client(credential).get('/v1/me')

  test('is told by Authorization, in any case, or by X-API-Key, or by both where they agree', async () => {
    const { key } = await acme.mint()
    for (const headers of [
      bearer(key),
      { authorization: `bEARER   ${key}` },
      { 'x-api-key': key },
      { ...bearer(key), 'x-api-key': key },
    ]) {
      expect((await createClient(mintmark.url, headers).get('/v1/me')).status).toBe(200)
    }
  })

  test('is not told by two different credentials', async () => {
    const [one, other] = [await acme.mint(), await acme.mint()]
    const answer = await createClient(mintmark.url, { ...bearer(one.key), 'x-api-key': other.key }).get('/v1/me')
    expect(reason(answer)).toEqual([400, 'ambiguous_credentials'])
  })

  test.each([
    ['a cookie', { cookie: 'authorization=KEY; key=KEY' }],
    ['Basic', { authorization: 'Basic KEY' }],
    ['the key without a scheme', { authorization: 'KEY' }],
    ['a scheme without a space', { authorization: 'BearerKEY' }],
    ['an empty credential', { authorization: 'Bearer ', 'x-api-key': '' }],
  ])('is not told by %s: 401 missing_key', async (_, headers) => {
    const { key } = await acme.mint()
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replaceAll('KEY', key)]),
    )
    expect(reason(await createClient(mintmark.url, filled).get(`/v1/me?key=${key}&access_token=${key}`))).toEqual([
      401,
      'missing_key',
    ])
  })

  test('is nobody for whatever is not, to the byte, a whole credential', async () => {
    const { key } = await acme.mint()
    const token = await acme.session('admin')
    for (const credential of [key, token, mintmark.operatorKey]) {
      const last = credential.at(-1) === 'a' ? 'b' : 'a'
      for (const wrong of [
        credential.slice(0, -1),
        `${credential}0`,
        `${credential.slice(0, -1)}${last}`,
        `${credential},${credential}`,
        `"${credential}"`,
        credential.toUpperCase(),
        credential.replace('_', '%5F'),
        credential.repeat(10),
      ]) {
        expect(reason(await asking(wrong)), wrong).toEqual([401, 'invalid_key'])
      }
    }
  })

  test('is nobody for a well-formed key that was never minted, or was minted elsewhere', async () => {
    const elsewhere = await (await open()).organization()
    const { key } = await elsewhere.mint()
    expect(reason(await asking(key))).toEqual([401, 'invalid_key'])
  })

  test('401 says how to authenticate, with an error only where a credential was sent', async () => {
    for (const headers of [{}, { 'x-api-key': '' }, { authorization: 'Bearer ' }, { authorization: 'Basic YTpi' }]) {
      const none = await createClient(mintmark.url, headers).get('/v1/me')
      expect(none.headers.get('www-authenticate')).toBe('Bearer realm="mintmark"')
    }
    const wrong = await asking('mk_live_wrong')
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer realm="mintmark", error="invalid_token"')
  })

  test('a revoked key is told so, one that was never complete is not', async () => {
    const { key, path } = await acme.mint()
    await acme.as('admin').post(`${path}/revoke`)
    expect(reason(await asking(key))).toEqual([401, 'key_revoked'])
    expect(reason(await asking(key.slice(0, -1)))).toEqual([401, 'invalid_key'])
  })

  test('a test key has the test prefix and belongs to the test environment', async () => {
    const { key } = await acme.mint({ environment: 'test' })
    expect(key).toMatch(/^mk_test_[0-9A-Za-z]{38}$/)
    expect((await asking(key)).body.environment).toBe('test')
  })

  test('an organization that is suspended: 403 for its keys, sessions and members, not for the operator', async () => {
    const globex = await mintmark.organization()
    const { key } = await globex.mint()
    const token = await globex.session('admin')
    await mintmark.operator.patch(globex.path, { status: 'suspended' })
    expect(reason(await asking(key))).toEqual([403, 'organization_suspended'])
    expect(reason(await asking(token))).toEqual([403, 'organization_suspended'])
    expect(reason(await globex.as('admin').get('/v1/api-keys'))).toEqual([403, 'organization_suspended'])
    expect((await globex.operator.get('/v1/api-keys')).status).toBe(200)
    await mintmark.operator.patch(globex.path, { status: 'active' })
    expect((await asking(key)).status).toBe(200)
    expect((await asking(token)).status).toBe(200)
  })

  test('an owner who is suspended: 403 for his keys and sessions, not for the organization’s', async () => {
    const globex = await mintmark.organization()
    const [mine, ours] = [await globex.mint({}, 'admin'), await globex.mintOwned('admin')]
    const token = await globex.session('admin')
    await mintmark.operator.put(`${globex.path}/members/admin`, { role: 'admin', status: 'suspended' })
    expect(reason(await asking(mine.key))).toEqual([403, 'owner_suspended'])
    expect(reason(await asking(token))).toEqual([403, 'owner_suspended'])
    expect(reason(await globex.as('admin').get('/v1/me'))).toEqual([403, 'owner_suspended'])
    expect((await asking(ours.key)).status).toBe(200)
  })

  test('an allow-list holds for requests to Mintmark too', async () => {
    const [here, elsewhere] = [
      await acme.mint({ ipAllowlist: ['127.0.0.0/8'] }),
      await acme.mint({ ipAllowlist: ['192.0.2.0/24'] }),
    ]
    expect((await asking(here.key)).status).toBe(200)
    const refused = await asking(elsewhere.key)
    expect(reason(refused)).toEqual([403, 'ip_not_allowed'])
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('599')
  })

  test('each request of an active key spends one, whatever its answer is, and every answer says what is left', async () => {
    const { key } = await acme.mintOwned('member', { rateLimit: { limit: 4, windowSeconds: 60 } })
    const client = mintmark.client(key)
    const answers = [
      await client.get('/v1/me'),
      await client.get('/v1/nothing'),
      await client.post('/v1/projects', '{'),
      await client.delete('/v1/me'),
      await client.get('/v1/me'),
      await client.get('/v1/nothing'),
    ]
    expect(answers.map(({ status, headers }) => [status, headers.get('x-ratelimit-remaining')])).toEqual([
      [200, '3'],
      [404, '2'],
      [403, '1'],
      [405, '0'],
      [429, '0'],
      [429, '0'],
    ])
    for (const { headers } of answers) {
      expect(headers.get('x-ratelimit-limit')).toBe('4')
      expect(headers.get('ratelimit-policy')).toBe('"default";q=4;w=60')
      expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(0)
      expect(headers.get('ratelimit')).toMatch(/^"default";r=[0-4];t=\d+$/)
    }
  })

  test('429 comes before 403, and tells when to try again', async () => {
    const { key } = await acme.mintOwned('member', {
      rateLimit: { limit: 1, windowSeconds: 60 },
      ipAllowlist: ['192.0.2.1'],
    })
    expect(reason(await asking(key))).toEqual([403, 'ip_not_allowed'])
    const refused = await asking(key)
    expect(refusal(refused)).toEqual([
      429,
      'rate_limit',
      `Too many requests. Try again in ${refused.headers.get('retry-after')} seconds.`,
    ])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })

  test('operators and sessions have no window', async () => {
    const token = await acme.session('member')
    for (const credential of [mintmark.operatorKey, token]) {
      const { headers } = await asking(credential)
      expect(headers.get('x-ratelimit-limit')).toBeNull()
      expect(headers.get('ratelimit')).toBeNull()
    }
  })

  test('what is dead or unknown has no window', async () => {
    const { key, path } = await acme.mint()
    await acme.as('admin').post(`${path}/revoke`)
    for (const credential of [key, 'mk_live_unknown']) {
      expect((await asking(credential)).headers.get('x-ratelimit-limit')).toBeNull()
    }
  })
})

describe('acting for others', () => {
  const open = openingInProcess()
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
  })

  test('an operator acts in an organization, or there as a member with his rights and no more', async () => {
    expect((await acme.operator.get('/v1/projects')).status).toBe(200)
    expect(refusal(await acme.as('member').post('/v1/projects', { name: 'x' }))).toEqual([
      403,
      'forbidden',
      'Missing projects:write permission.',
    ])
    expect(reason(await acme.as('admin').get('/v1/organizations'))).toEqual([403, 'forbidden'])
  })

  test('tenant endpoints want to know in which organization', async () => {
    expect(refusal(await mintmark.operator.get('/v1/api-keys'))).toEqual([
      400,
      'invalid_request',
      'Say in which organization: Mintmark-Organization: <id>.',
    ])
  })

  test.each([
    ['a user without an organization', { 'mintmark-user': 'admin' }, 400],
    ['no organization’s id', { 'mintmark-organization': 'a b' }, 400],
    ['an empty organization', { 'mintmark-organization': '' }, 400],
    ['an id that is too long', { 'mintmark-organization': 'x'.repeat(65) }, 400],
    ['an absent organization', { 'mintmark-organization': 'absent' }, 404],
    ['an absent organization and user', { 'mintmark-organization': 'absent', 'mintmark-user': 'admin' }, 404],
  ])('%s: %o → %i', async (_, headers, status) => {
    expect((await mintmark.operator.with(headers).get('/v1/api-keys')).status).toBe(status)
  })

  test.each([
    ['an empty user: never the operator himself', '', 400],
    ['no user’s id', 'a/b', 400],
    ['an absent user', 'absent', 404],
    ['another organization’s user', 'stranger', 404],
  ])('%s', async (_, userId, status) => {
    const globex = await mintmark.organization({ roles: [] })
    await globex.addMember('stranger', 'admin')
    expect((await acme.as(userId).get('/v1/api-keys')).status).toBe(status)
  })

  test.each([
    ['an API key', async () => (await acme.mint()).key],
    ['a session', async () => acme.session('admin')],
  ])('%s acts for nobody else: 400 for either header', async (_, credential) => {
    const client = mintmark.client(await credential())
    for (const headers of [
      { 'mintmark-organization': acme.id },
      { 'mintmark-user': 'admin' },
      { 'mintmark-user': '' },
    ]) {
      expect(refusal(await client.with(headers).get('/v1/me'))).toEqual([
        400,
        'invalid_request',
        'Mintmark-Organization and Mintmark-User go with an operator key only.',
      ])
    }
  })

  test('an operator key that can do nothing but verify cannot act either', async () => {
    const { key } = (await mintmark.operator.post('/v1/operator-keys', { name: 'edge', only: 'verify' })).body
    const headers = { 'mintmark-organization': acme.id, 'mintmark-user': 'admin' }
    expect(reason(await mintmark.client(key).with(headers).get('/v1/api-keys'))).toEqual([403, 'forbidden'])
  })
})

describe('time and peppers', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('a key works until its expiry and not at that very instant', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const expiresAt = new Date(Date.now() + 1000).toISOString()
    const { key } = await acme.mint({ expiresAt })
    pass(999)
    expect((await mintmark.client(key).get('/v1/me')).status).toBe(200)
    pass(1)
    expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'key_expired'])
  })

  test('a session works until it ends and not at that very instant', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const body = { organizationId: acme.id, userId: 'admin', ttlSeconds: 1 }
    const { token } = (await mintmark.operator.post('/v1/sessions', body)).body
    pass(999)
    expect((await mintmark.client(token).get('/v1/me')).status).toBe(200)
    pass(1)
    expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'session_expired'])
  })

  test('a key that is both revoked and expired is revoked', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const { key, path } = await acme.mint({ expiresAt: new Date(Date.now() + 1000).toISOString() })
    await acme.as('admin').post(`${path}/revoke`)
    pass(2000)
    expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'key_revoked'])
  })

  test('what was presented is never logged', async () => {
    const mintmark = await open()
    const unknown = `mk_live_${randomBytes(19).toString('hex')}`
    await mintmark.client(unknown).get('/v1/me')
    expect(mintmark.logLines.join('')).not.toContain(unknown.slice(8))
  })
})
