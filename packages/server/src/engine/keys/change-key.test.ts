import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Client } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type MintedKey,
  type TestOrganization,
} from '../../testing/in-process.ts'

describeOnBothStorages('PATCH /v1/api-keys/{id}', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client
  let minted: MintedKey

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
  })

  beforeEach(async () => {
    minted = await acme.mint({ name: 'before', metadata: { a: '1', b: '2' } })
  })

  const verify = async (demand: object = {}) =>
    (await mintmark.operator.post('/v1/verify', { key: minted.key, ...demand })).body

  test.each<[string, object, object]>([
    ['name', { name: 'after' }, { name: 'after' }],
    ['permissions', { permissions: ['usage:read'] }, { permissions: ['usage:read'] }],
    ['permissions to none', { permissions: [] }, { permissions: [] }],
    ['expiresAt', { expiresAt: '2090-01-01T01:00:00+01:00' }, { expiresAt: '2090-01-01T00:00:00.000Z' }],
    ['ipAllowlist', { ipAllowlist: ['192.0.2.1'] }, { ipAllowlist: ['192.0.2.1'] }],
    ['metadata, all of it', { metadata: { c: '3' } }, { metadata: { c: '3' } }],
    ['metadata to nothing', { metadata: {} }, { metadata: {} }],
    [
      'several at once',
      { name: 'after', permissions: ['*'], metadata: { z: '' } },
      { name: 'after', permissions: ['*'], metadata: { z: '' } },
    ],
  ])('changes %s and nothing else', async (_, change, expected) => {
    const before = (await admin.get(minted.path)).body
    const body = expectStatus(200, await admin.patch(minted.path, change))
    expect(body).toEqual({ ...before, ...expected })
    expect((await admin.get(minted.path)).body).toEqual(body)
  })

  test('null takes a restriction away', async () => {
    await admin.patch(minted.path, { permissions: [], expiresAt: '2090-01-01T00:00:00Z', ipAllowlist: ['192.0.2.1'] })
    const change = { permissions: null, expiresAt: null, ipAllowlist: null }
    expect(expectStatus(200, await admin.patch(minted.path, change))).toMatchObject(change)
    expect(await verify()).toMatchObject({ valid: true })
  })

  test('the next verification follows', async () => {
    expect(await verify({ permission: 'usage:read' })).toMatchObject({ valid: true })
    await admin.patch(minted.path, { permissions: ['projects:read'] })
    expect(await verify({ permission: 'usage:read' })).toMatchObject({ message: 'Missing usage:read permission.' })
    await admin.patch(minted.path, { ipAllowlist: ['192.0.2.1'] })
    expect(await verify()).toMatchObject({ reason: 'ip_not_allowed' })
    expect(await verify({ clientIp: '192.0.2.1' })).toMatchObject({ valid: true })
    await admin.patch(minted.path, { name: 'renamed', metadata: { tier: 'gold' } })
    expect((await verify()).key).toMatchObject({ name: 'renamed', metadata: { tier: 'gold' } })
  })

  test('the operator sets a limit of the key’s own, and takes it back; nobody else does', async () => {
    const rateLimit = { limit: 3, windowSeconds: 10 }
    expect(expectStatus(200, await acme.operator.patch(minted.path, { rateLimit }))).toMatchObject({ rateLimit })
    expect((await verify()).rateLimit).toMatchObject({ limit: 3, windowSeconds: 10, remaining: 2 })
    for (const given of [rateLimit, null]) {
      expect(refusal(await admin.patch(minted.path, { rateLimit: given }))).toEqual([
        403,
        'forbidden',
        'Only the operator sets the rateLimit of a key.',
      ])
    }
    await acme.operator.patch(minted.path, { rateLimit: null })
    expect((await verify()).rateLimit).toMatchObject({ limit: 600 })
  })

  test('a lower limit counts at once what was spent before', async () => {
    for (let turn = 0; turn < 3; turn += 1) await verify()
    await acme.operator.patch(minted.path, { rateLimit: { limit: 2, windowSeconds: 60 } })
    expect(await verify()).toMatchObject({ status: 429, rateLimit: { limit: 2, remaining: 0 } })
  })

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['no body', undefined],
    ['a list', []],
    ['null', 'null'],
    ['text', '"name"'],
    ['an unknown field', { name: 'x', status: 'revoked' }],
    ['the scope', { scope: 'project' }],
    ['the environment', { environment: 'test' }],
    ['the owner', { owner: 'organization' }],
    ['the role', { role: 'admin' }],
    ['the project', { projectId: 'web' }],
    ['an empty name', { name: '' }],
    ['a name that is null', { name: null }],
    ['a control character', { name: 'a\nb' }],
    ['an unknown permission', { permissions: ['projects:fly'] }],
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an empty allow-list', { ipAllowlist: [] }],
    ['metadata that is null', { metadata: null }],
    ['metadata that is a list', { metadata: ['a'] }],
  ])('refuses %s: 400, and nothing changes', async (_, change) => {
    const before = (await admin.get(minted.path)).body
    expect(reason(await admin.patch(minted.path, change))).toEqual([400, 'invalid_request'])
    expect((await admin.get(minted.path)).body).toEqual(before)
  })

  test('a member may not change even his own key without api_keys:write', async () => {
    await admin.post(`${minted.path}/transfer`, { userId: 'member' })
    expect(refusal(await acme.as('member').patch(minted.path, { name: 'x' }))).toEqual([
      403,
      'forbidden',
      'Missing api_keys:write permission.',
    ])
  })

  test('what is absent or another organization’s: 404, before what is wrong with the body', async () => {
    const globex = await mintmark.organization()
    const foreign = await globex.mint()
    for (const path of [foreign.path, '/v1/api-keys/key_0000000000000000000000', '/v1/api-keys/x']) {
      for (const body of [{ name: 'x' }, { nonsense: 1 }]) {
        expect(reason(await admin.patch(path, body))).toEqual([404, 'not_found'])
      }
    }
  })
})

describe('changes and time', () => {
  const open = openingInProcess()
  const pass = usingTime()
  const day = 86_400_000
  const at = (aheadMs: number) => new Date(Date.now() + aheadMs).toISOString()

  test('expired is final: it cannot be changed, not even to live longer', async () => {
    pass(0)
    const acme = await (await open()).organization()
    const { path } = await acme.mint({ expiresAt: at(1000) })
    pass(1000)
    for (const change of [{ expiresAt: at(day) }, { expiresAt: null }, { name: 'x' }]) {
      expect(refusal(await acme.as('admin').patch(path, change))).toEqual([
        409,
        'conflict',
        'This key is expired, which is final: it cannot be changed.',
      ])
    }
  })

  test('an expiry set now takes effect then', async () => {
    pass(0)
    const mintmark = await open()
    const acme = await mintmark.organization()
    const { path, key } = await acme.mint()
    await acme.as('admin').patch(path, { expiresAt: at(10) })
    pass(10)
    expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'key_expired'])
  })

  test('the longest life of a contract counts from the birth, not from the change', async () => {
    pass(0)
    const acme = await (await open({ contract: { name: 'A', minting: { maxLifetimeDays: 10 } } })).organization()
    const { path } = await acme.mint({ expiresAt: at(5 * day) })
    pass(4 * day)
    const admin = acme.as('admin')
    expect((await admin.patch(path, { expiresAt: at(6 * day) })).status).toBe(200)
    expect((await admin.patch(path, { expiresAt: at(6 * day + 1) })).status).toBe(400)
    expect((await admin.patch(path, { expiresAt: null })).status).toBe(400)
    expect((await admin.patch(path, { name: 'x' })).status).toBe(200)
  })
})
