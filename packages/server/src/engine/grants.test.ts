import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Answer } from '../testing/http-client.ts'
import { describeOnBothStorages, type TestOrganization } from '../testing/in-process.ts'

const contract = {
  name: 'Sites',
  permissions: ['sites:read', 'sites:write', 'billing:read', 'billing:write'],
  aliases: { everything: ['*'], reading: ['sites:read'], billing: ['billing:*'] },
  roles: {
    admin: ['*'],
    engineer: ['sites:*', 'api_keys:*', 'projects:*', 'billing:write'],
    junior: ['sites:read', 'api_keys:*'],
    viewer: ['sites:read'],
  },
  neverByKey: ['billing:write'],
  minting: { organization: ['admin', 'engineer'], project: ['admin', 'engineer', 'junior'] },
}

const roles = ['admin', 'engineer', 'junior', 'viewer']

describeOnBothStorages('nobody gives more than he has', (open) => {
  let acme: TestOrganization

  beforeAll(async () => {
    acme = await (await open({ contract })).organization({ roles })
    await acme.addProject('web')
  })

  const byEngineer = (body: object): Promise<Answer> => acme.as('engineer').post('/v1/api-keys', { name: 'x', ...body })
  const project = { scope: 'project', projectId: 'web' }
  const owned = (role: string) => ({ owner: 'organization', role })

  test.each<[string, object, string]>([
    ['a permission', { permissions: ['billing:read'] }, 'billing:read'],
    ['a permission among his own', { permissions: ['sites:read', 'usage:read', 'sites:write'] }, 'usage:read'],
    ['everything', { permissions: ['*'] }, 'audit_events:read'],
    ['a wildcard by its end', { permissions: ['*:read'] }, 'audit_events:read'],
    ['an alias for everything', { permissions: ['everything'] }, 'audit_events:read'],
    ['an alias for a wildcard', { permissions: ['billing'] }, 'billing:read'],
    ['the rights of a role', owned('admin'), 'audit_events:read'],
    [
      'a role that gives more, behind a list of his own',
      { ...owned('admin'), permissions: ['sites:read'] },
      'audit_events:read',
    ],
    ['a role that gives more, behind an empty list', { ...owned('admin'), permissions: [] }, 'audit_events:read'],
    ['the same for a project', { ...project, ...owned('admin'), permissions: [] }, 'audit_events:read'],
  ])('%s, minted by one who lacks it', async (_, body, missing) => {
    expect(refusal(await byEngineer(body))).toEqual([403, 'forbidden', `Missing ${missing} permission.`])
  })

  test.each([
    ['all he has, by inheriting', {}],
    ['all he has, by a role of the same rights', owned('engineer')],
    ['less, by a role of less', owned('viewer')],
    ['less, by a list', { permissions: ['reading', 'sites:write'] }],
    ['nothing', { permissions: [] }],
    ['a wildcard of his own', { permissions: ['sites:*', 'projects:*'] }],
  ])('but %s, he may give', async (_, body) => {
    expect((await byEngineer(body)).status).toBe(201)
  })

  test.each(['billing:write'])(
    'a permission that no key may use is refused by its name, even to an admin',
    async (name) => {
      const answer = await acme.as('admin').post('/v1/api-keys', { name: 'x', permissions: [name] })
      expect(refusal(answer)).toEqual([403, 'forbidden', 'Keys cannot be used for billing:write.'])
    },
  )

  test('and is left out of what a wildcard, an alias or inheriting gives', async () => {
    for (const body of [{ permissions: ['billing:*'] }, { permissions: ['everything'] }, {}]) {
      const minted = await acme.mint(body, 'admin')
      const verdict = await verify(minted.key, { permission: 'billing:write' })
      expect(verdict).toMatchObject({ status: 403, message: 'Keys cannot be used for billing:write.' })
      expect(verdict.key.effectivePermissions).toContain('billing:read')
      expect(verdict.key.effectivePermissions).not.toContain('billing:write')
    }
  })

  const verify = async (key: string, demand: object) =>
    (await acme.operator.post('/v1/verify', { key, ...demand })).body

  describe('by changing', () => {
    test.each<[string, object, object, number]>([
      ['adding a permission', { permissions: ['sites:read'] }, { permissions: ['sites:read', 'usage:read'] }, 403],
      ['exchanging permissions', { permissions: ['sites:read'] }, { permissions: ['usage:read'] }, 403],
      ['a wildcard', { permissions: ['sites:read'] }, { permissions: ['*'] }, 403],
      ['an alias', { permissions: ['sites:read'] }, { permissions: ['everything'] }, 403],
      ['inheriting', { permissions: ['sites:read'], ...owned('admin') }, { permissions: null }, 403],
      ['taking permissions', { permissions: ['sites:read', 'usage:read'] }, { permissions: ['sites:read'] }, 200],
      ['taking all of them', {}, { permissions: [] }, 200],
      ['its name', {}, { name: 'y', metadata: { a: 'b' } }, 200],
      ['a longer life', { expiresAt: '2090-01-01T00:00:00Z' }, { expiresAt: '2090-01-01T00:00:00.001Z' }, 403],
      ['a life without end', { expiresAt: '2090-01-01T00:00:00Z' }, { expiresAt: null }, 403],
      ['a shorter life', { expiresAt: '2090-01-01T00:00:00Z' }, { expiresAt: '2089-01-01T00:00:00Z' }, 200],
      ['its first end', {}, { expiresAt: '2089-01-01T00:00:00Z' }, 200],
      ['more addresses', { ipAllowlist: ['192.0.2.0/24'] }, { ipAllowlist: ['192.0.2.0/24', '198.51.100.1'] }, 403],
      ['a wider network', { ipAllowlist: ['192.0.2.0/24'] }, { ipAllowlist: ['192.0.0.0/16'] }, 403],
      ['all addresses', { ipAllowlist: ['192.0.2.0/24'] }, { ipAllowlist: null }, 403],
      ['fewer addresses', { ipAllowlist: ['192.0.2.0/24'] }, { ipAllowlist: ['192.0.2.7'] }, 200],
      ['its first allow-list', {}, { ipAllowlist: ['192.0.2.7'] }, 200],
    ])('a key of more rights: %s', async (_, minted, change, status) => {
      const { path } = await acme.mint(minted, 'admin')
      expect((await acme.as('engineer').patch(path, change)).status).toBe(status)
    })

    test('a key of the same rights may be widened within them', async () => {
      const { path } = await acme.mint(
        { permissions: [], expiresAt: '2090-01-01T00:00:00Z', ipAllowlist: ['192.0.2.7'] },
        'engineer',
      )
      for (const change of [
        { permissions: ['sites:*'] },
        { permissions: null },
        { expiresAt: null },
        { ipAllowlist: null },
      ]) {
        expectStatus(200, await acme.as('engineer').patch(path, change))
      }
    })

    test('names that the role does not give yet wait for it to rise: they are not narrower than inheriting', async () => {
      const { path } = await acme.mint({ ...project }, 'junior')
      expect(refusal(await acme.as('junior').patch(path, { permissions: ['sites:write'] }))).toEqual([
        403,
        'forbidden',
        'Missing sites:write permission.',
      ])
    })
  })

  describe('by taking over', () => {
    test.each<[string, object, number]>([
      ['a key of more rights', {}, 403],
      ['a key of more rights behind a list', { permissions: ['sites:read'] }, 403],
      ['an organization’s key of more rights', owned('admin'), 403],
      ['a key of the same rights', owned('engineer'), 201],
      ['a key of less', owned('viewer'), 201],
    ])('%s, by rotating it', async (_, body, status) => {
      const { path } = await acme.mint(body, 'admin')
      expect((await acme.as('engineer').post(`${path}/rotate`, {})).status).toBe(status)
    })

    test.each<[string, object, number]>([
      ['a member of more rights', { userId: 'admin' }, 403],
      ['the organization, as a role of more rights', owned('admin'), 403],
      ['a member of less', { userId: 'viewer' }, 200],
      ['the organization, as a role of the same', owned('engineer'), 200],
    ])('a key whose secret he may know, by giving it to %s', async (_, to, status) => {
      for (const permissions of [null, ['sites:read'], []]) {
        const { path } = await acme.mint({ permissions }, 'engineer')
        expect((await acme.as('engineer').post(`${path}/transfer`, to)).status).toBe(status)
      }
    })

    test('a key of more rights cannot be taken away from its owner either', async () => {
      const { path } = await acme.mint({ permissions: ['usage:read'] }, 'admin')
      expect(refusal(await acme.as('engineer').post(`${path}/transfer`, { userId: 'engineer' }))).toEqual([
        403,
        'forbidden',
        'Missing usage:read permission.',
      ])
    })

    test('what a list names beyond the role of now counts when the key is given to a higher one', async () => {
      const { path } = await acme.mint({ permissions: ['usage:read'] }, 'admin')
      expectStatus(200, await acme.as('admin').post(`${path}/transfer`, { userId: 'viewer' }))
      // As a viewer's it gives nothing now, so that an engineer may take it over; he may not give it to whom it would serve.
      expectStatus(201, await acme.as('engineer').post(`${path}/rotate`, {}))
      expect((await acme.as('engineer').post(`${path}/transfer`, { userId: 'engineer' })).status).toBe(403)
    })
  })

  test('rights are those of the very moment: after a demotion the next request is refused', async () => {
    await acme.addMember('falling', 'admin')
    const { path } = await acme.mint({}, 'falling')
    await acme.addMember('falling', 'junior')
    expect(reason(await acme.as('falling').post('/v1/api-keys', { name: 'x' }))).toEqual([403, 'forbidden'])
    // His own key has fallen with him: he may take it over.
    expectStatus(201, await acme.as('falling').post(`${path}/rotate`, {}))
    expect((await acme.as('falling').patch(path, { permissions: ['sites:write'] })).status).toBe(403)
  })
})
