import { promise, runningExample, withinAMinute, type Answer } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'

/** At once, so that all of them are in one minute however slow the machine. */
const atOnce = 20

describe('Alternate Futures: request limits', () => {
  const futures = runningExample('alternate-futures')
  const create = async (): Promise<string> => {
    const key = futures().person('admin').sessionToken
    return (await futures().call('POST', '/v1/api-keys', { key, body: { name: 'ci', permissions: ['all'] } })).body.key
  }
  /** How often each status was answered to so many requests. */
  const spend = async (key: string, count: number): Promise<Readonly<Record<number, number>>> => {
    const counts: Record<number, number> = {}
    const client = async (): Promise<void> => {
      while (count > 0) {
        count -= 1
        const { status } = await futures().call('GET', '/v1/sites', { key })
        counts[status] = (counts[status] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: atOnce }, client))
    return counts
  }
  const change = async (body: object): Promise<void> => {
    const { status } = await futures().operate('PATCH', `/v1/organizations/${futures().first.id}`, body)
    expect(status).toBe(200)
  }

  promise(
    'AF-10',
    'free: 100 a minute, told on every answer, and the next is 429 with when to come again',
    async () => {
      const paths = ['/v1/sites', '/v1/sites/none', '/v1/nowhere', '/v1/agents?limit=0', '/v1/api-keys']
      const { answers, graphql } = await withinAMinute(async () => {
        const key = await create()
        const answers: Answer[] = []
        while (answers.length < 100 + paths.length) {
          answers.push(await futures().call('GET', paths[answers.length % paths.length] ?? '', { key }))
        }
        const body = { query: '{ me { __typename } }' }
        return { answers, graphql: await futures().call('POST', '/graphql', { key, body }) }
      })
      answers.slice(0, 100).forEach(({ status, headers }, turn) => {
        const told = ['x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => headers.get(name))
        expect([status === 429, ...told]).toEqual([false, '100', `${99 - turn}`])
      })
      for (const { status, headers, body } of answers.slice(100)) {
        expect([status, Object.keys(body)]).toEqual([429, ['error']])
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
      }
      expect(graphql.status).toBe(429)
      expect((await futures().call('GET', '/v1/sites', { key: await create() })).status).toBe(200)
    },
  )

  promise('AF-10', 'pro: 1,000 a minute', async () => {
    await change({ tier: 'pro' })
    const counts = await withinAMinute(async () => spend(await create(), 1010))
    expect(counts).toEqual({ 200: 1000, 429: 10 })
  })

  promise('AF-10', 'enterprise: what was agreed on with that organization, and with it alone', async () => {
    await change({ tier: 'enterprise', rateLimit: { limit: 250, windowSeconds: 60 } })
    expect(await withinAMinute(async () => spend(await create(), 300))).toEqual({ 200: 250, 429: 50 })
    await change({ rateLimit: { limit: 30, windowSeconds: 60 } })
    expect(await withinAMinute(async () => spend(await create(), 40))).toEqual({ 200: 30, 429: 10 })
    const { sessionToken } = futures().person('admin', futures().second)
    const made = await futures().call('POST', '/v1/api-keys', { key: sessionToken, body: { name: 'ci' } })
    const theirs = await futures().call('GET', '/v1/sites', { key: made.body.key })
    expect(theirs.headers.get('x-ratelimit-limit')).toBe('100')
    await change({ rateLimit: null, tier: 'free' })
  })

  promise('AF-10', 'a person with a session has no limit of requests', async () => {
    const { headers } = await futures().call('GET', '/v1/sites', { key: futures().person('viewer').sessionToken })
    expect(headers.get('x-ratelimit-limit')).toBeNull()
  })
})
