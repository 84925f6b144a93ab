import { beforeAll, expect, test } from 'vitest'
import { expectStatus, reason } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess } from '../testing/in-process.ts'

describeOnBothStorages('/v1/operator-keys', (open) => {
  let mintmark: InProcess

  beforeAll(async () => {
    mintmark = await open()
  })

  const create = async (body: object) => expectStatus(201, await mintmark.operator.post('/v1/operator-keys', body))

  test('mints a key that may do everything, shown once', async () => {
    const answer = await mintmark.operator.post('/v1/operator-keys', { name: 'backend' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { key, ...resource } = expectStatus(201, answer)
    expect(key).toMatch(/^mmo_[0-9A-Za-z]+$/)
    expect(resource).toEqual({
      id: expect.stringMatching(/^key_[0-9A-Za-z]{22}$/),
      name: 'backend',
      prefix: key.slice(0, resource.prefix.length),
      only: null,
      status: 'active',
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: null,
      revokedAt: null,
    })
    expect(resource.prefix.length).toBeLessThan(key.length / 2)
    expect((await mintmark.client(key).post('/v1/organizations', { name: 'x' })).status).toBe(201)
    const listed = await mintmark.operator.get('/v1/operator-keys')
    expect(listed.body.data[0]).toEqual(resource)
    expect(listed.text).not.toContain(key.slice(resource.prefix.length))
  })

  test('or one that can do nothing but verify, alone and in batches', async () => {
    const { key, only } = await create({ name: 'edge', only: 'verify' })
    expect(only).toBe('verify')
    const edge = mintmark.client(key)
    expect((await edge.post('/v1/verify', { key: 'x' })).body.reason).toBe('invalid_key')
    expect((await edge.post('/v1/verify/batch', { requests: [{ key: 'x' }] })).status).toBe(200)
    // By which guards answer.
    expect((await edge.get('/v1/contract')).status).toBe(200)
    const acme = await mintmark.organization({ roles: ['admin'] })
    for (const answer of [
      await edge.get('/v1/me'),
      await edge.get('/v1/operator-keys'),
      await edge.post('/v1/operator-keys', { name: 'more' }),
      await edge.get('/v1/organizations'),
      await edge.with({ 'mintmark-organization': acme.id }).get('/v1/api-keys'),
      await edge.with({ 'mintmark-organization': acme.id, 'mintmark-user': 'admin' }).get('/v1/me'),
    ]) {
      expect(reason(answer)).toEqual([403, 'forbidden'])
    }
  })

  test.each<[object]>([
    [{}],
    [{ name: '' }],
    [{ name: 'x'.repeat(101) }],
    [{ name: 'a\nb' }],
    [{ name: 'x', only: 'read' }],
    [{ name: 'x', scope: 'all' }],
  ])('refuses %o', async (body) => {
    expect(reason(await mintmark.operator.post('/v1/operator-keys', body))).toEqual([400, 'invalid_request'])
  })

  test('revoking is at once, for good, and the same answer again', async () => {
    const { id, key } = await create({ name: 'short' })
    expect((await mintmark.client(key).get('/v1/me')).status).toBe(200)
    const first = expectStatus(200, await mintmark.operator.post(`/v1/operator-keys/${id}/revoke`))
    expect(first).toMatchObject({ id, status: 'revoked', revokedAt: expect.stringMatching(/Z$/) })
    expect(expectStatus(200, await mintmark.operator.post(`/v1/operator-keys/${id}/revoke`))).toEqual(first)
    expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'key_revoked'])
    expect(reason(await mintmark.client(key).post('/v1/verify', { key: 'x' }))).toEqual([401, 'key_revoked'])
  })

  test('a key may revoke itself', async () => {
    const { id, key } = await create({ name: 'itself' })
    expect((await mintmark.client(key).post(`/v1/operator-keys/${id}/revoke`)).status).toBe(200)
    expect((await mintmark.client(key).post(`/v1/operator-keys/${id}/revoke`)).status).toBe(401)
  })

  test('a tenant’s key is not to be found here, nor an operator’s among a tenant’s', async () => {
    const acme = await mintmark.organization({ roles: ['admin'] })
    const tenant = await acme.mint()
    const { id } = await create({ name: 'other' })
    for (const answer of [
      await mintmark.operator.post(`/v1/operator-keys/${tenant.id}/revoke`),
      await mintmark.operator.post('/v1/operator-keys/key_0000000000000000000000/revoke'),
      await mintmark.operator.post('/v1/operator-keys/x/revoke'),
      await acme.operator.get(`/v1/api-keys/${id}`),
      await acme.operator.delete(`/v1/api-keys/${id}`),
      await acme.operator.post(`/v1/api-keys/${id}/rotate`),
    ]) {
      expect(reason(answer)).toEqual([404, 'not_found'])
    }
    expect((await mintmark.operator.get('/v1/operator-keys?limit=100')).text).not.toContain(tenant.id)
  })

  test('is no credential of a tenant: verify knows none of them', async () => {
    const { key } = await create({ name: 'verified' })
    expect((await mintmark.operator.post('/v1/verify', { key })).body).toMatchObject({
      valid: false,
      status: 401,
      reason: 'invalid_key',
      key: null,
    })
    expect(reason(await mintmark.client(key).get('/v1/forward-auth'))).toEqual([403, 'forbidden'])
  })

  test('lists newest first, in pages, with when they were last used', async () => {
    const { key } = await create({ name: 'used' })
    await mintmark.client(key).get('/v1/me')
    await mintmark.mintmark.engine.usage.flush()
    const { data, nextCursor } = (await mintmark.operator.get('/v1/operator-keys?limit=1')).body
    expect(data).toEqual([expect.objectContaining({ name: 'used', lastUsedAt: expect.stringMatching(/Z$/) })])
    expect((await mintmark.operator.get(`/v1/operator-keys?cursor=${nextCursor}`)).body.data[0].name).not.toBe('used')
  })
})
