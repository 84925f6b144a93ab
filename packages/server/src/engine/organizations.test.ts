import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess } from '../testing/in-process.ts'

const contract = {
  name: 'A',
  tiers: { free: { limit: 100, windowSeconds: 60 }, enterprise: { limit: 1000, windowSeconds: 1 } },
  defaultTier: 'free',
}

describeOnBothStorages('/v1/organizations', (open) => {
  let mintmark: InProcess

  beforeAll(async () => {
    mintmark = await open({ contract })
  })

  const create = (body: unknown) => mintmark.operator.post('/v1/organizations', body)

  test('a name is enough: an id is made, the tier is the default one', async () => {
    const body = expectStatus(201, await create({ name: 'Acme' }))
    expect(body).toEqual({
      id: expect.stringMatching(/^org_[0-9A-Za-z]{22}$/),
      name: 'Acme',
      tier: 'free',
      status: 'active',
      rateLimit: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect((await mintmark.operator.get(`/v1/organizations/${body.id}`)).body).toEqual(body)
  })

  test.each(['a', 'A-b_9', '0', 'x'.repeat(64), '__proto__', 'constructor'])(
    'the operator may choose the id %s',
    async (id) => {
      expect(expectStatus(201, await create({ id, name: 'Chosen' })).id).toBe(id)
      expect((await mintmark.operator.get(`/v1/organizations/${id}`)).body.name).toBe('Chosen')
    },
  )

  test('an id that is taken: 409, and nothing of the other changes', async () => {
    const first = expectStatus(201, await create({ id: 'taken', name: 'First' }))
    expect(reason(await create({ id: 'taken', name: 'Second' }))).toEqual([409, 'conflict'])
    expect((await mintmark.operator.get('/v1/organizations/taken')).body).toEqual(first)
    expect((await create({ id: 'TAKEN', name: 'Other case' })).status).toBe(201)
  })

  test.each<[string, unknown, string]>([
    ['no name', {}, 'name'],
    ['an empty id', { id: '', name: 'x' }, 'id'],
    ['an id of 65 characters', { id: 'x'.repeat(65), name: 'x' }, 'id'],
    ['an id with a slash', { id: 'a/b', name: 'x' }, 'id'],
    ['an id with a dot', { id: 'a.b', name: 'x' }, 'id'],
    ['an id with a letter beyond ASCII', { id: 'ä', name: 'x' }, 'id'],
    ['the id of the installation’s own chain', { id: 'installation', name: 'x' }, 'id'],
    ['the id that stands for all of them', { id: 'every-organization', name: 'x' }, 'id'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
    ['a control character', { name: 'a\u001b[31m' }, 'name'],
    ['an unknown tier', { name: 'x', tier: 'gold' }, 'tier'],
    ['a tier that every object has', { name: 'x', tier: 'toString' }, 'tier'],
    ['a limit of 0', { name: 'x', rateLimit: { limit: 0, windowSeconds: 1 } }, 'rateLimit.limit'],
    [
      'a window of more than a day',
      { name: 'x', rateLimit: { limit: 1, windowSeconds: 86_401 } },
      'rateLimit.windowSeconds',
    ],
    ['a status', { name: 'x', status: 'suspended' }, 'status'],
    ['an unknown field', { name: 'x', owner: 'ada' }, 'owner'],
  ])('refuses %s, and says where', async (_, body, path) => {
    const answer = await create(body)
    expect([...reason(answer), answer.body.errors[0].path]).toEqual([400, 'invalid_request', path])
  })

  test('lists newest first, in pages', async () => {
    for (const id of ['list-1', 'list-2', 'list-3']) await create({ id, name: id })
    const first = (await mintmark.operator.get('/v1/organizations?limit=2')).body
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(['list-3', 'list-2'])
    const second = (await mintmark.operator.get(`/v1/organizations?limit=1&cursor=${first.nextCursor}`)).body
    expect(second.data[0].id).toBe('list-1')
    expect(reason(await mintmark.operator.get(`/v1/operator-keys?cursor=${first.nextCursor}`))).toEqual([
      400,
      'invalid_request',
    ])
  })

  describe('PATCH', () => {
    test.each([
      ['name', { name: 'After' }],
      ['tier', { tier: 'enterprise' }],
      ['status', { status: 'suspended' }],
      ['rateLimit', { rateLimit: { limit: 7, windowSeconds: 3600 } }],
      ['all at once', { name: 'All', tier: 'enterprise', status: 'suspended', rateLimit: null }],
    ])('changes %s and nothing else', async (_, change) => {
      const before = expectStatus(201, await create({ name: 'Before' }))
      const path = `/v1/organizations/${before.id}`
      expect(expectStatus(200, await mintmark.operator.patch(path, change))).toEqual({ ...before, ...change })
      expect((await mintmark.operator.get(path)).body).toEqual({ ...before, ...change })
    })

    test.each<[unknown]>([
      [{}],
      [{ name: '' }],
      [{ tier: 'gold' }],
      [{ status: 'deleted' }],
      [{ id: 'x' }],
      [{ rateLimit: {} }],
    ])('refuses %o', async (change) => {
      const { id } = expectStatus(201, await create({ name: 'Before' }))
      expect(reason(await mintmark.operator.patch(`/v1/organizations/${id}`, change))).toEqual([400, 'invalid_request'])
    })

    test('a limit: the key’s own, else the organization’s, else its tier’s, at the next request', async () => {
      const acme = await mintmark.organization()
      const { key, path } = await acme.mint()
      const limit = async () => {
        const { rateLimit } = (await mintmark.operator.post('/v1/verify', { key, cost: 0 })).body
        return [rateLimit.limit, rateLimit.windowSeconds]
      }
      expect(await limit()).toEqual([100, 60])
      await mintmark.operator.patch(acme.path, { tier: 'enterprise' })
      expect(await limit()).toEqual([1000, 1])
      await mintmark.operator.patch(acme.path, { rateLimit: { limit: 7, windowSeconds: 70 } })
      expect(await limit()).toEqual([7, 70])
      await acme.operator.patch(path, { rateLimit: { limit: 5, windowSeconds: 50 } })
      expect(await limit()).toEqual([5, 50])
      await acme.operator.patch(path, { rateLimit: null })
      await mintmark.operator.patch(acme.path, { rateLimit: null })
      expect(await limit()).toEqual([1000, 1])
    })
  })

  describe('DELETE', () => {
    test('erases everything: keys and sessions are unknown, all else is absent', async () => {
      const acme = await mintmark.organization()
      const { key } = await acme.mint()
      const token = await acme.session('admin')
      await acme.addProject('web')
      const answer = await mintmark.operator.delete(acme.path)
      expect([answer.status, answer.text]).toEqual([204, ''])
      expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'invalid_key'])
      expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([401, 'invalid_key'])
      for (const gone of [
        await mintmark.operator.get(acme.path),
        await mintmark.operator.delete(acme.path),
        await mintmark.operator.patch(acme.path, { name: 'x' }),
        await mintmark.operator.get(`${acme.path}/members`),
        await mintmark.operator.put(`${acme.path}/members/ada`, { role: 'admin' }),
        await acme.operator.get('/v1/api-keys'),
        await acme.as('admin').get('/v1/api-keys'),
        await mintmark.operator.post('/v1/sessions', { organizationId: acme.id, userId: 'admin' }),
      ]) {
        expect(reason(gone)).toEqual([404, 'not_found'])
      }
    })

    test('leaves others alone, also one of the same beginning', async () => {
      const [one, other] = [await mintmark.organization({ id: 'del' }), await mintmark.organization({ id: 'del-2' })]
      const { key } = await other.mint()
      await mintmark.operator.delete(one.path)
      expect((await mintmark.client(key).get('/v1/me')).status).toBe(200)
    })

    test('its id may be used again, for an organization that has nothing of it', async () => {
      const acme = await mintmark.organization({ id: 'phoenix' })
      const { key, path } = await acme.mint()
      await mintmark.operator.delete(acme.path)
      const again = await mintmark.organization({ id: 'phoenix', roles: ['admin'] })
      expect((await again.operator.get('/v1/api-keys')).body.data).toEqual([])
      expect((await again.operator.get(path)).status).toBe(404)
      expect((await mintmark.operator.get(`${again.path}/members`)).body.data).toHaveLength(1)
      expect((await again.as('admin').get('/v1/api-keys/creation-limits')).body).toMatchObject({ remaining: 50 })
      expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'invalid_key'])
    })
  })

  test('what is absent and what is no id are the same 404', async () => {
    for (const id of ['absent', 'a b', 'x'.repeat(65), '%00', '..']) {
      expect(reason(await mintmark.operator.get(`/v1/organizations/${encodeURIComponent(id)}`)), id).toEqual([
        404,
        'not_found',
      ])
    }
  })

  test('is for operators alone, whatever is in the body', async () => {
    const acme = await mintmark.organization()
    const { key } = await acme.mint()
    const onlyVerify = (await mintmark.operator.post('/v1/operator-keys', { name: 'edge', only: 'verify' })).body.key
    for (const client of [
      mintmark.client(key),
      mintmark.client(await acme.session('admin')),
      acme.as('admin'),
      mintmark.client(onlyVerify),
    ]) {
      for (const answer of [
        await client.get('/v1/organizations'),
        await client.post('/v1/organizations', { nonsense: true }),
        await client.get(acme.path),
        await client.patch(acme.path, { status: 'active' }),
        await client.delete(acme.path),
        await client.put(`${acme.path}/members/admin`, { role: 'admin' }),
        await client.post('/v1/sessions', { organizationId: acme.id, userId: 'admin' }),
        await client.get('/v1/operator-keys'),
      ]) {
        expect(reason(answer)).toEqual([403, 'forbidden'])
      }
    }
    expect(refusal(await mintmark.client(key).get('/v1/organizations'))[2]).toBe('This needs an operator key.')
  })
})
