import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { call, expectCall } from './testing/client.ts'
import { postgresRows, sqliteRows, type Row } from './testing/database-rows.ts'
import { endings, type AskedClaim } from './testing/endings.ts'
import { Fleet } from './testing/fleet.ts'
import { createOrganization } from './testing/installation.ts'
import { coverageOf, findViolations } from './testing/revocation-checker.ts'
import { RevocationHistory } from './testing/revocation-history.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { startLoad } from './testing/steady-load.ts'
import { waysToAsk, waysToAskAsOperator } from './testing/ways-to-ask.ts'

const nodeCount = count(2, 3)
/** Between two steps. */
const repeatedMints = count(10, 200)
const standingKeys = count(4, 40)
/** Answers between one step of a change and the next. */
const answersBetween = count(40, 3_000)
const timeoutMs = count(90_000, 600_000)

let directory: string
let [older, newer] = ['', '']

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-peppers-'))
})
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach(() => {
  ;[older, newer] = [pepperFile(), pepperFile()]
})

function pepperFile(): string {
  const file = join(directory, randomBytes(8).toString('hex'))
  writeFileSync(file, randomBytes(32), { mode: 0o600 })
  return file
}

function peppers({ current, previous = '' }: { readonly current: string; readonly previous?: string }) {
  return { MINTMARK_PEPPER_FILE: current, MINTMARK_PREVIOUS_PEPPER_FILE: previous }
}

/** Keys, a session and an operator key that are good throughout. */
async function standing(fleet: Fleet): Promise<readonly AskedClaim[]> {
  const { url, operatorKey: key } = fleet
  const rateLimit = { limit: 100_000, windowSeconds: 1 }
  const organization = await createOrganization(fleet, { rateLimit })
  const { id: organizationId, userIds } = organization
  const userId = userIds['admin'] ?? ''
  const headers = organization.acting(userId)
  const mint = () => expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body: { name: 'standing' } })
  const keys = await Promise.all(Array.from({ length: standingKeys }, mint))
  const session = await expectCall(201, url, 'POST', '/v1/sessions', { key, body: { organizationId, userId } })
  const operator = await expectCall(201, url, 'POST', '/v1/operator-keys', { key, body: { name: 'standing' } })
  return [
    ...keys.map((minted) => ({ claim: `${minted.id} is live`, ways: waysToAsk(key, minted.key) })),
    { claim: 'the session is live', ways: waysToAsk(key, session.token) },
    { claim: 'the operator key is live', ways: waysToAskAsOperator(operator.key) },
  ]
}

/** Of whom a node cannot decide yet, because it has just started, it is asked again. */
async function everyAnswer(fleet: Fleet, claims: readonly AskedClaim[]): Promise<readonly string[]> {
  const decided = (way: AskedClaim['ways'][number], url: string) =>
    until(async () => {
      const outcome = await way.ask(url)
      return outcome === 'undecided' ? null : outcome
    })
  const asked = claims.flatMap(({ ways }) => ways.flatMap((way) => fleet.nodes.map(({ url }) => decided(way, url))))
  return [...new Set(await Promise.all(asked))]
}

/** Sends one mint to every node at once, several times, and counts the keys that there are of it. */
async function mintAtOnce(fleet: Fleet, headers: Readonly<Record<string, string>>, name: string): Promise<number> {
  const { operatorKey: key } = fleet
  const body = { name, owner: 'organization', role: 'admin' }
  const options = { key, headers: { ...headers, 'idempotency-key': name }, body }
  const mint = (url: string) => call(url, 'POST', '/v1/api-keys', options)
  const answers = await Promise.all(Array.from({ length: 3 }, () => fleet.nodes.map(({ url }) => mint(url))).flat())
  const statuses = answers.map(({ status }) => status)
  for (const status of statuses) expect([201, 409]).toContain(status)
  expect(statuses).toContain(201)
  const listed = await call(fleet.url, 'GET', `/v1/api-keys?q=${name}`, { key, headers })
  return listed.body.data.length
}

/** Mints as before, and gets the same answer as before. */
async function mintAgain(fleet: Fleet, headers: Readonly<Record<string, string>>) {
  const body = { name: 'once' }
  const options = { key: fleet.operatorKey, headers: { ...headers, 'idempotency-key': 'once' }, body }
  const answer = await call(fleet.url, 'POST', '/v1/api-keys', options)
  expect(answer.status).toBe(201)
  return { id: answer.body.id, key: answer.body.key, isReplayed: answer.headers.get('idempotent-replayed') === 'true' }
}

async function untilOne(rows: () => Promise<readonly Row[]>): Promise<void> {
  while ((await rows()).length > 1) await sleep(50)
}

function expectNobodyRefused({ events }: RevocationHistory): void {
  expect([...findViolations(events)]).toEqual([])
  expect(coverageOf(events).decidedBefore).toBeGreaterThan(answersBetween)
}

describe('a change of pepper on one machine', () => {
  test('takes no key away, re-keys what is used, and lets the old pepper go', { timeout: timeoutMs }, async () => {
    const fleet = new Fleet({})
    try {
      await fleet.start(1, peppers({ current: older }))
      const claims = await standing(fleet)
      const { acting, userIds } = await createOrganization(fleet)
      const first = await mintAgain(fleet, acting(userIds['admin']))
      const history = new RevocationHistory()
      const load = startLoad({ installation: fleet, history, standing: claims, endings })
      await load.decided(answersBetween)
      await fleet.restart(0, peppers({ current: newer, previous: older }))
      await load.decided(answersBetween)
      expect(await mintAgain(fleet, acting(userIds['admin']))).toEqual({ id: first.id, key: null, isReplayed: true })
      await load.stop()
      expectNobodyRefused(history)
      expect(await everyAnswer(fleet, claims)).toEqual(['accepted'])
      await call(fleet.url, 'GET', '/v1/me', { key: first.key })
      await fleet.nodes[0]?.stop()
      const file = join(fleet.nodes[0]?.dataDir ?? '', 'mintmark.db')
      const left = sqliteRows(file, `${leftOf('standing')} union ${leftOf('once')}`)
      expect(left).toHaveLength(1)
      await fleet.restart(0, peppers({ current: newer }))
      expect(await everyAnswer(fleet, claims)).toEqual(['accepted'])
    } finally {
      await fleet.remove()
    }
  })
})

/** The peppers under which keys of this name are kept. */
function leftOf(name: string): string {
  return `select distinct s.pepper_version from api_key_secrets s join api_keys k on k.number = s.key_number where k.name = '${name}'`
}

describeWithPostgresAndRedis('a change of pepper on several nodes', () => {
  let databaseUrl: string
  let fleet: Fleet

  beforeEach(async () => {
    databaseUrl = await testDatabaseUrl()
    fleet = new Fleet({ MINTMARK_DATABASE_URL: databaseUrl, MINTMARK_REDIS_URL: await testRedisUrl() })
    await fleet.start(nodeCount, peppers({ current: older }))
    return () => fleet.remove()
  })

  test('node by node: first all are given the next pepper, then all change to it', { timeout: timeoutMs }, async () => {
    const claims = await standing(fleet)
    const { acting, userIds } = await createOrganization(fleet)
    const headers = acting(userIds['admin'])
    const first = await mintAgain(fleet, headers)
    const history = new RevocationHistory()
    const load = startLoad({ installation: fleet, history, standing: claims, endings })
    const steps = [
      { current: older, previous: newer },
      { current: newer, previous: older },
    ]
    for (const step of steps) {
      for (const index of fleet.nodes.keys()) {
        await fleet.restart(index, peppers(step))
        for (let turn = 0; turn < repeatedMints; turn += 1) {
          expect(await mintAtOnce(fleet, acting(), `once-${steps.indexOf(step)}-${index}-${turn}`)).toBe(1)
        }
        await load.decided(answersBetween)
      }
    }
    expect(await mintAgain(fleet, headers)).toEqual({ id: first.id, key: null, isReplayed: true })
    await load.stop()
    expectNobodyRefused(history)
    expect(coverageOf(history.events).ended).toBeGreaterThan(10)
    expect(await everyAnswer(fleet, claims)).toEqual(['accepted'])
    await untilOne(() => postgresRows(databaseUrl, leftOf('standing')))
    for (const index of fleet.nodes.keys()) await fleet.restart(index, peppers({ current: newer }))
    expect(await everyAnswer(fleet, claims)).toEqual(['accepted'])
  })

  test('changed at once, the others are not ready and refuse nobody', { timeout: timeoutMs }, async () => {
    const claims = await standing(fleet)
    const history = new RevocationHistory()
    const load = startLoad({ installation: fleet, history, standing: claims })
    await load.decided(answersBetween)
    await fleet.restart(0, peppers({ current: newer, previous: older }))
    await load.decided(answersBetween)
    const minted = await standing(fleet)
    for (const { url } of fleet.nodes.slice(1)) {
      const ready = await call(url, 'GET', '/readyz')
      expect(ready.status).toBe(503)
      expect(ready.body.dependencies[0]).toMatchObject({
        status: 'unavailable',
        detail: expect.stringContaining('pepper'),
      })
      expect((await call(url, 'GET', '/healthz')).status).toBe(200)
      const asked = [...claims, ...minted].flatMap(({ ways }) => ways.map((way) => way.ask(url)))
      expect(new Set(await Promise.all(asked))).toEqual(new Set(['undecided']))
    }
    for (const index of fleet.nodes.keys())
      if (index > 0) await fleet.restart(index, peppers({ current: newer, previous: older }))
    await load.decided(answersBetween)
    await load.stop()
    expectNobodyRefused(history)
    expect(await everyAnswer(fleet, [...claims, ...minted])).toEqual(['accepted'])
  })
})
