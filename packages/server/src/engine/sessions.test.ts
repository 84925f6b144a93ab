import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal } from '../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../testing/in-process.ts'

describeOnBothStorages('/v1/sessions', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
  })

  const create = (body: object) => mintmark.operator.post('/v1/sessions', body)

  test('a token of a member in one organization, for an hour unless said otherwise', async () => {
    const answer = await create({ organizationId: acme.id, userId: 'engineer' })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^mms_[0-9A-Za-z]{38}$/),
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    const me = (await mintmark.client(answer.body.token).get('/v1/me')).body
    expect(me).toMatchObject({ userId: 'engineer', organizationId: acme.id, expiresAt: answer.body.expiresAt })
  })

  test.each([
    [1, 201],
    [86_400, 201],
    [86_401, 400],
    [0, 400],
    [-1, 400],
    [1.5, 400],
    ['60', 400],
    [null, 400],
  ])('ttlSeconds %o: %i', async (ttlSeconds, status) => {
    expect((await create({ organizationId: acme.id, userId: 'admin', ttlSeconds })).status).toBe(status)
  })

  test.each([
    ['an absent organization', { organizationId: 'absent', userId: 'admin' }],
    ['an absent member', { organizationId: 'ACME', userId: 'absent' }],
    ['no ids', { organizationId: 'a b', userId: 'c d' }],
  ])('%s: 404', async (_, body) => {
    const filled = { ...body, organizationId: body.organizationId === 'ACME' ? acme.id : body.organizationId }
    expect(reason(await create(filled))).toEqual([404, 'not_found'])
  })

  test('another organization’s member is absent', async () => {
    const globex = await mintmark.organization({ roles: [] })
    await globex.addMember('stranger', 'admin')
    expect((await create({ organizationId: acme.id, userId: 'stranger' })).status).toBe(404)
  })

  test('a suspended member gets none: 409', async () => {
    await mintmark.operator.put(`${acme.path}/members/away`, { role: 'member', status: 'suspended' })
    expect(reason(await create({ organizationId: acme.id, userId: 'away' }))).toEqual([409, 'conflict'])
  })

  test.each([{}, { organizationId: 'x' }, { userId: 'x' }, { organizationId: 'x', userId: 'x', role: 'admin' }])(
    'refuses %o: 400',
    async (body) => {
      expect(reason(await create(body))).toEqual([400, 'invalid_request'])
    },
  )

  test('does on tenant endpoints what its member may do, by his role now', async () => {
    await acme.addMember('mo', 'engineer')
    const client = mintmark.client(await acme.session('mo'))
    expect((await client.post('/v1/projects', { name: 'x' })).status).toBe(201)
    expect((await client.get('/v1/api-keys')).status).toBe(200)
    await acme.addMember('mo', 'member')
    expect(refusal(await client.post('/v1/projects', { name: 'x' }))).toEqual([
      403,
      'forbidden',
      'Missing projects:write permission.',
    ])
    expect(reason(await client.get('/v1/organizations'))).toEqual([403, 'forbidden'])
  })

  test('ends with its member', async () => {
    await acme.addMember('leaver', 'admin')
    const client = mintmark.client(await acme.session('leaver'))
    await mintmark.operator.delete(`${acme.path}/members/leaver`)
    expect(reason(await client.get('/v1/me'))).toEqual([401, 'invalid_key'])
    await acme.addMember('leaver', 'admin')
    expect(reason(await client.get('/v1/me'))).toEqual([401, 'invalid_key'])
  })

  test('ends itself, and no other of its member: 204, then 401 session_expired', async () => {
    const [one, other] = [await acme.session('admin'), await acme.session('admin')]
    const answer = await mintmark.client(one).delete('/v1/sessions/current')
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(reason(await mintmark.client(one).get('/v1/me'))).toEqual([401, 'session_expired'])
    expect(reason(await mintmark.client(one).delete('/v1/sessions/current'))).toEqual([401, 'session_expired'])
    expect((await mintmark.client(other).get('/v1/me')).status).toBe(200)
  })

  test('nobody else has a session to end', async () => {
    const { key } = await acme.mint()
    const end = '/v1/sessions/current'
    expect(refusal(await mintmark.client(key).delete(end))).toEqual([403, 'forbidden', 'This needs a session token.'])
    expect(refusal(await mintmark.operator.delete(end))).toEqual([403, 'forbidden', 'This needs a session token.'])
    expect(refusal(await acme.as('admin').delete(end))).toEqual([
      400,
      'invalid_request',
      'Only a session can end itself: send its token.',
    ])
  })

  test('a verdict tells of a session, which has no window', async () => {
    const token = await acme.session('engineer')
    const verify = async (more: object = {}) =>
      (await mintmark.operator.post('/v1/verify', { key: token, ...more })).body
    expect(await verify({ permission: 'projects:write', environment: 'test', cost: 1000 })).toEqual({
      valid: true,
      status: 200,
      reason: null,
      message: null,
      key: null,
      session: {
        userId: 'engineer',
        organizationId: acme.id,
        role: 'engineer',
        effectivePermissions: expect.arrayContaining(['api_keys:write']),
        expiresAt: expect.any(String),
      },
      rateLimit: null,
    })
    expect(await verify({ permission: 'users:read' })).toMatchObject({
      status: 403,
      message: 'Missing users:read permission.',
    })
    expect(await verify({ roles: ['admin'] })).toMatchObject({ status: 403, reason: 'forbidden' })
    await mintmark.client(token).delete('/v1/sessions/current')
    expect(await verify()).toMatchObject({
      valid: false,
      status: 401,
      reason: 'session_expired',
      session: { userId: 'engineer' },
    })
  })
})

describe('the time of a session', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('is what was asked for, to the millisecond', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const start = Date.now()
    const body = { organizationId: acme.id, userId: 'admin' }
    for (const [ttl, seconds] of [
      [{}, 3600],
      [{ ttlSeconds: 5 }, 5],
    ] as const) {
      const { expiresAt } = expectStatus(201, await mintmark.operator.post('/v1/sessions', { ...body, ...ttl }))
      expect(Date.parse(expiresAt) - start).toBe(seconds * 1000)
    }
  })
})

describe('a contract with neverByKey', () => {
  const open = openingInProcess()

  test('does not bind a session', async () => {
    const contract = {
      name: 'A',
      permissions: ['billing:write'],
      roles: { admin: ['*'] },
      neverByKey: ['billing:write'],
    }
    const mintmark = await open({ contract: { ...contract, minting: { organization: ['admin'], project: ['admin'] } } })
    const acme = await mintmark.organization({ roles: ['admin'] })
    const verify = async (key: string) =>
      (await mintmark.operator.post('/v1/verify', { key, permission: 'billing:write' })).body
    expect(await verify(await acme.session('admin'))).toMatchObject({ valid: true })
    expect(await verify((await acme.mint()).key)).toMatchObject({ message: 'Keys cannot be used for billing:write.' })
  })
})
