import { promise, runningExample, underLoad, type CallOptions } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

type Listed = { readonly id: string; readonly lastUsedAt: string | null }

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/

describe('Aether365: API keys', () => {
  const aether = runningExample('aether365')
  const path = '/tenants/me/api-keys'
  const session = (role = 'admin'): string => aether().person(role).sessionToken
  const create = async (key: string, name: string) =>
    (await aether().call('POST', path, { key, body: { name } })).body.data
  const list = async (key: string): Promise<readonly Listed[]> => (await aether().call('GET', path, { key })).body.data
  const revoke = (key: string, id: string) => aether().call('DELETE', `${path}/${id}`, { key })

  promise('AE-1', 'the list is an envelope of id, name, prefix, createdAt and lastUsedAt', async () => {
    const { id, key } = await create(session(), 'CI pipeline')
    const { status, body } = await aether().call('GET', path, { key: session() })
    expect([status, Object.keys(body), body.success]).toEqual([200, ['success', 'data'], true])
    const listed = body.data.find((one: { id: string }) => one.id === id)
    expect(Object.keys(listed)).toEqual(['id', 'name', 'prefix', 'createdAt', 'lastUsedAt'])
    expect(listed).toMatchObject({ name: 'CI pipeline', prefix: key.slice(0, 12), lastUsedAt: null })
    expect(listed.createdAt).toMatch(iso)
  })

  promise('AE-1', 'the list tells when a key was last used', async () => {
    const { id, key } = await create(session(), 'used')
    expect((await aether().call('GET', '/tenants/me/scans', { key })).status).toBe(200)
    await expect
      .poll(async () => (await list(session())).find((one) => one.id === id)?.lastUsedAt, { timeout: 20_000 })
      .toMatch(iso)
  })

  promise(['AE-1', 'AE-3'], 'the list has active keys only', async () => {
    const { id } = await create(session(), 'short-lived')
    expect((await list(session())).map((one) => one.id)).toContain(id)
    await revoke(session(), id)
    expect((await list(session())).map((one) => one.id)).not.toContain(id)
  })

  promise('AE-1', 'the list is whole, however long', async () => {
    const ids: string[] = []
    while (ids.length < 110) ids.push((await create(session(), `one of many: ${ids.length}`)).id)
    const listed = new Set((await list(session())).map((one) => one.id))
    expect(ids.filter((id) => !listed.has(id))).toEqual([])
  })

  promise('AE-2', 'creating shows the key this once, with its prefix, and nothing used yet', async () => {
    const { status, body } = await aether().call('POST', path, { key: session(), body: { name: 'deploy' } })
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['success', 'data'])
    expect(body.success).toBe(true)
    expect(Object.keys(body.data)).toEqual(['id', 'name', 'key', 'prefix', 'createdAt', 'lastUsedAt'])
    expect(body.data).toMatchObject({ name: 'deploy', prefix: body.data.key.slice(0, 12), lastUsedAt: null })
    expect(body.data.key).toMatch(/^ae_live_[0-9A-Za-z]{38}$/)
    expect(body.data.createdAt).toMatch(iso)
    const listed = await aether().call('GET', path, { key: session() })
    expect(listed.text).not.toContain(body.data.key)
  })

  promise('AE-2', 'a name is required', async () => {
    for (const body of [{}, { name: '' }, { name: 5 }, [], { title: 'x' }]) {
      const answer = await aether().call('POST', path, { key: session(), body })
      expect([answer.status, answer.body.success, answer.body.error.reason]).toEqual([400, false, 'invalid_request'])
    }
  })

  promise('AE-2', 'the name is all that is read: nobody chooses another scope, owner or limit', async () => {
    const body = { name: 'wide', permissions: [], rateLimit: { limit: 100_000, windowSeconds: 60 }, role: 'admin' }
    const { key } = (await aether().call('POST', path, { key: session('member'), body })).body.data
    const answer = await aether().call('GET', '/tenants/me/scans', { key })
    expect([answer.status, answer.headers.get('x-ratelimit-limit')]).toEqual([200, '120'])
  })

  promise('AE-3', 'DELETE answers null, and the next request with the key 401', async () => {
    const { id, key } = await create(session(), 'revoked')
    expect((await aether().call('GET', '/tenants/me/scans', { key })).status).toBe(200)
    const { status, text } = await revoke(session(), id)
    expect([status, text]).toEqual([200, '{"success":true,"data":null}'])
    for (const asked of ['/tenants/me/scans', path]) {
      const gone = await aether().call('GET', asked, { key })
      expect([gone.status, gone.body.success, gone.body.error.reason]).toEqual([401, false, 'key_revoked'])
    }
  })

  promise('AE-3', 'no request that begins after the answer to DELETE is let in, under load', async () => {
    const { id, key } = await create(session(), 'under load')
    await aether().operate('PATCH', `/v1/api-keys/${id}`, { rateLimit: { limit: 100_000, windowSeconds: 60 } }, 'acme')
    const ask = async (): Promise<string> => {
      const { status, body } = await aether().call('GET', '/tenants/me/scans', { key })
      return `${status} ${body.error?.reason ?? 'ok'}`
    }
    const { done, before, after } = await underLoad(ask, () => revoke(session(), id))
    expect(done.status).toBe(200)
    expect(before).toContain('200 ok')
    expect(new Set(after)).toEqual(new Set(['401 key_revoked']))
  })

  promise('AE-3', 'what is not there is 404, the same as what is another tenant’s', async () => {
    const theirs = await aether().call('POST', path, {
      key: aether().person('admin', aether().second).sessionToken,
      body: { name: 'theirs' },
    })
    const texts = []
    for (const id of [theirs.body.data.id, `key_${'0'.repeat(32)}`]) {
      const { status, text } = await revoke(session(), id)
      expect(status).toBe(404)
      texts.push(text)
    }
    expect(new Set(texts).size).toBe(1)
  })

  promise('AE-2', 'a creation that is repeated with its Idempotency-Key is done once', async () => {
    const again: CallOptions = { key: session(), headers: { 'idempotency-key': 'once' }, body: { name: 'once' } }
    const [first, second] = [await aether().call('POST', path, again), await aether().call('POST', path, again)]
    expect(second.body.data).toEqual({ ...first.body.data, key: null })
  })
})
