import { createHash, randomInt } from 'node:crypto'
import { promise, runningExample, type Answer, type Person } from '@mintmark/example-conformance'
import { describe, expect } from 'vitest'
import { printed } from './testing/printed.ts'

const dayMs = 86_400_000
const maxActiveReached =
  '{"error":"Maximum active API keys limit reached. You can have up to 500 active keys. Please delete unused keys before creating new ones."}'
/** A key from before: af_ and 28 characters. */
function formerKey(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return `af_${Array.from({ length: 28 }, () => letters[randomInt(letters.length)]).join('')}`
}

describe('Alternate Futures: limits of creation', () => {
  const futures = runningExample('alternate-futures')
  const path = '/v1/api-keys'
  const create = ({ sessionToken }: Person, body: object = {}): Promise<Answer> =>
    futures().call('POST', path, { key: sessionToken, body: { name: 'ci', permissions: ['sites:read'], ...body } })
  const statusesOf = (answers: readonly Answer[], status: number): number =>
    answers.filter((answer) => answer.status === status).length
  const race = (person: Person, count: number): Promise<readonly Answer[]> =>
    Promise.all(Array.from({ length: count }, () => create(person)))
  const limitsOf = async (key: string) =>
    (await futures().call('POST', '/graphql', { key, body: { query: printed.query } })).body.data.apiKeyRateLimit
  /** Imports keys of a person, a hundred at a time. Answers their plaintexts. */
  const importKeys = async ({ id: userId }: Person, count: number, policy: object = {}): Promise<readonly string[]> => {
    const plaintexts = Array.from({ length: count }, formerKey)
    for (let start = 0; start < count; start += 100) {
      const keys = plaintexts.slice(start, start + 100).map((key, index) => ({
        hash: createHash('sha256').update(key).digest('hex'),
        hashedAs: 'sha256-hex',
        prefix: key.slice(0, 7),
        name: `from before ${start + index}`,
        userId,
        permissions: ['sites:read'],
        ...policy,
      }))
      const { status, body } = await futures().operate('POST', `${path}/import`, { keys }, futures().first.id)
      expect([status, body.results?.every((one: { outcome: string }) => one.outcome === 'imported')]).toEqual([
        200,
        true,
      ])
    }
    return plaintexts
  }
  /** When a mint of this time no longer counts: to the second, never too early. */
  const resetAfter = (createdAt: string): string => {
    const seconds = Math.ceil((Date.parse(createdAt) + dayMs) / 1000)
    return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  }

  promise('AF-11', '50 a day, and the 51st is told in their words when the first no longer counts', async () => {
    const person = await futures().join('developer')
    const first = await create(person)
    for (let made = 1; made < 50; made += 1) expect((await create(person)).status).toBe(201)
    const refused = await create(person)
    const resetAt = resetAfter(first.body.createdAt)
    const sentence = `Rate limit exceeded. You can only create 50 API keys per day. Limit resets at ${resetAt}`
    expect([refused.status, refused.text]).toEqual([429, `{"error":"${sentence}"}`])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(86_000)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(86_400)
    await futures().call('DELETE', `${path}/${first.body.id}`, { key: person.sessionToken })
    expect((await create(person)).text).toBe(refused.text)
    const mutation = 'mutation { createApiKey(input: { name: "ci" }) { key } }'
    const { body } = await futures().call('POST', '/graphql', { key: person.sessionToken, body: { query: mutation } })
    expect([body.data.createApiKey, body.errors[0].message]).toEqual([null, sentence])
    expect((await create(await futures().join('developer'))).status).toBe(201)
  })

  promise('AF-11', '50 are made of 80 that are asked for at once', async () => {
    const answers = await race(await futures().join('developer'), 80)
    expect([statusesOf(answers, 201), statusesOf(answers, 429)]).toEqual([50, 30])
    const sentences = new Set(answers.filter(({ status }) => status === 429).map(({ text }) => text))
    expect([...sentences]).toEqual([
      expect.stringMatching(
        /^\{"error":"Rate limit exceeded\. You can only create 50 API keys per day\. Limit resets at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}$/,
      ),
    ])
  })

  promise('AF-12', '500 active keys, and the 501st is refused in their words until one is deleted', async () => {
    const person = await futures().join('developer')
    const [former = ''] = await importKeys(person, 451)
    expect((await futures().call('GET', '/v1/sites', { key: former })).status).toBe(200)
    const made: Answer[] = []
    while (made.length < 49) made.push(await create(person))
    expect(statusesOf(made, 201)).toBe(49)
    const refused = await create(person)
    expect([refused.status, refused.text]).toEqual([409, maxActiveReached])
    const one = `${path}/${made[0]?.body.id}`
    expect((await futures().call('POST', `${one}/revoke`, { key: person.sessionToken })).status).toBe(200)
    expect((await create(person)).text).toBe(maxActiveReached)
    expect((await futures().call('DELETE', one, { key: person.sessionToken })).status).toBe(204)
    expect((await create(person)).status).toBe(201)
    expect((await futures().call('GET', '/v1/sites', { key: former })).status).toBe(200)
  })

  promise('AF-12', 'what has expired holds no place', async () => {
    const person = await futures().join('developer')
    await importKeys(person, 499)
    const expiresAtMs = Date.now() + 4_000
    await importKeys(person, 1, { expiresAt: new Date(expiresAtMs).toISOString() })
    expect((await create(person)).text).toBe(maxActiveReached)
    await expect.poll(async () => (await create(person)).status, { timeout: 20_000, interval: 500 }).toBe(201)
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs)
    expect((await create(person)).text).toBe(maxActiveReached)
  })

  promise('AF-12', 'of 20 that are asked for at once as many are made as there is room for', async () => {
    const person = await futures().join('developer')
    await importKeys(person, 495)
    const answers = await race(person, 20)
    expect([statusesOf(answers, 201), statusesOf(answers, 409)]).toEqual([5, 15])
    expect(await limitsOf(person.sessionToken)).toMatchObject({ remaining: 45, activeTokens: 500 })
  })

  promise('AF-13', 'apiKeyRateLimit tells it all, to a person and to his keys', async () => {
    const person = await futures().join('developer')
    expect(await limitsOf(person.sessionToken)).toEqual({
      remaining: 50,
      limit: 50,
      resetAt: null,
      activeTokens: 0,
      maxActiveTokens: 500,
    })
    const [first, second, third] = [await create(person), await create(person), await create(person)]
    await importKeys(person, 7)
    const told = {
      remaining: 47,
      limit: 50,
      resetAt: new Date(Date.parse(first.body.createdAt) + dayMs).toISOString(),
      activeTokens: 10,
      maxActiveTokens: 500,
    }
    expect(await limitsOf(person.sessionToken)).toEqual(told)
    expect(await limitsOf(third.body.key)).toEqual(told)
    await futures().call('POST', `${path}/${second.body.id}/revoke`, { key: person.sessionToken })
    expect(await limitsOf(person.sessionToken)).toEqual(told)
    await futures().call('DELETE', `${path}/${second.body.id}`, { key: person.sessionToken })
    expect(await limitsOf(person.sessionToken)).toEqual({ ...told, activeTokens: 9 })
  })

  promise('AF-13', 'in a browser /graphql is a page to ask from, and all that it loads is there', async () => {
    const page = await futures().call('GET', '/graphql')
    const loaded = [...page.text.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, at]) => at ?? '')
    expect(loaded.length).toBeGreaterThan(1)
    for (const at of loaded) expect([at, (await futures().call('GET', at)).status]).toEqual([at, 200])
  })
})
