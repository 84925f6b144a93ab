import { promise, runningExample, underLoad, type Answer } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

describe('Alternate Futures: API keys', () => {
  const futures = runningExample('alternate-futures')
  const path = '/v1/api-keys'
  const session = (role = 'admin'): string => futures().person(role).sessionToken
  const asAdmin = (method: string, at: string, body?: object) =>
    futures().call(method, at, { key: session(), ...(body !== undefined && { body }) })
  const create = async (body: object = {}) =>
    (await asAdmin('POST', path, { name: 'ci', permissions: ['sites:read'], ...body })).body
  const sites = (key: string): Promise<Answer> => futures().call('GET', '/v1/sites', { key })

  promise('AF-1', 'a key is created with a name and permissions, and shown this once', async () => {
    const wanted = { name: 'Production CLI', permissions: ['sites:read', 'storage:write'] }
    const { status, body, headers } = await asAdmin('POST', path, wanted)
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...wanted, status: 'active', expiresAt: null, lastUsedAt: null })
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await sites(body.key)).status).toBe(200)
    const elsewhere = [
      (await asAdmin('GET', path)).text,
      (await asAdmin('GET', `${path}/${body.id}`)).text,
      (await asAdmin('POST', '/graphql', { query: '{ apiKeys { data { id name prefix } } }' })).text,
      futures().log.toString(),
    ]
    for (const text of elsewhere) expect(text).not.toContain(body.key)
    expect(elsewhere[0]).toContain(body.prefix)
  })

  promise('AF-1', 'with an expiration it is good until then', async () => {
    const expiresAtMs = Date.now() + 4_000
    const { key, expiresAt } = await create({ expiresAt: new Date(expiresAtMs).toISOString() })
    expect(expiresAt).toBe(new Date(expiresAtMs).toISOString())
    expect((await sites(key)).status).toBe(200)
    await expect.poll(async () => (await sites(key)).status, { timeout: 20_000, interval: 500 }).toBe(401)
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs)
    const past = await asAdmin('POST', path, { name: 'x', expiresAt: '2020-01-01T00:00:00Z' })
    expect(past.status).toBe(400)
  })

  promise('AF-1', 'a name is required, and permissions that there are', async () => {
    for (const body of [
      {},
      { name: '' },
      { name: 'x', permissions: ['sites:fly'] },
      { name: 'x', permissions: 'all' },
    ]) {
      const { status, body: refused } = await asAdmin('POST', path, body)
      expect([status, Object.keys(refused)]).toEqual([400, ['error']])
    }
  })

  promise('AF-6', 'the list tells name, permissions, created, last used, expires and status', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
    const { id, key } = await create({ name: 'listed', expiresAt })
    const listed = async () => {
      const { data } = (await asAdmin('GET', path)).body
      return data.find((one: { id: string }) => one.id === id)
    }
    const fresh = await listed()
    expect(fresh).toMatchObject({ name: 'listed', permissions: ['sites:read'], expiresAt, status: 'active' })
    expect([fresh.createdAt, fresh.lastUsedAt]).toEqual([expect.stringMatching(iso), null])
    await sites(key)
    await expect.poll(async () => (await listed()).lastUsedAt, { timeout: 20_000 }).toMatch(iso)
    await asAdmin('POST', `${path}/${id}/revoke`)
    expect((await listed()).status).toBe('revoked')
  })

  promise('AF-6', 'everybody sees his own keys, and nobody those of another organization', async () => {
    const { id } = (await futures().call('POST', path, { key: session('developer'), body: { name: 'dev' } })).body
    expect((await futures().call('GET', path, { key: session('developer') })).text).toContain(id)
    const stranger = futures().person('admin', futures().second).sessionToken
    expect((await futures().call('GET', path, { key: stranger })).text).not.toContain(id)
    const hidden = await futures().call('GET', `${path}/${id}`, { key: stranger })
    const absent = await futures().call('GET', `${path}/key_absent`, { key: stranger })
    expect([hidden.status, hidden.text]).toEqual([404, absent.text])
  })

  promise(
    'AF-7',
    'revoked is disabled at once: nothing that is asked after the answer is let in, under load',
    async () => {
      const { id, key } = await create()
      const rateLimit = { limit: 100_000, windowSeconds: 60 }
      await futures().operate('PATCH', `${path}/${id}`, { rateLimit }, futures().first.id)
      const ask = async (): Promise<string> => {
        const { status, text } = await sites(key)
        return status === 200 ? 'let in' : text
      }
      const { done, before, after } = await underLoad(ask, () => asAdmin('POST', `${path}/${id}/revoke`))
      expect([done.status, done.body.status]).toEqual([200, 'revoked'])
      expect(before).toContain('let in')
      expect(new Set(after)).toEqual(new Set(['{"error":"This key has been revoked."}']))
    },
  )

  promise('AF-7', 'revoked is never reactivated', async () => {
    const { id, key } = await create()
    await asAdmin('POST', `${path}/${id}/revoke`)
    const tries = [
      ['PATCH', `${path}/${id}`, { status: 'active' }, 400],
      ['PATCH', `${path}/${id}`, { name: 'again' }, 409],
      ['PATCH', `${path}/${id}`, { expiresAt: new Date(Date.now() + 86_400_000).toISOString() }, 409],
      ['POST', `${path}/${id}/rotate`, {}, 409],
      ['POST', `${path}/${id}/transfer`, { userId: futures().person('developer').id }, 409],
      ['POST', `${path}/${id}/activate`, {}, 404],
      ['POST', `${path}/${id}/revoke`, {}, 200],
    ] as const
    for (const [method, at, body, status] of tries) {
      expect([method, at, (await asAdmin(method, at, body)).status]).toEqual([method, at, status])
      expect((await sites(key)).status).toBe(401)
    }
    expect((await asAdmin('GET', `${path}/${id}`)).body.status).toBe('revoked')
  })

  promise('AF-9', 'af_live_ or af_test_, and 32 of Base62: 40 characters', async () => {
    for (const environment of ['live', 'test']) {
      const { key } = await create({ environment })
      expect(key).toMatch(new RegExp(`^af_${environment}_[0-9A-Za-z]{32}$`))
      expect(key).toHaveLength(40)
    }
    expect((await create()).key).toMatch(/^af_live_/)
  })

  promise('AF-9', 'what is made with a production key and with a development key never meets', async () => {
    const permissions = ['all']
    const keys = [await create({ permissions }), await create({ permissions, environment: 'test' })]
    for (const [own, other] of [keys, keys.toReversed()]) {
      const made = await futures().call('POST', '/v1/sites', { key: own.key, body: { name: 'mine' } })
      expect(made.status).toBe(201)
      expect((await sites(own.key)).text).toContain(made.body.id)
      expect((await sites(other.key)).text).not.toContain(made.body.id)
      const at = `/v1/sites/${made.body.id}`
      expect((await futures().call('GET', at, { key: other.key })).status).toBe(404)
      expect((await futures().call('DELETE', `${at}?environment=live`, { key: other.key })).status).toBe(404)
    }
  })
})
