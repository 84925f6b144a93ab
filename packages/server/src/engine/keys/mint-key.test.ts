import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Client } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../../testing/in-process.ts'

describeOnBothStorages('POST /v1/api-keys', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
    await acme.addProject('web')
  })

  const mint = (client: Client, body: object) => client.post('/v1/api-keys', body)

  test('a name is enough: an organization-scoped live key of the caller, that inherits all his rights', async () => {
    const answer = await mint(admin, { name: 'ci' })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    const { id, prefix, key, createdAt, secrets } = answer.body
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^key_[0-9A-Za-z]{22}$/),
      name: 'ci',
      prefix: key.slice(0, 16),
      environment: 'live',
      scope: 'organization',
      projectId: null,
      permissions: null,
      status: 'active',
      owner: { type: 'member', userId: 'admin' },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdByUserId: 'admin',
      expiresAt: null,
      revokedAt: null,
      revokedBy: null,
      revokedReason: null,
      lastUsedAt: null,
      lastUsedIp: null,
      lastUsedAgent: null,
      rateLimit: null,
      ipAllowlist: null,
      metadata: {},
      secrets: [
        {
          id: expect.stringMatching(/^sec_[0-9A-Za-z]{22}$/),
          prefix,
          createdAt,
          expiresAt: null,
          lastUsedAt: null,
          lastUsedIp: null,
          lastUsedAgent: null,
        },
      ],
      key: expect.stringMatching(/^mk_live_[0-9A-Za-z]{38}$/),
    })
    expect(secrets).toHaveLength(1)
    const { key: _, ...resource } = answer.body
    expect((await admin.get(`/v1/api-keys/${id}`)).body).toEqual(resource)
  })

  test('the plaintext is in that answer and in no other', async () => {
    const { id, key } = expectStatus(201, await mint(admin, { name: 'once' }))
    for (const path of [`/v1/api-keys/${id}`, '/v1/api-keys', '/v1/api-keys?q=once']) {
      expect((await admin.get(path)).text).not.toContain(key.slice(16))
    }
    expect(mintmark.logLines.join('')).not.toContain(key.slice(8))
  })

  test('takes every field', async () => {
    const body = {
      owner: 'organization',
      role: 'engineer',
    }
    const fields = {
      name: 'everything',
      scope: 'project',
      projectId: 'web',
      environment: 'test',
      permissions: ['projects:read', 'api_keys:*'],
      expiresAt: '2099-06-01T12:00:00.5+02:00',
      rateLimit: { limit: 100_000, windowSeconds: 86_400 },
      ipAllowlist: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'],
      metadata: { team: 'ops', note: 'two\nlines' },
    }
    const minted = expectStatus(201, await mint(acme.operator, { ...body, ...fields }))
    expect(minted).toMatchObject({
      ...fields,
      expiresAt: '2099-06-01T10:00:00.500Z',
      owner: { type: 'organization', role: 'engineer' },
      createdByUserId: null,
    })
    expect(minted.key).toMatch(/^mk_test_/)
  })

  test('null says the same as nothing where a field may be null', async () => {
    const minted = expectStatus(
      201,
      await mint(acme.operator, {
        name: 'nulls',
        owner: 'organization',
        role: 'member',
        permissions: null,
        expiresAt: null,
        rateLimit: null,
        ipAllowlist: null,
      }),
    )
    expect(minted).toMatchObject({ permissions: null, expiresAt: null, rateLimit: null, ipAllowlist: null })
  })

  test.each([
    ['organization', 'admin', 201],
    ['organization', 'engineer', 403],
    ['organization', 'manager', 403],
    ['organization', 'member', 403],
    ['project', 'admin', 201],
    ['project', 'engineer', 201],
    ['project', 'manager', 403],
    ['project', 'member', 403],
  ])('%s scope by %s: %i', async (scope, role, status) => {
    const body = { name: 'x', scope, ...(scope === 'project' && { projectId: 'web' }) }
    expect((await mint(acme.as(role), body)).status).toBe(status)
  })

  test('whose role may write keys but not mint them so is told that', async () => {
    expect(refusal(await mint(acme.as('engineer'), { name: 'x' }))).toEqual([
      403,
      'forbidden',
      'The role engineer cannot mint organization keys.',
    ])
    expect(refusal(await mint(acme.as('manager'), { name: 'x' }))).toEqual([
      403,
      'forbidden',
      'Missing api_keys:write permission.',
    ])
  })

  test('a project that is absent, another organization’s or no id at all: one and the same 404', async () => {
    const globex = await mintmark.organization({ roles: [] })
    await globex.addProject('foreign')
    const answers = await Promise.all(
      ['absent', 'foreign', 'a b', '__proto__'].map((projectId) =>
        mint(admin, { name: 'x', scope: 'project', projectId }),
      ),
    )
    for (const { status, body } of answers) {
      expect([status, { ...body, requestId: '' }]).toEqual([404, { ...answers[0]?.body, requestId: '' }])
    }
  })

  test.each<[string, object, string]>([
    ['no name', {}, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a name of spaces', { name: '   ' }, 'name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
    ['a name that is no text', { name: 7 }, 'name'],
    ['a control character', { name: 'a\u0007b' }, 'name'],
    ['a NUL', { name: 'a\u0000b' }, 'name'],
    ['a C1 control character', { name: 'a\u0085b' }, 'name'],
    ['half of a surrogate pair', { name: 'a\ud800b' }, 'name'],
    ['an unknown field', { name: 'x', admin: true }, 'admin'],
    ['a field of the resource that cannot be set', { name: 'x', createdByUserId: 'admin' }, 'createdByUserId'],
    ['a status', { name: 'x', status: 'active' }, 'status'],
    ['an organization', { name: 'x', organizationId: 'globex' }, 'organizationId'],
    ['an unknown scope', { name: 'x', scope: 'installation' }, 'scope'],
    ['project scope without a project', { name: 'x', scope: 'project' }, 'projectId'],
    ['a project with organization scope', { name: 'x', projectId: 'web' }, 'projectId'],
    ['an unknown environment', { name: 'x', environment: 'Live' }, 'environment'],
    ['an unknown permission', { name: 'x', permissions: ['projects:fly'] }, 'permissions[0]'],
    ['a permission in another case', { name: 'x', permissions: ['projects:read', 'Projects:Write'] }, 'permissions[1]'],
    ['an empty permission', { name: 'x', permissions: [''] }, 'permissions[0]'],
    ['a wildcard for nothing', { name: 'x', permissions: ['nothing:*'] }, 'permissions[0]'],
    ['a permission twice', { name: 'x', permissions: ['usage:read', 'usage:read'] }, 'permissions[1]'],
    ['101 permissions', { name: 'x', permissions: Array.from({ length: 101 }, () => 'usage:read') }, 'permissions'],
    ['permissions as one text', { name: 'x', permissions: 'usage:read' }, 'permissions'],
    ['no time', { name: 'x', expiresAt: 'tomorrow' }, 'expiresAt'],
    ['a day that does not exist', { name: 'x', expiresAt: '2099-02-30T00:00:00Z' }, 'expiresAt'],
    ['a time in seconds', { name: 'x', expiresAt: 4_102_444_800 }, 'expiresAt'],
    ['a time that has passed', { name: 'x', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an unknown owner', { name: 'x', owner: 'globex' }, 'owner'],
    ['a member’s key with a role', { name: 'x', role: 'member' }, 'role'],
    ['an organization’s key without a role', { name: 'x', owner: 'organization' }, 'role'],
    ['a role that the contract does not have', { name: 'x', owner: 'organization', role: 'root' }, 'role'],
    ['a role that every object has', { name: 'x', owner: 'organization', role: 'constructor' }, 'role'],
    ['an empty allow-list', { name: 'x', ipAllowlist: [] }, 'ipAllowlist'],
    ['101 networks', { name: 'x', ipAllowlist: Array.from({ length: 101 }, () => '192.0.2.1') }, 'ipAllowlist'],
    ['a network that is none', { name: 'x', ipAllowlist: ['192.0.2.0/24', '192.0.2.0/33'] }, 'ipAllowlist[1]'],
    ['an octal address', { name: 'x', ipAllowlist: ['0300.0.2.1'] }, 'ipAllowlist[0]'],
    ['metadata that is no text', { name: 'x', metadata: { a: 1 } }, 'metadata.a'],
    ['an empty name in metadata', { name: 'x', metadata: { '': 'a' } }, 'metadata'],
    ['a name of 41 characters in metadata', { name: 'x', metadata: { ['k'.repeat(41)]: 'a' } }, 'metadata'],
    ['a NUL in metadata', { name: 'x', metadata: { a: '\u0000' } }, 'metadata.a'],
    ['half of a surrogate pair in metadata', { name: 'x', metadata: { a: '\udc00' } }, 'metadata.a'],
    ['501 characters in metadata', { name: 'x', metadata: { a: 'v'.repeat(501) } }, 'metadata.a'],
    ['51 entries of metadata', { name: 'x', metadata: entries(51) }, 'metadata'],
  ])('refuses %s, and says where', async (_, body, path) => {
    const answer = await mint(admin, body)
    expect([...reason(answer), answer.body.errors?.[0]?.path]).toEqual([400, 'invalid_request', path])
    expect(answer.body.errors[0].message).toBeTruthy()
  })

  test('takes names and metadata up to their bounds, of any script', async () => {
    const metadata = { ...entries(49), ['k'.repeat(40)]: '𝄞'.repeat(500) }
    for (const name of [
      'x',
      'x'.repeat(100),
      '𝄞'.repeat(100),
      "Zoë's ключ 🔑",
      'constructor',
      '../../etc',
      '{{7*7}}',
    ]) {
      const minted = expectStatus(201, await mint(admin, { name, metadata }))
      expect((await admin.get(`/v1/api-keys/${minted.id}`)).body).toMatchObject({ name, metadata })
    }
    expect(reason(await mint(admin, { name: '𝄞'.repeat(101) }))).toEqual([400, 'invalid_request'])
  })

  test('metadata may have names that every object has, but for __proto__', async () => {
    const metadata = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' }
    const minted = expectStatus(201, await mint(admin, { name: 'x', metadata }))
    expect((await admin.get(`/v1/api-keys/${minted.id}`)).body.metadata).toEqual(metadata)
    expect(reason(await admin.post('/v1/api-keys', '{"name":"x","metadata":{"__proto__":"a"}}'))).toEqual([
      400,
      'invalid_request',
    ])
  })

  test('an operator who acts for nobody must say owner organization and a role', async () => {
    expect(refusal(await mint(acme.operator, { name: 'x' }))).toEqual([
      400,
      'invalid_request',
      'Say owner organization and a role, or act for a member by Mintmark-User.',
    ])
    expect(refusal(await mint(acme.operator, { name: 'x', owner: 'member' }))[0]).toBe(400)
    expect(reason(await mint(acme.operator, { name: 'x', owner: 'organization' }))).toEqual([400, 'invalid_request'])
    expect((await mint(acme.operator, { name: 'x', owner: 'organization', role: 'admin' })).status).toBe(201)
  })

  test('only the operator sets a limit of the key’s own, also to nothing', async () => {
    for (const rateLimit of [{ limit: 1, windowSeconds: 1 }, null]) {
      expect(refusal(await mint(admin, { name: 'x', rateLimit }))).toEqual([
        403,
        'forbidden',
        'Only the operator sets the rateLimit of a key.',
      ])
    }
  })

  test.each([
    { limit: 0, windowSeconds: 60 },
    { limit: 100_001, windowSeconds: 60 },
    { limit: 1.5, windowSeconds: 60 },
    { limit: 1, windowSeconds: 0 },
    { limit: 1, windowSeconds: 86_401 },
    { limit: 1 },
    { limit: '1', windowSeconds: 60 },
  ])('refuses the limit %o', async (rateLimit) => {
    const answer = await mint(acme.operator, { name: 'x', owner: 'organization', role: 'member', rateLimit })
    expect(reason(answer)).toEqual([400, 'invalid_request'])
    expect(answer.body.errors[0].path).toMatch(/^rateLimit/)
  })

  test('a key mints nothing under the built-in contract', async () => {
    const { key } = await acme.mint()
    expect(refusal(await mint(mintmark.client(key), { name: 'x' }))).toEqual([
      403,
      'forbidden',
      'Keys cannot be used for api_keys:write.',
    ])
  })
})

describe('contracts that mint otherwise', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('without a test prefix there are no test keys', async () => {
    const mintmark = await open({ contract: { name: 'A', keys: { prefixes: { live: 'acme_' } } } })
    const acme = await mintmark.organization()
    expect((await acme.mint()).key).toMatch(/^acme_[0-9A-Za-z]{38}$/)
    const answer = await acme.as('admin').post('/v1/api-keys', { name: 'x', environment: 'test' })
    expect(reason(answer)).toEqual([400, 'invalid_request'])
  })

  test('the longest permission that a contract may have can be given, changed, listed and demanded', async () => {
    const [longest = '', ...rest] = ['a', 'b'].map((letter) => Array(3).fill(letter.repeat(64)).join(':'))
    const mintmark = await open({ contract: { name: 'A', permissions: [longest, ...rest] } })
    const acme = await mintmark.organization()
    const { key, path } = await acme.mint({ permissions: [longest] })
    expect((await acme.as('admin').patch(path, { permissions: [longest, ...rest] })).status).toBe(200)
    expect((await acme.as('admin').get(path)).body.permissions).toEqual([longest, ...rest])
    expect((await mintmark.operator.post('/v1/verify', { key, permission: longest })).body.valid).toBe(true)
    const forwarded = await mintmark.client(key).get(`/v1/forward-auth?permission=${longest},${rest.join(',')}`)
    expect(forwarded.status).toBe(200)
  })

  test('what the contract says of length, checksum and shown characters holds', async () => {
    const keys = { prefixes: { live: 'a_', test: 'b_' }, length: 50, checksum: 0, shown: 4 }
    const mintmark = await open({ contract: { name: 'A', keys } })
    const { key, prefix } = await (await mintmark.organization()).mint({ environment: 'test' })
    expect(key).toMatch(/^b_[0-9A-Za-z]{50}$/)
    expect(prefix).toBe(key.slice(0, 6))
  })

  test('where keys live at most so many days, one without an end is refused, and one with a later end', async () => {
    pass(0)
    const mintmark = await open({ contract: { name: 'A', minting: { maxLifetimeDays: 30 } } })
    const acme = await mintmark.organization()
    const after = (durationMs: number) => new Date(Date.now() + durationMs).toISOString()
    const days = 86_400_000
    const mint = async (expiresAt?: string | null) =>
      (await acme.as('admin').post('/v1/api-keys', { name: 'x', ...(expiresAt !== undefined && { expiresAt }) })).status
    expect(await mint()).toBe(400)
    expect(await mint(null)).toBe(400)
    expect(await mint(after(30 * days + 1))).toBe(400)
    expect(await mint(after(30 * days))).toBe(201)
  })

  test('an expiry in the past, now, and one millisecond ahead', async () => {
    pass(0)
    const acme = await (await open()).organization()
    for (const [aheadMs, status] of [
      [-1, 400],
      [0, 400],
      [1, 201],
    ] as const) {
      const expiresAt = new Date(Date.now() + aheadMs).toISOString()
      expect((await acme.as('admin').post('/v1/api-keys', { name: 'x', expiresAt })).status).toBe(status)
    }
  })
})

function entries(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, 'value']))
}
