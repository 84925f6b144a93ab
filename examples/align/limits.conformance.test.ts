import { promise, underLoad, withinAMinute, type Answer } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'
import { AlignStage } from './testing/align-stage.ts'

describe('Align: limits, revoking, rotating', () => {
  const align = new AlignStage()
  const headerOf = ({ headers }: Answer, name: string): number => Number(headers.get(name) ?? Number.NaN)

  promise(
    ['AL-5', 'AL-6'],
    '600 a minute, told with every answer of whatever status; the 601st is refused',
    async () => {
      const [project] = align.projects
      const calls = [
        ['GET', '/me', 200],
        ['GET', `/projects/${project}/entries`, 200],
        ['POST', `/projects/${project}/entries`, 403],
        ['GET', '/users', 403],
        ['GET', '/projects/none/entries', 404],
        ['GET', '/nothing', 404],
        ['DELETE', '/me', 405],
        ['POST', '/search', 405],
      ] as const
      const callOf = (turn: number) => calls[turn % calls.length] ?? calls[0]
      const answers = await withinAMinute(async () => {
        const { key } = await align.mint({ permissions: ['read:entry'] })
        const seen: Answer[] = []
        while (seen.length < 600 + calls.length) {
          const [method, path] = callOf(seen.length)
          seen.push(await align.call(method, path, { key }))
        }
        return seen
      })
      const [admitted, refused] = [answers.slice(0, 600), answers.slice(600)]
      admitted.forEach((answer, turn) => {
        const [method, path, status] = callOf(turn)
        expect([method, path, answer.status]).toEqual([method, path, status])
        expect([headerOf(answer, 'x-ratelimit-limit'), headerOf(answer, 'x-ratelimit-remaining')]).toEqual([
          600,
          599 - turn,
        ])
        expect(headerOf(answer, 'x-ratelimit-reset')).toBeGreaterThan(0)
        expect(headerOf(answer, 'x-ratelimit-reset')).toBeLessThanOrEqual(60)
      })
      for (const answer of refused) {
        expect([answer.status, answer.body.reason]).toEqual([429, 'rate_limit'])
        expect(headerOf(answer, 'retry-after')).toBeGreaterThanOrEqual(1)
        expect(headerOf(answer, 'retry-after')).toBeLessThanOrEqual(60)
        expect([headerOf(answer, 'x-ratelimit-limit'), headerOf(answer, 'x-ratelimit-remaining')]).toEqual([600, 0])
      }
      expect((await align.call('GET', '/me', { key: (await align.mint()).key })).status).toBe(200)
    },
  )

  promise('AL-5', 'of 700 at the same time 600 are let in', async () => {
    const [project] = align.projects
    const paths = ['/me', '/projects', `/projects/${project}/time-entries`]
    const statuses = await withinAMinute(async () => {
      const { key } = await align.mint()
      const seen: number[] = []
      let asked = 0
      const client = async (): Promise<void> => {
        while (asked < 700) seen.push((await align.call('GET', paths[asked++ % 3] ?? '', { key })).status)
      }
      await Promise.all(Array.from({ length: 20 }, client))
      return seen
    })
    const count = (status: number) => statuses.filter((one) => one === status).length
    expect([count(200), count(429), statuses.length]).toEqual([600, 100, 700])
  })

  promise('AL-7', 'a key is found by its prefix and by its name', async () => {
    const { id, prefix } = await align.mint({ name: 'harvest-sync' })
    for (const q of [prefix, prefix.slice(0, 9), 'harvest', 'HARVEST-SYNC']) {
      const { body } = await align.call('GET', `/api-keys?q=${q}`, { key: align.session() })
      expect([q, body.data.map((one: { id: string }) => one.id)]).toEqual([q, [id]])
    }
  })

  promise('AL-7', 'nothing that begins after the answer to a revocation is let in, under load', async () => {
    const { id, key } = await align.mint()
    await raiseLimit(id)
    const revoking = await underLoad(
      askWith(() => key),
      () => align.call('POST', `/api-keys/${id}/revoke`, { key: align.session(), body: { reason: 'leaked' } }),
    )
    expect(revoking.done.body.status).toBe('revoked')
    expect(revoking.before).toContain('200 ok')
    expect(new Set(revoking.after)).toEqual(new Set(['401 key_revoked']))
  })

  promise('AL-8', 'a new key, verify that it is in use, revoke the old one: no request is dropped', async () => {
    const [old, fresh] = [await align.mint({ name: 'old' }), await align.mint({ name: 'fresh' })]
    await raiseLimit(old.id)
    await raiseLimit(fresh.id)
    let current = old.key
    const rotating = await underLoad(
      askWith(() => current),
      async () => {
        current = fresh.key
        await expect.poll(() => usedOf(fresh.id), { timeout: 30_000 }).toBeGreaterThan(0)
        await expect.poll(() => inFlight(old.key), { timeout: 30_000 }).toBe(0)
        return align.call('POST', `/api-keys/${old.id}/revoke`, {
          key: align.session(),
          body: { reason: 'superseded' },
        })
      },
    )
    expect(rotating.done.status).toBe(200)
    expect(new Set([...rotating.before, ...rotating.after])).toEqual(new Set(['200 ok']))
    expect((await align.call('GET', '/me', { key: old.key })).body.reason).toBe('key_revoked')
  })

  promise('AL-8', 'a rotated key has two secrets for a while: no request is dropped either', async () => {
    const { id, key } = await align.mint()
    await raiseLimit(id)
    let current = key
    const rotating = await underLoad(
      askWith(() => current),
      async () => {
        const body = { overlapSeconds: 3600 }
        const rotated = await align.call('POST', `/api-keys/${id}/rotate`, { key: align.session(), body })
        current = rotated.body.key
        return rotated
      },
    )
    expect(rotating.done.status).toBe(201)
    expect(new Set([...rotating.before, ...rotating.after])).toEqual(new Set(['200 ok']))
  })

  const raiseLimit = async (id: string): Promise<void> => {
    const rateLimit = { limit: 100_000, windowSeconds: 60 }
    await align.running.operate('PATCH', `/v1/api-keys/${id}`, { rateLimit }, align.running.first.id)
  }

  const usedOf = async (keyId: string): Promise<number> =>
    (await align.call('GET', `/usage?keyId=${keyId}`, { key: align.session() })).body.totals.accepted

  const flights = new Map<string, number>()
  const inFlight = (key: string): number => flights.get(key) ?? 0

  /** What a request is told, with whichever key is current. */
  const askWith = (keyNow: () => string) => async (): Promise<string> => {
    const key = keyNow()
    flights.set(key, inFlight(key) + 1)
    const { status, body } = await align.call('GET', '/projects', { key })
    flights.set(key, inFlight(key) - 1)
    return `${status} ${body.reason ?? 'ok'}`
  }
})
