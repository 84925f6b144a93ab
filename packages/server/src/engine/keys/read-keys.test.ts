import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, reason, type Answer, type Client } from '../../testing/http-client.ts'
import {
  describeOnBothStorages,
  openingInProcess,
  usingTime,
  type InProcess,
  type TestOrganization,
} from '../../testing/in-process.ts'

const names = ({ body }: Answer): string[] => body.data.map(({ name }: { name: string }) => name)

describeOnBothStorages('GET /v1/api-keys', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization()
    admin = acme.as('admin')
    await acme.addProject('web')
    await acme.addProject('app')
    const revoked = await acme.mint({ name: 'revoked' })
    await admin.post(`${revoked.path}/revoke`)
    await acme.mint({ name: 'web', scope: 'project', projectId: 'web' }, 'engineer')
    await acme.mint({ name: 'test', environment: 'test', expiresAt: '2090-01-01T00:00:00Z' })
    await acme.mintOwned('member', { name: 'ours' })
    await acme.mint({ name: 'plain', expiresAt: '2091-01-01T00:00:00Z' })
  })

  const list = (query = '', client = admin) => client.get(`/v1/api-keys${query}`)

  test('lists newest first, every key as its resource without a plaintext', async () => {
    const answer = await list()
    expect(names(answer)).toEqual(['plain', 'ours', 'test', 'web', 'revoked'])
    expect(answer.body.nextCursor).toBeNull()
    for (const key of answer.body.data) {
      expect(key).not.toHaveProperty('key')
      expect((await admin.get(`/v1/api-keys/${key.id}`)).body).toEqual(key)
    }
  })

  test.each([
    ['status=all', ['plain', 'ours', 'test', 'web', 'revoked']],
    ['status=active', ['plain', 'ours', 'test', 'web']],
    ['status=revoked', ['revoked']],
    ['status=expired', []],
    ['environment=test', ['test']],
    ['environment=live', ['plain', 'ours', 'web', 'revoked']],
    ['projectId=web', ['web']],
    ['projectId=app', []],
    ['projectId=absent', []],
    ['owner=engineer', ['web']],
    ['owner=admin', ['plain', 'test', 'revoked']],
    ['owner=absent', []],
    ['owner=organization', ['ours']],
    ['expiresBefore=2090-01-01T00:00:00Z', []],
    ['expiresBefore=2090-01-01T00:00:00.001Z', ['test']],
    ['expiresBefore=2092-01-01T02:00:00%2B02:00', ['plain', 'test']],
    ['neverExpires=true', ['ours', 'web', 'revoked']],
    ['neverExpires=false', ['plain', 'test']],
    ['neverUsed=true', ['plain', 'ours', 'test', 'web', 'revoked']],
    ['neverUsed=false', []],
    ['unusedSince=2099-01-01T00:00:00Z', ['plain', 'ours', 'test', 'web', 'revoked']],
    ['unusedSince=2020-01-01T00:00:00Z', []],
    ['status=active&owner=admin&environment=live', ['plain']],
    ['q=', ['plain', 'ours', 'test', 'web', 'revoked']],
  ])('?%s', async (query, expected) => {
    expect(names(await list(`?${query}`))).toEqual(expected)
  })

  test.each([
    'status=dead',
    'status=',
    'status=active&status=revoked',
    'environment=prod',
    'unusedSince=yesterday',
    'neverUsed=perhaps',
    'neverExpires=',
    'expiresBefore=2090-02-30T00:00:00Z',
    'owner=a%20b',
    'projectId=a%20b',
    `q=${'x'.repeat(101)}`,
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'cursor=x',
    'cursor=',
    'sort=name',
    'Status=active',
  ])('refuses ?%s, and says where', async (query) => {
    const answer = await list(`?${query}`)
    expect(reason(answer)).toEqual([400, 'invalid_request'])
    expect(answer.body.errors[0].path).toBe(query.split('=', 1)[0])
  })

  describe('?q=', () => {
    const named = ['100% sure', 'snake_case', 'back\\slash', 'Ärger', "O'Brien; --", 'Production deploy']

    beforeAll(async () => {
      for (const name of named) await acme.mint({ name })
    })

    const find = async (q: string) => names(await list(`?q=${encodeURIComponent(q)}`))

    test.each([
      ['Production deploy', ['Production deploy']],
      ['ion dep', ['Production deploy']],
      ['PRODUCTION', ['Production deploy']],
      ['%', ['100% sure']],
      ['_', ['snake_case']],
      ['\\', ['back\\slash']],
      ['0%', ['100% sure']],
      ['e_c', ['snake_case']],
      ['%%', []],
      ['p_oduction', []],
      ['Ärger', ['Ärger']],
      ['ÄrG', ['Ärger']],
      ['ÄRGER', ['Ärger']],
      ["O'B", ["O'Brien; --"]],
      ["' OR 1=1 --", []],
      ['nothing of the kind', []],
    ])('%s finds, in any case, what has it in its name: %o', async (q, expected) => {
      expect(await find(q)).toEqual(expected)
    })

    test('finds a key by the beginning of what is shown of any of its secrets, to the letter', async () => {
      const { prefix, path } = await acme.mint({ name: 'by prefix' })
      const other = (await admin.post(`${path}/rotate`, {})).body.prefix
      expect(await find(prefix)).toEqual(['by prefix'])
      expect(await find(prefix.slice(0, 14))).toContain('by prefix')
      expect(await find(other)).toEqual(['by prefix'])
      expect(await find(prefix.slice(8))).toEqual([])
      expect(await find(`${prefix}0`)).toEqual([])
    })

    test('finds nothing by the plaintext: what is not shown is not stored', async () => {
      const { key } = await acme.mint({ name: 'secret' })
      expect(await find(key)).toEqual([])
      expect(await find(key.slice(16))).toEqual([])
    })

    test('a NUL is in no name', async () => {
      expect(reason(await list('?q=%00'))).toEqual([400, 'invalid_request'])
      expect(reason(await admin.get('/v1/search?q=a%00'))).toEqual([400, 'invalid_request'])
    })
  })

  describe('in pages', () => {
    let globex: TestOrganization
    let client: Client
    const minted = ['k7', 'k6', 'k5', 'k4', 'k3', 'k2', 'k1']

    beforeAll(async () => {
      globex = await mintmark.organization()
      client = globex.as('admin')
      for (const name of minted.toReversed()) await globex.mint({ name })
    })

    const page = async (query: string) => expectStatus(200, await client.get(`/v1/api-keys?${query}`))

    test.each([1, 2, 3, 6, 7, 8, 100])('of %i: everything once, in order, and the last page says so', async (limit) => {
      const found: string[] = []
      let cursor: string | null = null
      do {
        const from: string = cursor === null ? '' : `&cursor=${cursor}`
        const body = await page(`limit=${limit}${from}`)
        expect(body.data.length).toBeLessThanOrEqual(limit)
        found.push(...names({ body } as Answer))
        cursor = body.nextCursor
      } while (cursor !== null)
      expect(found).toEqual(minted)
    })

    test('what is minted meanwhile moves nothing; what is deleted meanwhile is missed alone', async () => {
      const first = await page('limit=3')
      const later = await globex.mint({ name: 'later' })
      const shown = first.data.at(-1).id
      const second = await page(`limit=3&cursor=${first.nextCursor}`)
      expect(names({ body: second } as Answer)).toEqual(['k4', 'k3', 'k2'])
      await client.delete(later.path)
      expect((await client.get(`/v1/api-keys/${shown}`)).status).toBe(200)
      expect(await page(`limit=3&cursor=${first.nextCursor}`)).toEqual(second)
    })

    test('a cursor is good for its own list alone: same organization, same filter, same sight', async () => {
      const { nextCursor } = await page('limit=1')
      for (const answer of [
        await client.get(`/v1/api-keys?limit=1&status=active&cursor=${nextCursor}`),
        await client.get(`/v1/api-keys?q=k&cursor=${nextCursor}`),
        await list(`?cursor=${nextCursor}`),
        await globex.as('member').get(`/v1/api-keys?cursor=${nextCursor}`),
        await client.get(`/v1/projects?cursor=${nextCursor}`),
        await client.get(`/v1/api-keys?cursor=${nextCursor.slice(0, -1)}`),
        await client.get(`/v1/api-keys?cursor=${nextCursor}A`),
        await client.get(`/v1/api-keys?cursor=${nextCursor.toLowerCase()}`),
      ]) {
        expect(reason(answer)).toEqual([400, 'invalid_request'])
        expect(answer.body.errors[0].path).toBe('cursor')
      }
    })

    test('the size of a page may change on the way', async () => {
      const { nextCursor } = await page('limit=1')
      expect(names({ body: await page(`limit=2&cursor=${nextCursor}`) } as Answer)).toEqual(['k6', 'k5'])
    })
  })

  describe('who sees what', () => {
    test('a member without api_keys:read sees exactly the keys that he owns', async () => {
      const globex = await mintmark.organization()
      const member = globex.as('member')
      const [mine, other] = [await globex.mint({ name: 'mine' }), await globex.mint({ name: 'other' })]
      await globex.mintOwned('member', { name: 'ours' })
      await globex.as('admin').post(`${mine.path}/transfer`, { userId: 'member' })
      expect(names(await member.get('/v1/api-keys'))).toEqual(['mine'])
      expect(names(await member.get('/v1/api-keys?owner=member'))).toEqual(['mine'])
      expect(names(await member.get('/v1/api-keys?owner=admin'))).toEqual([])
      expect(names(await member.get('/v1/api-keys?owner=organization'))).toEqual([])
      expect(names(await member.get('/v1/api-keys?q=other'))).toEqual([])
      expect((await member.get(mine.path)).status).toBe(200)
      expect(reason(await member.get(other.path))).toEqual([404, 'not_found'])
    })

    test('whoever has api_keys:read sees all of his organization, and nothing of another', async () => {
      const globex = await mintmark.organization()
      const { path } = await globex.mint({ name: 'theirs' })
      for (const role of ['admin', 'manager', 'engineer']) {
        expect(names(await acme.as(role).get('/v1/api-keys?limit=100'))).not.toContain('theirs')
        expect(names(await globex.as(role).get('/v1/api-keys'))).toEqual(['theirs'])
        expect((await acme.as(role).get(path)).status).toBe(404)
      }
      expect((await acme.operator.get(path)).status).toBe(404)
      expect((await globex.operator.get(path)).status).toBe(200)
    })

    test('a key sees only itself', async () => {
      const globex = await mintmark.organization()
      const [one, other] = [await globex.mint({ name: 'one' }), await globex.mint({ name: 'other' })]
      const client = mintmark.client(one.key)
      expect(names(await client.get('/v1/api-keys'))).toEqual(['one'])
      expect(names(await client.get('/v1/api-keys?q=other'))).toEqual([])
      expect((await client.get(one.path)).body.name).toBe('one')
      expect(reason(await client.get(other.path))).toEqual([404, 'not_found'])
    })

    test('also one that is granted nothing', async () => {
      const { key, path } = await acme.mint({ name: 'nothing', permissions: [] })
      expect(names(await mintmark.client(key).get('/v1/api-keys'))).toEqual(['nothing'])
      expect((await mintmark.client(key).get(path)).status).toBe(200)
    })

    test('what was never there and what is not seen are the same, but for the request id', async () => {
      const globex = await mintmark.organization()
      const foreign = await globex.mint()
      const answers = await Promise.all(
        [foreign.path, '/v1/api-keys/key_0000000000000000000000', '/v1/api-keys/KEY', '/v1/api-keys/%00'].map((path) =>
          acme.as('admin').get(path),
        ),
      )
      const shown = answers.map(({ status, body, headers }) => {
        const plain = [...headers].filter(([name]) => !['x-request-id', 'date', 'content-length'].includes(name))
        return [status, { ...body, requestId: '' }, plain]
      })
      for (const one of shown) expect(one).toEqual(shown[0])
      expect(shown[0]?.[0]).toBe(404)
    })
  })

  test('a key that was used is told of so, with its address, within the flush', async () => {
    const { key, path } = await acme.mint({ name: 'used' })
    await mintmark.operator.post('/v1/verify', { key, clientIp: '192.0.2.7' })
    await mintmark.mintmark.engine.usage.flush()
    const { lastUsedAt, lastUsedIp, secrets } = (await admin.get(path)).body
    expect(lastUsedIp).toBe('192.0.2.7')
    expect(secrets[0].lastUsedAt).toBe(lastUsedAt)
    expect(names(await list(`?q=used&unusedSince=${lastUsedAt}`))).toEqual([])
    const after = new Date(Date.parse(lastUsedAt) + 1).toISOString()
    expect(names(await list(`?q=used&unusedSince=${after}`))).toEqual(['used'])
  })
})

describe('expiry in lists', () => {
  const open = openingInProcess()
  const pass = usingTime()

  test('a key is active until its end, and expired at that very instant, in the list as in the resource', async () => {
    pass(0)
    const acme = await (await open()).organization()
    const { path } = await acme.mint({ expiresAt: new Date(Date.now() + 1000).toISOString() })
    const count = async (status: string) =>
      (await acme.as('admin').get(`/v1/api-keys?status=${status}`)).body.data.length
    pass(999)
    expect([await count('active'), await count('expired')]).toEqual([1, 0])
    pass(1)
    expect([await count('active'), await count('expired')]).toEqual([0, 1])
    expect((await acme.as('admin').get(path)).body.status).toBe('expired')
    await acme.as('admin').post(`${path}/revoke`)
    expect([await count('expired'), await count('revoked')]).toEqual([0, 1])
  })
})
