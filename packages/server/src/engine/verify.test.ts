import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason } from '../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type MintedKey,
  type TestOrganization,
} from '../testing/in-process.ts'

const contract = {
  name: 'Sites',
  permissions: ['sites:read', 'sites:write', 'billing:write'],
  aliases: { sites: ['sites:*'] },
  roles: { admin: ['*'], engineer: ['sites:*', 'api_keys:*'], viewer: ['sites:read'] },
  neverByKey: ['billing:write'],
  minting: { organization: ['admin'], project: ['admin', 'engineer'] },
}

describeOnBothStorages('POST /v1/verify', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let whole: MintedKey
  let web: MintedKey

  beforeAll(async () => {
    mintmark = await open({ contract })
    acme = await mintmark.organization({ roles: ['admin', 'engineer', 'viewer'] })
    await acme.addProject('web')
    whole = await acme.mint({ name: 'whole', metadata: { tier: 'gold' } })
    web = await acme.mint(
      { scope: 'project', projectId: 'web', environment: 'test', permissions: ['sites:read'] },
      'engineer',
    )
  })

  const verify = async (key: string, question: object = {}) =>
    expectStatus(200, await mintmark.operator.post('/v1/verify', { key, ...question }))

  test('tells whose key it is, what it may do, and what is left of its window', async () => {
    const { body } = await acme.as('admin').get(whole.path)
    expect(await verify(whole.key)).toEqual({
      valid: true,
      status: 200,
      reason: null,
      message: null,
      key: {
        id: whole.id,
        secretId: body.secrets[0].id,
        name: 'whole',
        prefix: whole.prefix,
        environment: 'live',
        scope: 'organization',
        organizationId: acme.id,
        projectId: null,
        permissions: null,
        effectivePermissions: expect.arrayContaining(['sites:read', 'sites:write', 'api_keys:write']),
        role: 'admin',
        createdByUserId: 'admin',
        expiresAt: null,
        metadata: { tier: 'gold' },
      },
      session: null,
      rateLimit: { limit: 600, remaining: 599, resetSeconds: 60, retryAfterSeconds: 0, windowSeconds: 60 },
    })
  })

  test.each<[string, object, [number, string | null, string | null]]>([
    ['nothing', {}, [200, null, null]],
    ['a permission that it has', { permission: 'sites:read' }, [200, null, null]],
    ['one that it lacks', { permission: 'sites:write' }, [403, 'forbidden', 'Missing sites:write permission.']],
    [
      'one that no key may use',
      { permission: 'billing:write' },
      [403, 'forbidden', 'Keys cannot be used for billing:write.'],
    ],
    ['a built-in one', { permission: 'api_keys:read' }, [403, 'forbidden', 'Missing api_keys:read permission.']],
    ['all of some', { permission: { all: ['sites:read'] } }, [200, null, null]],
    [
      'all, one of which it lacks',
      { permission: { all: ['sites:read', 'sites:write', 'usage:read'] } },
      [403, 'forbidden', 'Missing sites:write permission.'],
    ],
    ['any of some', { permission: { any: ['sites:write', 'sites:read'] } }, [200, null, null]],
    [
      'any, all of which it lacks',
      { permission: { any: ['usage:read', 'sites:write'] } },
      [403, 'forbidden', 'Missing usage:read permission.'],
    ],
    ['its role', { roles: ['engineer'] }, [200, null, null]],
    ['one of several roles', { roles: ['admin', 'engineer'] }, [200, null, null]],
    ['another role', { roles: ['admin'] }, [403, 'forbidden', 'This needs the role admin.']],
    [
      'another role for a permission',
      { roles: ['admin'], permission: 'sites:read' },
      [403, 'forbidden', 'Missing sites:read permission.'],
    ],
    ['its project', { projectId: 'web' }, [200, null, null]],
    ['another project', { projectId: 'app' }, [403, 'scope_violation', 'This key is restricted to its own project.']],
    [
      'a project that is no id',
      { projectId: 'a b' },
      [403, 'scope_violation', 'This key is restricted to its own project.'],
    ],
    [
      'the whole organization',
      { organizationWide: true },
      [403, 'scope_violation', 'This key is restricted to its own project.'],
    ],
    ['not the whole organization', { organizationWide: false }, [200, null, null]],
    ['its environment', { environment: 'test' }, [200, null, null]],
    ['the other environment', { environment: 'live' }, [403, 'forbidden', 'This key belongs to the test environment.']],
    [
      'environment before scope',
      { environment: 'live', projectId: 'app' },
      [403, 'forbidden', 'This key belongs to the test environment.'],
    ],
    [
      'scope before permission',
      { projectId: 'app', permission: 'sites:write' },
      [403, 'scope_violation', 'This key is restricted to its own project.'],
    ],
    [
      'everything that it is',
      { permission: 'sites:read', roles: ['engineer'], projectId: 'web', environment: 'test' },
      [200, null, null],
    ],
  ])('a project’s key is asked for %s', async (_, question, [status, why, message]) => {
    const verdict = await verify(web.key, question)
    expect(verdict).toMatchObject({ valid: status === 200, status, reason: why, message })
    expect(verdict.key.id).toBe(web.id)
    expect(verdict.rateLimit.limit).toBe(600)
  })

  test('an organization’s key is good for each of its projects, whether or not they exist', async () => {
    for (const projectId of ['web', 'absent']) expect((await verify(whole.key, { projectId })).valid).toBe(true)
    expect((await verify(whole.key, { organizationWide: true })).valid).toBe(true)
  })

  test.each<[string, object, string]>([
    ['an unknown permission', { permission: 'sites:fly' }, 'permission'],
    ['a wildcard', { permission: 'sites:*' }, 'permission'],
    ['an alias', { permission: 'sites' }, 'permission'],
    ['an unknown one among all', { permission: { all: ['sites:read', 'sites:fly'] } }, 'permission.all[1]'],
    ['an unknown one among any', { permission: { any: ['sites:fly'] } }, 'permission.any[0]'],
    ['an unknown role', { roles: ['admin', 'root'] }, 'roles[1]'],
    ['a role that every object has', { roles: ['constructor'] }, 'roles[0]'],
    ['a cost above the limit', { cost: 601 }, 'cost'],
    ['a cost above 1000', { cost: 1001 }, 'cost'],
    ['a negative cost', { cost: -1 }, 'cost'],
    ['a broken cost', { cost: 0.5 }, 'cost'],
    ['an address that is none', { clientIp: '300.1.1.1' }, 'clientIp'],
    ['an address with a port', { clientIp: '192.0.2.1:80' }, 'clientIp'],
    ['an unknown field', { userId: 'ada' }, 'userId'],
  ])('refuses %s: 400, and nothing is spent', async (_, question, path) => {
    const before = (await verify(whole.key, { cost: 0 })).rateLimit.remaining
    const answer = await mintmark.operator.post('/v1/verify', { key: whole.key, ...question })
    expect([...reason(answer), answer.body.errors[0].path]).toEqual([400, 'invalid_request', path])
    expect((await verify(whole.key, { cost: 0 })).rateLimit.remaining).toBe(before)
  })

  test('an allow-list holds against the address that is told; told none, it refuses', async () => {
    const { key } = await acme.mint({ ipAllowlist: ['192.0.2.0/24', '2001:db8::/32'] })
    const from = async (clientIp?: string) => (await verify(key, clientIp === undefined ? {} : { clientIp })).reason
    expect(await from('192.0.2.255')).toBeNull()
    expect(await from('::ffff:192.0.2.1')).toBeNull()
    expect(await from('2001:DB8:0::1')).toBeNull()
    expect(await from('192.0.3.0')).toBe('ip_not_allowed')
    expect(await from('2001:db9::1')).toBe('ip_not_allowed')
    expect(await from()).toBe('ip_not_allowed')
  })

  test('a cost is spent at once; what is refused for it is not', async () => {
    const { key } = await acme.mintOwned('viewer', { rateLimit: { limit: 10, windowSeconds: 60 } })
    expect((await verify(key, { cost: 7 })).rateLimit).toMatchObject({ remaining: 3 })
    expect(await verify(key, { cost: 4 })).toMatchObject({
      valid: false,
      status: 429,
      reason: 'rate_limit',
      rateLimit: { remaining: 3 },
    })
    expect(await verify(key, { cost: 3 })).toMatchObject({ valid: true, rateLimit: { remaining: 0 } })
    const refused = await verify(key)
    expect(refused).toMatchObject({ status: 429, key: { role: 'viewer' }, rateLimit: { limit: 10, remaining: 0 } })
    expect(refused.rateLimit.retryAfterSeconds).toBeGreaterThan(0)
    expect(refused.message).toBe(`Too many requests. Try again in ${refused.rateLimit.retryAfterSeconds} seconds.`)
  })

  test('a cost of 0 looks without spending, and is never refused by the window', async () => {
    const { key } = await acme.mintOwned('viewer', { rateLimit: { limit: 1, windowSeconds: 60 } })
    expect(await verify(key, { cost: 0 })).toMatchObject({ valid: true, rateLimit: { remaining: 1, resetSeconds: 0 } })
    await verify(key)
    expect(await verify(key, { cost: 0 })).toMatchObject({ valid: true, rateLimit: { remaining: 0 } })
    expect(await verify(key, { cost: 0, permission: 'sites:write' })).toMatchObject({ status: 403 })
  })

  test('what access refuses has spent all the same; 429 comes before 403', async () => {
    const { key } = await acme.mintOwned('viewer', { rateLimit: { limit: 2, windowSeconds: 60 } })
    const spent = async () => (await verify(key, { permission: 'sites:write' })).status
    expect([await spent(), await spent(), await spent()]).toEqual([403, 403, 429])
  })

  test('401 comes before 429, and tells nothing of a window', async () => {
    const { key, path } = await acme.mintOwned('viewer', { rateLimit: { limit: 1, windowSeconds: 60 } })
    await verify(key)
    await acme.operator.post(`${path}/revoke`)
    expect(await verify(key)).toMatchObject({
      status: 401,
      reason: 'key_revoked',
      rateLimit: null,
      key: { name: 'ci' },
    })
  })

  test.each(['', 'x', 'mk_live_', `mk_live_${'0'.repeat(38)}`, 'x'.repeat(60_000), '\u0000', 'ключ', 'mms_x', 'mmo_x'])(
    'what is no key of anybody: invalid_key, and nothing is known (%#)',
    async (key) => {
      expect(await verify(key)).toEqual({
        valid: false,
        status: 401,
        reason: 'invalid_key',
        message: 'This credential is not recognised.',
        key: null,
        session: null,
        rateLimit: null,
      })
    },
  )

  describe('a batch', () => {
    const batch = (requests: unknown) => mintmark.operator.post('/v1/verify/batch', { requests })

    test('decides each by itself, in order, as it would alone', async () => {
      const { results } = expectStatus(
        200,
        await batch([
          { key: whole.key },
          { key: 'x' },
          { key: web.key, projectId: 'app' },
          { key: web.key, permission: 'sites:read' },
        ]),
      )
      expect(results.map(({ status, reason: why }: { status: number; reason: string }) => [status, why])).toEqual([
        [200, null],
        [401, 'invalid_key'],
        [403, 'scope_violation'],
        [200, null],
      ])
      const alone = await verify(whole.key, { cost: 0 })
      expect(results[0].key).toEqual(alone.key)
    })

    test('of 50 keys, each with its own answer', async () => {
      const minted = await Promise.all(
        Array.from({ length: 25 }, (_, index) => acme.mintOwned('viewer', { metadata: { index: `${index}` } })),
      )
      const requests = minted.flatMap(({ key }) => [{ key }, { key, permission: 'sites:write' }])
      const { results } = expectStatus(200, await batch(requests))
      for (const [index, { id }] of minted.entries()) {
        expect(results[2 * index]).toMatchObject({ valid: true, key: { id, metadata: { index: `${index}` } } })
        expect(results[2 * index + 1]).toMatchObject({ status: 403, key: { id } })
      }
    })

    test('the same key twice spends twice', async () => {
      const { key } = await acme.mintOwned('viewer', { rateLimit: { limit: 2, windowSeconds: 60 } })
      const { results } = expectStatus(200, await batch([{ key }, { key }, { key }]))
      expect(results.map(({ status }: { status: number }) => status).toSorted()).toEqual([200, 200, 429])
    })

    test('a cost above one key’s limit is that request’s mistake alone', async () => {
      const { key } = await acme.mintOwned('viewer', { rateLimit: { limit: 2, windowSeconds: 60 } })
      const { results } = expectStatus(
        200,
        await batch([
          { key, cost: 3 },
          { key, cost: 2 },
        ]),
      )
      expect(results[0]).toEqual({
        valid: false,
        status: 400,
        reason: 'invalid_request',
        message: 'The limit of this key is 2: a cost above it can never be admitted.',
        key: null,
        session: null,
        rateLimit: null,
      })
      expect(results[1]).toMatchObject({ valid: true, rateLimit: { remaining: 0 } })
    })

    test.each<[string, unknown, string]>([
      ['none', [], 'requests'],
      ['101', Array.from({ length: 101 }, () => ({ key: 'x' })), 'requests'],
      ['no list', { key: 'x' }, 'requests'],
      ['one without a key', [{ key: 'x' }, {}], 'requests[1].key'],
      ['an unknown field', [{ key: 'x', user: 1 }], 'requests[0].user'],
      ['an unknown permission', [{ key: 'x' }, { key: 'x', permission: 'sites:fly' }], 'requests[1].permission'],
      ['an unknown role', [{ key: 'x', roles: ['root'] }], 'requests[0].roles[0]'],
      ['an address that is none', [{ key: 'x', clientIp: 'x' }], 'requests[0].clientIp'],
    ])('of %s is refused whole: 400, and nothing is spent', async (_, requests, path) => {
      const answer = await batch(requests)
      expect([...reason(answer), answer.body.errors[0].path]).toEqual([400, 'invalid_request', path])
    })

    test('of 100 is taken; of no operator it is not', async () => {
      expect((await batch(Array.from({ length: 100 }, () => ({ key: 'x' })))).body.results).toHaveLength(100)
      for (const client of [
        mintmark.client(whole.key),
        acme.as('admin'),
        mintmark.client(await acme.session('admin')),
      ]) {
        expect(reason(await client.post('/v1/verify/batch', { requests: [{ key: 'x' }] }))).toEqual([403, 'forbidden'])
      }
    })
  })
})

describe('a verdict and time', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('what was spent comes back when its window has passed, at that very instant', async () => {
    pass(0)
    const mintmark = await open({ contract })
    const acme = await mintmark.organization({ roles: ['admin'] })
    const { key } = await acme.mintOwned('viewer', { rateLimit: { limit: 1, windowSeconds: 10 } })
    const verify = async () => (await mintmark.operator.post('/v1/verify', { key })).body
    expect(await verify()).toMatchObject({ valid: true, rateLimit: { resetSeconds: 10 } })
    pass(9_999)
    expect(await verify()).toMatchObject({ status: 429, rateLimit: { retryAfterSeconds: 1, resetSeconds: 1 } })
    pass(1)
    expect(await verify()).toMatchObject({ valid: true })
  })

  test('an expired key is told so, with what is known of it', async () => {
    pass(0)
    const mintmark = await open({ contract })
    const acme = await mintmark.organization({ roles: ['admin'] })
    const expiresAt = new Date(Date.now() + 5).toISOString()
    const { key, id } = await acme.mint({ expiresAt })
    pass(5)
    expect((await mintmark.operator.post('/v1/verify', { key })).body).toMatchObject({
      valid: false,
      status: 401,
      reason: 'key_expired',
      key: { id, expiresAt },
      rateLimit: null,
    })
  })
})
