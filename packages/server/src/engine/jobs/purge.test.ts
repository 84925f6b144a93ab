import { randomBytes } from 'node:crypto'
import { builtInContract, createId } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeWithPostgres } from '../../testing/servers.ts'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from '../../testing/embedded-engine.ts'
import { usingPostgresNodes } from '../../testing/postgres-nodes.ts'
import type { CallerIn } from '../caller.ts'
import { givenKey, givenMember, newDigest } from '../../storage/contract/storage-samples.ts'
import type { Job } from './job.ts'
import { createPurgeJobs } from './purge.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const request = { key: 'once', request: 'POST /v1/api-keys\n{}' }
const input = { name: 'ci', owner: 'organization', role: 'admin' } as const

let clock: TestClock
let embedded: EmbeddedEngine
let operator: CallerIn

const open = async (): Promise<void> => {
  clock = createTestClock()
  const contract = { ...builtInContract, minting: { ...builtInContract.minting, perMemberPerDay: 2 } }
  embedded = await createEmbeddedEngine({ contract, clock })
  const { value } = await embedded.engine.organizations.create(embedded.host, { name: 'Example' }, null)
  operator = { ...embedded.host, organizationId: value.id }
  await embedded.engine.members.sync(embedded.host, value.id, 'ada', { role: 'admin' })
}

/** Every job, to its end. */
async function tidy(): Promise<void> {
  for (const { step } of embedded.engine.jobs) while (await step());
}

function rows(table: string): number {
  return embedded.sqlite.database.prepare(`select 1 from ${table}`).all().length
}

async function later(durationMs: number): Promise<void> {
  clock.advance(durationMs)
  await tidy()
}

describe('what nothing asks for any more is deleted, and nothing before', () => {
  beforeEach(open)
  afterEach(() => embedded.close())

  test('an Idempotency-Key, when its 24 hours are over', async () => {
    const { keys } = embedded.engine
    const first = await keys.mint(operator, input, request)
    await later(dayMs)
    const again = await keys.mint(operator, input, request)
    expect([again.replayed, again.value.id]).toEqual([true, first.value.id])
    await later(2 * hourMs)
    expect(rows('idempotency')).toBe(0)
    expect((await keys.mint(operator, input, request)).replayed).toBe(false)
  })

  test('a mint, when it counts no more', async () => {
    const { engine, host } = embedded
    const { organizationId } = operator
    const session = await engine.sessions.create(host, { organizationId, userId: 'ada', ttlSeconds: 86_400 }, null)
    const mint = async () => {
      const presented = { organizationId: null, userId: null, origin: { requestId: 'x', ip: null } }
      const { caller } = await engine.authenticate.request({ credential: session.value.token, ...presented })
      if (caller?.kind !== 'member') throw new Error('The session is no member’s')
      return engine.keys.mint(caller, { name: 'ci' }, null)
    }
    await mint()
    await mint()
    await later(dayMs - 1)
    await expect(mint()).rejects.toMatchObject({ reason: 'creation_limit' })
    expect(rows('mint_log')).toBe(2)
    await later(hourMs + 2)
    expect(rows('mint_log')).toBe(0)
  })

  test('a session, a week after it ended: until then it is told so', async () => {
    const { engine, host } = embedded
    const { organizationId } = operator
    const { value } = await engine.sessions.create(host, { organizationId, userId: 'ada', ttlSeconds: 60 }, null)
    const reasonOf = async () => (await engine.verify({ key: value.token ?? '' })).reason
    await later(minuteMs + 7 * dayMs)
    expect(await reasonOf()).toBe('session_expired')
    await later(1)
    expect(await reasonOf()).toBe('invalid_key')
    expect(rows('sessions')).toBe(0)
  })

  test('an invitation that expired', async () => {
    const { members } = embedded.engine
    const invited = await members.invite(operator, { email: 'bo@example.test', role: 'member' }, null)
    await later(Date.parse(invited.value.expiresAt) - clock.nowMs() - 1)
    expect(rows('invitations')).toBe(1)
    await later(2 * hourMs)
    expect(rows('invitations')).toBe(0)
  })

  test('usage, each bucket’s when its time is over: minutes a week, hours a quarter, days as configured', async () => {
    const { sqlite } = embedded
    const key = await givenKey(sqlite.storage, operator.organizationId)
    const minute = clock.nowMs() / minuteMs
    await sqlite.activity.record({
      uses: [],
      counts: [{ keyNumber: key.number, minute, outcome: 'accepted', count: 7 }],
      rekeyings: [],
    })
    const kept = (): number[] => ['key_usage', 'key_usage_minutes', 'key_usage_hours', 'key_usage_days'].map(rows)
    await tidy()
    expect(kept()).toEqual([1, 0, 0, 0])
    await later(2 * minuteMs)
    expect(kept()).toEqual([0, 1, 1, 1])
    await later(7 * dayMs)
    expect(kept()).toEqual([0, 1, 1, 1])
    await later(dayMs)
    expect(kept()).toEqual([0, 0, 1, 1])
    await later(83 * dayMs)
    expect(kept()).toEqual([0, 0, 0, 1])
    await later(309 * dayMs)
    expect(kept()).toEqual([0, 0, 0, 1])
    await later(dayMs)
    expect(kept()).toEqual([0, 0, 0, 0])
  })

  test('of any number, at once', async () => {
    const { storage } = embedded.sqlite
    await storage.transaction(operator.organizationId, async ({ idempotency }) => {
      for (let count = 0; count < 450; count += 1) {
        const claim = { principal: 'p', keyHmac: String(count), fingerprint: 'f', atMs: clock.nowMs(), sinceMs: 0 }
        await idempotency.claim(claim)
      }
    })
    await later(2 * dayMs)
    expect(rows('idempotency')).toBe(0)
  })
})

describeWithPostgres('what is old, on three nodes at once (PostgreSQL)', () => {
  const nodes = usingPostgresNodes()

  test('is deleted, and nothing else, while as much is made anew', async () => {
    const [first] = nodes
    if (first === undefined) throw new Error('There is no node')
    const { organizationId, userId } = await givenMember(first.storage)
    const make = async (from: number, atMs: number): Promise<void> => {
      await first.storage.transaction(organizationId, async ({ idempotency, mintLog, sessions }) => {
        for (let index = from; index < from + 400; index += 1) {
          const claim = { principal: 'p', keyHmac: String(index), fingerprint: 'f', atMs, sinceMs: 0 }
          await idempotency.claim(claim)
          await mintLog.append(organizationId, userId, atMs)
          const session = { id: createId('ses', randomBytes), organizationId, userId, createdAtMs: 1 }
          await sessions.insert({ ...session, expiresAtMs: atMs, digest: newDigest(), pepperVersion: 'v' })
        }
      })
    }
    await make(0, Date.now() - 30 * dayMs)
    const jobs = nodes.flatMap(({ storage }) => createPurgeJobs(storage))
    const toItsEnd = async ({ step }: Job): Promise<void> => {
      while (await step());
    }
    await Promise.all([...jobs, ...jobs].map(toItsEnd).concat(make(1_000, Date.now())))
    const client = await first.database.connect('by hand')
    const counts = await client.query<{ count: unknown }>(
      `select count(*) from idempotency union all select count(*) from mint_log union all select count(*) from sessions`,
    )
    await client.end()
    expect(counts.rows.map(({ count }) => Number(count))).toEqual([400, 400, 400])
  })
})
