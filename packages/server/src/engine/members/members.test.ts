import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { reason, refusal, type Answer, type Client } from '../../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../../testing/in-process.ts'

const lastAdministrator = 'This is the last active administrator. Make another one first.'

describeOnBothStorages('people', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
  })
  beforeEach(async () => {
    acme = await mintmark.organization()
  })

  const verify = async (key: string, demand = {}) =>
    (await mintmark.operator.post('/v1/verify', { key, ...demand })).body
  const user = async (id: string) => (await acme.operator.get(`/v1/users/${id}`)).body

  describe('a change of role', () => {
    test('is in force at the next request of his session and of his keys', async () => {
      const { key } = await acme.mint({ permissions: ['projects:write', 'projects:read'] }, 'admin')
      const session = mintmark.client(await acme.session('admin'))
      await acme.addMember('second', 'admin')
      const changed = await acme.as('second').patch('/v1/users/admin', { role: 'member' })
      expect(changed.body).toMatchObject({ id: 'admin', role: 'member', status: 'active' })
      expect((await verify(key)).key).toMatchObject({ role: 'member', effectivePermissions: ['projects:read'] })
      expect(refusal(await session.post('/v1/projects', { name: 'x' }))).toEqual([
        403,
        'forbidden',
        'Missing projects:write permission.',
      ])
    })

    test('gives back what was taken, when it is undone', async () => {
      const { key } = await acme.mint({}, 'admin')
      await acme.addMember('second', 'admin')
      for (const role of ['member', 'admin']) await acme.as('second').patch('/v1/users/admin', { role })
      expect((await verify(key, { permission: 'organization:write' })).valid).toBe(true)
    })

    test.each(['manager', 'engineer', 'member'])('is not for a %s', async (role) => {
      for (const [id, body] of [
        [role, { role: 'admin' }],
        ['member', { role: 'member' }],
        ['admin', { status: 'suspended' }],
      ] as const) {
        expect(reason(await acme.as(role).patch(`/v1/users/${id}`, body))).toEqual([403, 'forbidden'])
      }
      expect((await user(role)).role).toBe(role)
    })

    test('wants a role of the contract, a status that there is, and something to change', async () => {
      const admin = acme.as('admin')
      const wrong = [{ role: 'owner' }, { role: '__proto__' }, { role: '' }, { status: 'deleted' }, {}, { name: 'x' }]
      for (const body of wrong) {
        expect(reason(await admin.patch('/v1/users/member', body))).toEqual([400, 'invalid_request'])
      }
      expect(await user('member')).toMatchObject({ role: 'member', status: 'active' })
    })

    test('of nobody is 404, whatever is asked', async () => {
      for (const body of [{ role: 'member' }, { role: 'owner' }, {}, 'not JSON']) {
        expect(reason(await acme.as('admin').patch('/v1/users/nobody', body))).toEqual([404, 'not_found'])
      }
      const paths = ['/v1/users/nobody', '/v1/users/nobody?keys=bad!', '/v1/users/nobody?keys=revoke&keys=x']
      for (const path of paths) expect(reason(await acme.as('admin').delete(path))).toEqual([404, 'not_found'])
    })
  })

  describe('nobody promotes above himself', () => {
    test('with a contract that lets others than administrators write users', async () => {
      const contract = {
        name: 'Example',
        roles: {
          admin: ['*'],
          lead: ['users:*', 'projects:read', 'api_keys:*'],
          member: ['projects:read'],
          billing: ['usage:read'],
        },
        minting: { organization: ['admin', 'lead'], project: ['admin', 'lead'] },
      }
      const other = await open({ contract })
      const zeta = await other.organization({ roles: ['admin', 'lead', 'member', 'billing'] })
      const lead = zeta.as('lead')
      const missing = [403, 'forbidden']
      expect(reason(await lead.patch('/v1/users/member', { role: 'admin' }))).toEqual(missing)
      expect(reason(await lead.patch('/v1/users/lead', { role: 'admin' }))).toEqual(missing)
      expect(reason(await lead.patch('/v1/users/member', { role: 'billing' }))).toEqual(missing)
      expect(reason(await lead.post('/v1/users/invite', { email: 'a@b.test', role: 'admin' }))).toEqual(missing)
      // Nor does he unmake what he is not.
      expect(reason(await lead.patch('/v1/users/admin', { role: 'member' }))).toEqual(missing)
      expect(reason(await lead.patch('/v1/users/billing', { status: 'suspended' }))).toEqual(missing)
      expect(reason(await lead.delete('/v1/users/admin'))).toEqual(missing)
      expect((await lead.patch('/v1/users/member', { role: 'lead' })).status).toBe(200)
      // Nor does he hand a key to one whose role would make more of it than he has himself.
      const inherited = await zeta.mint({}, 'member')
      expect(reason(await lead.delete('/v1/users/member?keys=admin'))).toEqual(missing)
      expect((await zeta.operator.get(inherited.path)).body.owner).toEqual({ type: 'member', userId: 'member' })
      // A key of his with less is bound by what it has.
      const { key } = await zeta.mint({ permissions: ['users:write', 'users:read', 'users:invite'] }, 'lead')
      const byKey = other.client(key)
      expect(reason(await byKey.patch('/v1/users/member', { role: 'member' }))).toEqual(missing)
      expect(reason(await byKey.post('/v1/users/invite', { email: 'a@b.test', role: 'member' }))).toEqual(missing)
    })
  })

  describe('suspension', () => {
    test('stops sessions and keys at the next request, by 403, and ends when it ends', async () => {
      const { key } = await acme.mint({ scope: 'organization' }, 'admin')
      const token = await acme.session('admin')
      await acme.addMember('second', 'admin')
      await acme.as('second').patch('/v1/users/admin', { status: 'suspended' })
      expect(await verify(key)).toMatchObject({ valid: false, status: 403, reason: 'owner_suspended' })
      expect(await verify(token)).toMatchObject({ valid: false, status: 403, reason: 'owner_suspended' })
      expect(reason(await mintmark.client(token).get('/v1/me'))).toEqual([403, 'owner_suspended'])
      expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([403, 'owner_suspended'])
      expect(reason(await acme.as('admin').patch('/v1/users/admin', { status: 'active' }))).toEqual([
        403,
        'owner_suspended',
      ])
      await acme.as('second').patch('/v1/users/admin', { status: 'active' })
      expect(await verify(key)).toMatchObject({ valid: true })
    })

    test('leaves keys that the organization owns alone', async () => {
      const { key } = await acme.mint({ owner: 'organization', role: 'member' }, 'admin')
      await acme.addMember('second', 'admin')
      await acme.as('second').patch('/v1/users/admin', { status: 'suspended' })
      expect(await verify(key)).toMatchObject({ valid: true })
    })
  })

  describe('removal', () => {
    test('revokes his keys unless something else is said, and ends his sessions', async () => {
      await acme.addProject('web')
      const minted = await acme.mint({ scope: 'project', projectId: 'web' }, 'engineer')
      const token = await acme.session('engineer')
      expect((await acme.as('admin').delete('/v1/users/engineer')).status).toBe(204)
      expect(await verify(minted.key)).toMatchObject({ valid: false, status: 401, reason: 'key_revoked' })
      expect(await verify(token)).toMatchObject({ valid: false, status: 401, reason: 'invalid_key' })
      const shown = (await acme.operator.get(minted.path)).body
      expect(shown).toMatchObject({
        status: 'revoked',
        revokedReason: 'owner_removed',
        revokedBy: expect.anything(),
      })
      expect(reason(await acme.as('admin').delete('/v1/users/engineer'))).toEqual([404, 'not_found'])
    })

    test('gives them to the organization, with the role that he had', async () => {
      await acme.addProject('web')
      const minted = await acme.mint({ scope: 'project', projectId: 'web' }, 'engineer')
      expect((await acme.as('admin').delete('/v1/users/engineer?keys=organization')).status).toBe(204)
      expect((await verify(minted.key)).key).toMatchObject({ role: 'engineer' })
      expect((await acme.operator.get(minted.path)).body.owner).toEqual({ type: 'organization', role: 'engineer' })
    })

    test('hands them to another member, whose role bounds them from then on', async () => {
      const minted = await acme.mint({}, 'admin')
      await acme.addMember('second', 'admin')
      expect((await acme.as('second').delete('/v1/users/admin?keys=member')).status).toBe(204)
      expect((await verify(minted.key)).key).toMatchObject({
        role: 'member',
        effectivePermissions: ['projects:read', 'usage:read', 'users:read'],
      })
    })

    test('is refused whole where the heir is himself, absent, suspended or of another organization', async () => {
      const minted = await acme.mint({}, 'admin')
      await acme.addMember('second', 'admin')
      await acme.operator.patch('/v1/users/manager', { status: 'suspended' })
      const other = await mintmark.organization({ roles: [] })
      await other.addMember('stranger', 'admin')
      for (const heir of ['admin', 'nobody', 'manager', 'stranger', 'a b', '']) {
        const answer = await acme.as('second').delete(`/v1/users/admin?keys=${encodeURIComponent(heir)}`)
        expect(reason(answer)).toEqual([400, 'invalid_request'])
      }
      expect((await user('admin')).role).toBe('admin')
      expect(await verify(minted.key)).toMatchObject({ valid: true })
    })

    test('is refused whole where the heir’s keys would be too many', async () => {
      const contract = { name: 'Example', minting: { activePerMember: 2, perMemberPerDay: 50 } }
      const zeta = await (await open({ contract })).organization()
      await zeta.addMember('second', 'admin')
      for (const minter of ['admin', 'admin', 'second']) await zeta.mint({}, minter)
      const answer = await zeta.as('second').delete('/v1/users/admin?keys=second')
      expect(reason(answer)).toEqual([409, 'active_key_limit'])
      const owners = (await zeta.operator.get('/v1/api-keys')).body.data.map(
        (key: { owner: { userId: string } }) => key.owner.userId,
      )
      expect(owners.sort()).toEqual(['admin', 'admin', 'second'])
    })

    test('leaves his revoked and expired keys as they are', async () => {
      const dead = await acme.mint({}, 'admin')
      await acme.operator.post(`${dead.path}/revoke`, { reason: 'leaked' })
      await acme.addMember('second', 'admin')
      expect((await acme.as('second').delete('/v1/users/admin?keys=second')).status).toBe(204)
      expect((await acme.operator.get(dead.path)).body).toMatchObject({ status: 'revoked', revokedReason: 'leaked' })
    })
  })

  describe('the last active administrator', () => {
    const takings = [
      ['demoted', (id: string) => acme.as('admin').patch(`/v1/users/${id}`, { role: 'manager' })],
      ['suspended', (id: string) => acme.as('admin').patch(`/v1/users/${id}`, { status: 'suspended' })],
      ['removed', (id: string) => acme.as('admin').delete(`/v1/users/${id}`)],
    ] as const

    test.each(takings)('is not %s', async (_, take) => {
      expect(refusal(await take('admin'))).toEqual([409, 'conflict', lastAdministrator])
      // A suspended one does not count.
      await acme.addMember('second', 'admin')
      await acme.operator.patch('/v1/users/second', { status: 'suspended' })
      expect(refusal(await take('admin'))).toEqual([409, 'conflict', lastAdministrator])
      await acme.operator.patch('/v1/users/second', { status: 'active' })
      expect((await take('admin')).status).toBeLessThan(300)
    })

    test.each([
      [
        'where no role has every permission',
        { admin: ['users:*', 'sites:*'], member: ['sites:read'] },
        { permissions: ['sites:read', 'sites:write', 'billing:write'] },
      ],
      [
        'where none has what all the others have',
        { admin: ['users:*'], member: ['projects:read'], cashier: ['usage:read'] },
        {},
      ],
    ])('is there %s, too', async (_, given, more) => {
      const minting = { organization: ['admin'], project: ['admin'] }
      const zeta = await (
        await open({ contract: { name: 'Z', roles: given, minting, ...more } })
      ).organization({
        roles: Object.keys(given),
      })
      for (const take of [
        zeta.as('admin').patch('/v1/users/admin', { status: 'suspended' }),
        zeta.operator.patch('/v1/users/admin', { role: 'member' }),
        zeta.as('admin').delete('/v1/users/admin'),
      ]) {
        expect(refusal(await take)).toEqual([409, 'conflict', lastAdministrator])
      }
      await zeta.addMember('second', 'admin')
      expect((await zeta.operator.delete('/v1/users/admin')).status).toBe(204)
      const token = (await zeta.as('second').post('/v1/users/invite', { email: 'a@b.test', role: 'admin' })).body.token
      if (token === undefined) throw new Error('An administrator is told the token')
    })

    test('is protected in his organization from the operator, too', async () => {
      expect(refusal(await acme.operator.patch('/v1/users/admin', { role: 'member' }))).toEqual([
        409,
        'conflict',
        lastAdministrator,
      ])
      expect(reason(await acme.operator.patch('/v1/users/admin', { status: 'suspended' }))).toEqual([409, 'conflict'])
      expect(reason(await acme.operator.delete('/v1/users/admin'))).toEqual([409, 'conflict'])
    })

    test('may go by the word of the operator, who syncs', async () => {
      expect((await mintmark.operator.put(`${acme.path}/members/admin`, { role: 'member' })).status).toBe(200)
      await acme.addMember('admin', 'admin')
      expect((await mintmark.operator.delete(`${acme.path}/members/admin`)).status).toBe(204)
    })

    test('stays, where twelve demote one another at once', async () => {
      await expectOneLeft(async ({ as, id }) => as(id).patch(`/v1/users/${id}`, { role: 'member' }))
    })

    test('stays, where each takes the next away in another way', async () => {
      const demote = async (by: Actor, of: string) => by.as(by.id).patch(`/v1/users/${of}`, { role: 'member' })
      const ways = [
        demote,
        async (by: Actor, of: string) => by.as(by.id).patch(`/v1/users/${of}`, { status: 'suspended' }),
        async (by: Actor, of: string) => by.as(by.id).delete(`/v1/users/${of}`),
      ]
      await expectOneLeft(async (by, index) => {
        const of = administrators[(index + 1) % administrators.length] ?? ''
        return (ways[index % 3] ?? demote)(by, of)
      }, 'at least one')
    })

    test('stays, where the twelve take themselves away in three ways', async () => {
      await expectOneLeft(async ({ as, id }, index) => {
        if (index % 3 === 0) return as(id).patch(`/v1/users/${id}`, { role: 'engineer' })
        return index % 3 === 1
          ? as(id).patch(`/v1/users/${id}`, { status: 'suspended' })
          : as(id).delete(`/v1/users/${id}?keys=member`)
      })
    })
  })

  type Shown = { readonly role: string; readonly status: string }
  type Actor = { readonly id: string; readonly as: (userId: string) => Client }
  const administrators = Array.from({ length: 12 }, (_, index) => `boss-${index}`)

  async function expectOneLeft(
    take: (by: Actor, index: number) => Promise<Answer>,
    left: 'exactly one' | 'at least one' = 'exactly one',
  ): Promise<void> {
    for (const id of administrators) await acme.addMember(id, 'admin')
    await acme.addMember('admin', 'member')
    const answers = await Promise.all(
      administrators.map((id, index) => take({ as: (userId) => acme.as(userId), id }, index)),
    )
    for (const answer of answers) expect([200, 204, 401, 403, 404, 409]).toContain(answer.status)
    const { data } = (await acme.operator.get('/v1/users?limit=100')).body
    const active = data.filter((one: Shown) => one.role === 'admin' && one.status === 'active')
    if (left === 'exactly one') {
      expect(active).toHaveLength(1)
      expect(answers.filter((answer) => answer.status === 409)).toHaveLength(1)
    } else expect(active.length).toBeGreaterThanOrEqual(1)
  }
})
