import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Answer, type Client } from '../../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../../testing/in-process.ts'

const contract = { name: 'A', minting: { keysManageKeys: true, perMemberPerDay: 200 } }
const names = ({ body }: Answer): string[] => body.data.map(({ name }: { name: string }) => name)

describeOnBothStorages('keys, where the contract lets keys manage keys', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open({ contract })
    acme = await mintmark.organization()
    await acme.addProject('web')
    await acme.addProject('app')
  })

  const parent = async (body: object = {}, userId = 'admin'): Promise<Client> =>
    mintmark.client((await acme.mint({ name: 'parent', ...body }, userId)).key)
  const mint = (client: Client, body: object = {}) => client.post('/v1/api-keys', { name: 'child', ...body })

  describe('mint', () => {
    test('keys of their owner, that count for him', async () => {
      const limits = async () => (await acme.as('admin').get('/v1/api-keys/creation-limits')).body
      const client = await parent()
      const before = await limits()
      const child = expectStatus(201, await mint(client))
      expect(child).toMatchObject({ owner: { type: 'member', userId: 'admin' }, createdByUserId: 'admin' })
      expect(await limits()).toMatchObject({ remaining: before.remaining - 1, activeKeys: before.activeKeys + 1 })
    })

    test('only with api_keys:write', async () => {
      for (const permissions of [[], ['api_keys:read'], ['projects:*', 'usage:read']]) {
        expect(refusal(await mint(await parent({ permissions })))).toEqual([
          403,
          'forbidden',
          'Missing api_keys:write permission.',
        ])
      }
    })

    test.each<[string, object, object, number]>([
      ['inheriting from an owner of more', { permissions: ['api_keys:write'] }, {}, 403],
      ['a permission beyond its list', { permissions: ['api_keys:*'] }, { permissions: ['usage:read'] }, 403],
      ['a wildcard beyond its list', { permissions: ['api_keys:write'] }, { permissions: ['api_keys:*'] }, 403],
      ['its own list', { permissions: ['api_keys:*'] }, { permissions: ['api_keys:read', 'api_keys:write'] }, 201],
      ['nothing', { permissions: ['api_keys:write'] }, { permissions: [] }, 201],
      ['everything it inherits', {}, {}, 201],
      ['another environment', { environment: 'test' }, { environment: 'live' }, 403],
      ['its own environment', { environment: 'test' }, { environment: 'test' }, 201],
      ['a role of the organization’s', {}, { owner: 'organization', role: 'manager' }, 201],
      ['a role beyond its list', { permissions: ['api_keys:write'] }, { owner: 'organization', role: 'member' }, 403],
      [
        'a role beyond its list, behind its own list',
        { permissions: ['api_keys:write'] },
        { owner: 'organization', role: 'manager', permissions: [] },
        403,
      ],
      [
        'its owner’s role behind its own list',
        { permissions: ['api_keys:write'] },
        { owner: 'organization', role: 'admin', permissions: [] },
        201,
      ],
      ['a life beyond its own', { expiresAt: '2090-01-01T00:00:00Z' }, { expiresAt: '2090-01-01T00:00:00.001Z' }, 403],
      ['a life without end', { expiresAt: '2090-01-01T00:00:00Z' }, {}, 403],
      ['its own life', { expiresAt: '2090-01-01T00:00:00Z' }, { expiresAt: '2090-01-01T00:00:00Z' }, 201],
      ['more addresses', { ipAllowlist: ['127.0.0.1'] }, { ipAllowlist: ['127.0.0.0/8'] }, 403],
      ['the same addresses', { ipAllowlist: ['127.0.0.0/8'] }, { ipAllowlist: ['127.0.0.1', '127.0.0.0/9'] }, 201],
      ['a limit', {}, { rateLimit: { limit: 1, windowSeconds: 1 } }, 403],
    ])('%s', async (_, own, child, status) => {
      const minted = await mint(await parent(own), child)
      expect([minted.status, minted.body.reason]).toEqual([status, status === 201 ? undefined : 'forbidden'])
    })

    test('what is not said is as the parent has it: environment and addresses', async () => {
      const own = { environment: 'test', ipAllowlist: ['127.0.0.0/8', '192.0.2.1'] }
      expect(expectStatus(201, await mint(await parent(own)))).toMatchObject(own)
    })

    test('keys of a project stay in it, and may not be of the organization', async () => {
      const client = await parent({ scope: 'project', projectId: 'web' })
      expect(reason(await mint(client))).toEqual([403, 'scope_violation'])
      expect(reason(await mint(client, { scope: 'project', projectId: 'app' }))).toEqual([403, 'scope_violation'])
      expect(reason(await mint(client, { scope: 'project', projectId: 'absent' }))).toEqual([403, 'scope_violation'])
      expect((await mint(client, { scope: 'project', projectId: 'web' })).body.projectId).toBe('web')
    })

    test('by the owner’s role now, and what it may mint', async () => {
      await acme.addMember('mo', 'admin')
      const client = await parent({}, 'mo')
      expect((await mint(client)).status).toBe(201)
      await acme.addMember('mo', 'engineer')
      expect(refusal(await mint(client))).toEqual([
        403,
        'forbidden',
        'The role engineer cannot mint organization keys.',
      ])
      await acme.addMember('mo', 'member')
      expect(refusal(await mint(client))).toEqual([403, 'forbidden', 'Missing api_keys:write permission.'])
    })

    test('of an organization’s key are the organization’s, with the same role, and count for nobody', async () => {
      const ours = mintmark.client((await acme.mintOwned('admin')).key)
      expect(expectStatus(201, await mint(ours))).toMatchObject({
        owner: { type: 'organization', role: 'admin' },
        createdByUserId: null,
      })
    })

    test('not for another owner: a body names nobody', async () => {
      expect(reason(await mint(await parent(), { userId: 'manager' }))).toEqual([400, 'invalid_request'])
    })
  })

  describe('see', () => {
    test('every key of their organization and environment, with api_keys:read', async () => {
      const globex = await mintmark.organization()
      const live = await globex.mint({ name: 'live' })
      const testing = await globex.mint({ name: 'test', environment: 'test' })
      expect(names(await mintmark.client(live.key).get('/v1/api-keys'))).toEqual(['live'])
      expect(names(await mintmark.client(testing.key).get('/v1/api-keys'))).toEqual(['test'])
      expect(names(await mintmark.client(testing.key).get('/v1/api-keys?environment=live'))).toEqual([])
      expect(reason(await mintmark.client(testing.key).get(live.path))).toEqual([404, 'not_found'])
    })

    test('every key of their project, no other', async () => {
      const globex = await mintmark.organization()
      for (const id of ['web', 'app']) await globex.addProject(id)
      const inProject = (projectId: string) => ({ name: projectId, scope: 'project', projectId })
      const web = await globex.mint(inProject('web'))
      const app = await globex.mint(inProject('app'))
      const whole = await globex.mint({ name: 'whole' })
      const client = mintmark.client(web.key)
      expect(names(await client.get('/v1/api-keys'))).toEqual(['web'])
      expect(names(await client.get('/v1/api-keys?projectId=app'))).toEqual([])
      for (const { path } of [app, whole]) {
        for (const answer of [
          await client.get(path),
          await client.patch(path, { name: 'x' }),
          await client.post(`${path}/revoke`),
          await client.post(`${path}/rotate`),
          await client.delete(path),
        ]) {
          expect(reason(answer)).toEqual([404, 'not_found'])
        }
      }
    })

    test('only themselves, without api_keys:read', async () => {
      const { key } = await acme.mint({ name: 'alone', permissions: ['projects:read'] })
      expect(names(await mintmark.client(key).get('/v1/api-keys'))).toEqual(['alone'])
    })
  })

  describe('change', () => {
    test('others within their own rights', async () => {
      const client = await parent({ permissions: ['api_keys:*'] })
      const narrow = await acme.mint({ permissions: ['api_keys:read'] })
      const wide = await acme.mint()
      expect((await client.patch(narrow.path, { name: 'x', permissions: ['api_keys:write'] })).status).toBe(200)
      expect((await client.patch(narrow.path, { permissions: ['usage:read'] })).status).toBe(403)
      expect((await client.post(`${narrow.path}/rotate`)).status).toBe(201)
      expect((await client.post(`${wide.path}/rotate`)).status).toBe(403)
      expect((await client.post(`${wide.path}/transfer`, { userId: 'member' })).status).toBe(403)
      expect((await client.post(`${wide.path}/revoke`)).body.revokedBy).toMatchObject({ type: 'key' })
    })

    test.each([
      ['the same life and addresses', { expiresAt: '2090-01-01T00:00:00Z', ipAllowlist: ['127.0.0.1'] }, 201, 200],
      ['a longer life', { expiresAt: '2090-01-01T00:00:00.001Z', ipAllowlist: ['127.0.0.1'] }, 403, 403],
      ['a life without end', { ipAllowlist: ['127.0.0.1'] }, 403, 403],
      ['more addresses', { expiresAt: '2090-01-01T00:00:00Z', ipAllowlist: ['127.0.0.0/8'] }, 403, 403],
      ['all addresses', { expiresAt: '2090-01-01T00:00:00Z' }, 403, 403],
    ])('keys of %s are theirs to rotate and give away, or not', async (_, bounds, rotated, transferred) => {
      const client = await parent({ expiresAt: '2090-01-01T00:00:00Z', ipAllowlist: ['127.0.0.1'] })
      const { path } = await acme.mint({ permissions: [], ...bounds })
      expect((await client.post(`${path}/rotate`)).status).toBe(rotated)
      expect((await client.post(`${path}/transfer`, { userId: 'member' })).status).toBe(transferred)
    })

    test('not themselves beyond what they are', async () => {
      const own = { permissions: ['api_keys:*'], expiresAt: '2090-01-01T00:00:00Z', ipAllowlist: ['127.0.0.1'] }
      const { key, path } = await acme.mint(own)
      const client = mintmark.client(key)
      for (const change of [
        { permissions: null },
        { permissions: ['*'] },
        { permissions: ['api_keys:*', 'usage:read'] },
        { expiresAt: null },
        { expiresAt: '2091-01-01T00:00:00Z' },
        { ipAllowlist: null },
        { ipAllowlist: ['127.0.0.0/8'] },
        { rateLimit: null },
      ]) {
        expect(reason(await client.patch(path, change)), JSON.stringify(change)).toEqual([403, 'forbidden'])
      }
      expect((await client.get(path)).body).toMatchObject({
        permissions: own.permissions,
        ipAllowlist: own.ipAllowlist,
      })
      expect((await client.patch(path, { permissions: ['api_keys:write'], name: 'less' })).status).toBe(200)
    })

    test('a key that revoked itself is revoked', async () => {
      const { key, path, id } = await acme.mint()
      const client = mintmark.client(key)
      expect((await client.post(`${path}/revoke`)).body.revokedBy).toEqual({ type: 'key', id })
      expect(reason(await client.get(path))).toEqual([401, 'key_revoked'])
    })

    test('a key may rotate itself', async () => {
      const { key, path } = await acme.mint()
      const rotated = expectStatus(201, await mintmark.client(key).post(`${path}/rotate`, { overlapSeconds: 0 }))
      expect(reason(await mintmark.client(key).get('/v1/me'))).toEqual([401, 'key_revoked'])
      expect((await mintmark.client(rotated.key).get('/v1/me')).status).toBe(200)
    })
  })
})
