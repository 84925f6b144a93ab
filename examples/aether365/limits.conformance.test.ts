import { promise, runningExample, withinAMinute, type Answer } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

describe('Aether365: limits', () => {
  const aether = runningExample('aether365')
  const create = async () => {
    const key = aether().person('admin').sessionToken
    return (await aether().call('POST', '/tenants/me/api-keys', { key, body: { name: 'ci' } })).body.data
  }

  promise('AE-5', '120 a minute for each key, on whatever endpoint; the next is told when to come again', async () => {
    const calls = [
      ['GET', '/tenants/me/scans'],
      ['GET', '/tenants/me/api-keys'],
      ['DELETE', '/tenants/me/api-keys/key_unknown'],
      ['GET', '/tenants/me/billing'],
      ['GET', '/nowhere'],
    ] as const
    const answers = await withinAMinute(async () => {
      const { key } = await create()
      const seen: Answer[] = []
      while (seen.length < 120 + calls.length) {
        const [method, path] = calls[seen.length % calls.length] ?? calls[0]
        seen.push(await aether().call(method, path, { key }))
      }
      return seen
    })
    const [admitted, refused] = [answers.slice(0, 120), answers.slice(120)]
    admitted.forEach(({ status, headers }, turn) => {
      const told = ['x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => headers.get(name))
      expect([status === 429, ...told]).toEqual([false, '120', `${119 - turn}`])
    })
    for (const { status, body, headers } of refused) {
      expect([status, body.success, body.error.reason]).toEqual([429, false, 'rate_limit'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
    }
    expect((await aether().call('GET', '/tenants/me/scans', { key: (await create()).key })).status).toBe(200)
  })

  promise('AE-5', 'keys do not expire', async () => {
    const { id } = await create()
    const { body } = await aether().operate('GET', `/v1/api-keys/${id}`, undefined, aether().first.id)
    expect(body.data.expiresAt).toBeNull()
    const key = aether().person('admin').sessionToken
    const wanted = { name: 'x', expiresAt: new Date(Date.now() + 60_000).toISOString() }
    const created = (await aether().call('POST', '/tenants/me/api-keys', { key, body: wanted })).body.data
    const made = await aether().operate('GET', `/v1/api-keys/${created.id}`, undefined, aether().first.id)
    expect(made.body.data.expiresAt).toBeNull()
  })

  promise(
    'AE-5',
    'keys are rotated by creating a new one and deleting the old one: at no time is neither good',
    async () => {
      const old = await create()
      const fresh = await create()
      const ask = async (key: string) => (await aether().call('GET', '/tenants/me/scans', { key })).status
      expect([await ask(old.key), await ask(fresh.key)]).toEqual([200, 200])
      await aether().call('DELETE', `/tenants/me/api-keys/${old.id}`, { key: fresh.key })
      expect([await ask(old.key), await ask(fresh.key)]).toEqual([401, 200])
    },
  )
})
