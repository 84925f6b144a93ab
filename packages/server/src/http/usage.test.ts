import { createId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, refusal, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type MintedKey, type TestOrganization } from '../testing/in-process.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const nothing = { data: [], totals: { accepted: 0, refused: {} } }

describeOnBothStorages('GET /v1/usage', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let shop: MintedKey
  let web: MintedKey
  let trial: MintedKey

  /** Verifies, and waits until it has been written. */
  const use = async (key: string, times: number, demand: object = {}): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      expectStatus(200, await mintmark.operator.post('/v1/verify', { key, ...demand }))
    }
    await mintmark.mintmark.engine.usage.flush()
  }
  const usage = async (client: Client, query: string) => expectStatus(200, await client.get(`/v1/usage?${query}`))

  beforeAll(async () => {
    mintmark = await open()
    acme = await mintmark.organization({ rateLimit: { limit: 50, windowSeconds: 3_600 } })
    for (const id of ['shop', 'web']) await acme.addProject(id)
    shop = await acme.mint({ scope: 'project', projectId: 'shop', permissions: ['projects:read'] })
    web = await acme.mint({ scope: 'project', projectId: 'web' })
    trial = await acme.mint({ environment: 'test' })
    await use(shop.key, 3, { permission: 'projects:read' })
    await use(shop.key, 2, { permission: 'projects:write' })
    await use(web.key, 4)
    await use(trial.key, 50)
    await use(trial.key, 5)
  })

  test.each(['minute', 'hour', 'day'])('tells what was accepted and refused, by %s and in all', async (bucket) => {
    const counts = { accepted: 3, refused: { forbidden: 2 } }
    const { data, totals } = await usage(acme.operator, `keyId=${shop.id}&bucket=${bucket}`)
    expect(totals).toEqual(counts)
    // Unless a bucket has ended meanwhile.
    if (data.length === 1) expect(data).toEqual([{ at: expect.any(String), ...counts }])
    const bucketMs = { minute: minuteMs, hour: hourMs, day: dayMs }[bucket] ?? 1
    for (const { at } of data) expect(Date.parse(at) % bucketMs).toBe(0)
  })

  test('of a project, an environment, the organization: the sums of their keys', async () => {
    expect((await usage(acme.operator, 'projectId=shop')).totals).toEqual({ accepted: 3, refused: { forbidden: 2 } })
    const tests = { accepted: 50, refused: { rate_limit: 5 } }
    expect((await usage(acme.operator, 'environment=test')).totals).toEqual(tests)
    const all = { accepted: 57, refused: { forbidden: 2, rate_limit: 5 } }
    expect((await usage(acme.operator, '')).totals).toEqual(all)
    for (const bucket of ['minute', 'hour', 'day']) {
      expect((await usage(acme.operator, `bucket=${bucket}`)).totals).toEqual(all)
    }
  })

  test('counts what Mintmark itself refuses a key by the reason', async () => {
    const own = await mintmark.organization()
    const { key } = await own.mint({ permissions: ['projects:read'] })
    const client = mintmark.client(key)
    expectStatus(200, await client.get('/v1/projects'))
    expectStatus(403, await client.get('/v1/users'))
    expectStatus(403, await client.post('/v1/verify', { key }))
    expectStatus(404, await client.get('/v1/projects/nowhere'))
    await mintmark.mintmark.engine.usage.flush()
    expect((await usage(own.operator, '')).totals).toEqual({ accepted: 2, refused: { forbidden: 2 } })
  })

  test('a project’s key is told of its project alone, a key of its environment alone', async () => {
    const inProject = mintmark.client((await acme.mint({ scope: 'project', projectId: 'web' })).key)
    expect((await usage(inProject, 'environment=live')).totals.accepted).toBeGreaterThanOrEqual(4)
    expect(await usage(inProject, 'projectId=shop')).toEqual(nothing)
    expect(await usage(inProject, `keyId=${shop.id}`)).toEqual(nothing)
    expect(await usage(inProject, 'environment=test')).toEqual(nothing)
    const ofTests = mintmark.client((await acme.mint({ environment: 'test' })).key)
    expect((await usage(ofTests, '')).totals.refused).toEqual({ rate_limit: 5 })
    expect(await usage(ofTests, 'environment=live')).toEqual(nothing)
  })

  test('nothing of what is another’s, absent, or no id at all', async () => {
    const other = await mintmark.organization()
    const foreign = await other.mint()
    await use(foreign.key, 1)
    for (const id of [foreign.id, createId('key', randomBytes), 'x']) {
      expect(await usage(acme.operator, `keyId=${id}`)).toEqual(nothing)
    }
    expect(await usage(acme.operator, 'projectId=absent')).toEqual(nothing)
    expect((await usage(other.operator, '')).totals).toEqual({ accepted: 1, refused: {} })
  })

  test('from and to are widened to whole buckets, to is left out', async () => {
    const [{ at }] = (await usage(acme.operator, `keyId=${web.id}&bucket=minute`)).data
    const told = async (fromMs: number, toMs: number) => {
      const [from, to] = [fromMs, toMs].map((ms) => new Date(Date.parse(at) + ms).toISOString())
      return (await usage(acme.operator, `keyId=${web.id}&bucket=minute&from=${from}&to=${to}`)).totals.accepted > 0
    }
    expect(await told(0, minuteMs)).toBe(true)
    expect(await told(minuteMs - 1, minuteMs)).toBe(true)
    expect(await told(0, 1)).toBe(true)
    expect(await told(minuteMs, 2 * minuteMs)).toBe(false)
    expect(await told(-minuteMs, 0)).toBe(false)
  })

  test.each([
    [`from=${ago(hourMs)}&to=${ago(2 * hourMs)}`, 'Give a to that is later than from.'],
    [`from=${ago(8 * dayMs)}&bucket=minute`, 'By minute, usage is kept since '],
    [`from=${ago(91 * dayMs)}&bucket=hour`, 'By hour, usage is kept since '],
    [`to=${ago(8 * dayMs)}&bucket=minute`, 'By minute, usage is kept since '],
    [`to=${ago(91 * dayMs)}&bucket=hour`, 'By hour, usage is kept since '],
    [`from=${ago(6 * dayMs)}&bucket=minute`, 'ask for 1500 at most'],
    ['from=2020-01-01T00:00:00Z', 'ask for 1500 at most'],
    ['from=yesterday', 'from must be a time such as'],
    ['bucket=week', ''],
    ['environment=staging', ''],
    ['projectId=a%20b', 'An id has 1 to 64'],
    ['bucket=day&bucket=hour', ''],
  ])('%s is refused, and why', async (query, message) => {
    const [status, reason, sentence] = refusal(await acme.operator.get(`/v1/usage?${query}`))
    expect([status, reason]).toEqual([400, 'invalid_request'])
    expect(sentence).toContain(message)
  })

  test('minutes are told of up to a day’s, as far back as they are kept', async () => {
    await usage(acme.operator, `bucket=minute&from=${ago(7 * dayMs)}&to=${ago(6 * dayMs)}`)
    await usage(acme.operator, `bucket=hour&from=${ago(90 * dayMs)}&to=${ago(30 * dayMs)}`)
    await usage(acme.operator, `bucket=day&from=${ago(400 * dayMs)}`)
  })

  test('a deleted key takes its usage along', async () => {
    const doomed = await acme.mint()
    await use(doomed.key, 1)
    const before = (await usage(acme.operator, '')).totals.accepted
    expectStatus(204, await acme.operator.delete(doomed.path))
    expect((await usage(acme.operator, '')).totals.accepted).toBe(before - 1)
    expect(await usage(acme.operator, `keyId=${doomed.id}`)).toEqual(nothing)
  })

  describe('more keys than are read at once', () => {
    test('are all counted', async () => {
      const many = await mintmark.organization()
      const keys = await Promise.all(Array.from({ length: 40 }, () => many.mintOwned('member')))
      for (const { key } of keys) await mintmark.mintmark.engine.verify({ key })
      await mintmark.mintmark.engine.usage.flush()
      const from = ago(400 * dayMs)
      expect((await usage(many.operator, `from=${from}`)).totals).toEqual({ accepted: 40, refused: {} })
    })
  })
})

function ago(durationMs: number): string {
  return new Date(Date.now() - durationMs).toISOString()
}
