import { beforeAll, expect, test } from 'vitest'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'
import { reason, refusal } from '../testing/http-client.ts'

describeOnBothStorages('GET /v1/me', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    await acme.addProject('web')
  })

  const me = async (credential: string) => (await mintmark.client(credential).get('/v1/me')).body

  test('tells an organization-scoped key who it is, and what it may do now', async () => {
    const { id, key, prefix } = await acme.mint({ name: 'ci' }, 'admin')
    expect(await me(key)).toEqual({
      apiKeyId: id,
      keyName: 'ci',
      keyPrefix: prefix,
      organizationId: acme.id,
      scope: 'organization',
      scopedProjectId: null,
      permissions: null,
      createdByUserId: 'admin',
      lastUsedAt: null,
      environment: 'live',
      expiresAt: null,
      role: 'admin',
      effectivePermissions: expect.arrayContaining(['api_keys:write', 'projects:delete']),
      rateLimit: { limit: 600, windowSeconds: 60, remaining: 599 },
    })
    expect(key.startsWith(prefix)).toBe(true)
    expect(prefix).toHaveLength('mk_live_'.length + 8)
  })

  test('tells a project-scoped key its project, and every field that a mint can set', async () => {
    const { key } = await acme.mint(
      {
        name: 'deploy',
        scope: 'project',
        projectId: 'web',
        environment: 'test',
        permissions: ['api_keys:*', 'usage:read'],
        expiresAt: '2099-01-31T01:00:00+01:00',
      },
      'engineer',
    )
    expect(await me(key)).toMatchObject({
      scope: 'project',
      scopedProjectId: 'web',
      environment: 'test',
      permissions: ['api_keys:*', 'usage:read'],
      expiresAt: '2099-01-31T00:00:00.000Z',
      role: 'engineer',
      effectivePermissions: ['api_keys:read', 'api_keys:write', 'usage:read'],
    })
  })

  test('tells an organization-owned key its fixed role, and that nobody minted it', async () => {
    const { key } = await acme.mintOwned('member', { rateLimit: { limit: 3, windowSeconds: 86_400 } })
    expect(await me(key)).toMatchObject({
      role: 'member',
      createdByUserId: null,
      effectivePermissions: ['projects:read', 'usage:read', 'users:read'],
      rateLimit: { limit: 3, windowSeconds: 86_400, remaining: 2 },
    })
    expect((await me(key)).rateLimit.remaining).toBe(1)
  })

  test('tells during a rotation of the secret that asks', async () => {
    const older = await acme.mint()
    const newer = (await acme.as('admin').post(`${older.path}/rotate`, {})).body
    expect((await me(older.key)).keyPrefix).toBe(older.prefix)
    expect((await me(newer.key)).keyPrefix).toBe(newer.prefix)
    expect(newer.prefix).not.toBe(older.prefix)
  })

  test('an empty list of permissions grants nothing, null inherits', async () => {
    const none = await acme.mint({ permissions: [] })
    expect(await me(none.key)).toMatchObject({ permissions: [], effectivePermissions: [], role: 'admin' })
  })

  test('follows the owner’s role at once', async () => {
    await acme.addMember('mo', 'admin')
    const { key } = await acme.mint({}, 'mo')
    await acme.addMember('mo', 'member')
    expect(await me(key)).toMatchObject({
      role: 'member',
      effectivePermissions: ['projects:read', 'usage:read', 'users:read'],
    })
  })

  test('says when the key was last used, by any of its secrets, before this request', async () => {
    const { key, path } = await acme.mint()
    await me(key)
    await mintmark.mintmark.engine.usage.flush()
    const first = (await me(key)).lastUsedAt
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const rotated = (await acme.as('admin').post(`${path}/rotate`, {})).body.key
    expect(await me(rotated)).toMatchObject({ keyPrefix: rotated.slice(0, 'mk_live_'.length + 8) })
  })

  test('tells a session its member, his role and when it ends', async () => {
    const token = await acme.session('engineer')
    expect(await me(token)).toEqual({
      userId: 'engineer',
      organizationId: acme.id,
      role: 'engineer',
      effectivePermissions: expect.arrayContaining(['api_keys:write', 'projects:write']),
      expiresAt: expect.stringMatching(/Z$/),
    })
  })

  test('tells an operator who acts for a member what the member may do', async () => {
    const { body } = await acme.as('member').get('/v1/me')
    expect(body).toMatchObject({ userId: 'member', role: 'member', expiresAt: null })
  })

  test('tells an operator key its name', async () => {
    expect(await me(mintmark.operatorKey)).toEqual({
      operatorKeyId: expect.stringMatching(/^key_[0-9A-Za-z]{22}$/),
      keyName: 'test',
      scope: 'installation',
    })
    expect((await acme.operator.get('/v1/me')).body.scope).toBe('installation')
  })

  test('is refused to an operator key that can do nothing but verify', async () => {
    const { key } = (await mintmark.operator.post('/v1/operator-keys', { name: 'edge', only: 'verify' })).body
    expect(refusal(await mintmark.client(key).get('/v1/me'))).toEqual([
      403,
      'forbidden',
      'This operator key can do nothing but verify.',
    ])
  })

  test('needs a credential', async () => {
    expect(reason(await mintmark.client(null).get('/v1/me'))).toEqual([401, 'missing_key'])
  })
})
