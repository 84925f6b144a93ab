import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from '../storage/sql/sqlite.ts'
import { createTestClock } from '../testing/embedded-engine.ts'
import { describeWithPostgres } from '../testing/servers.ts'
import type { Job } from '../engine/jobs/job.ts'
import type { Storage } from '../engine/ports/storage.ts'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { createJobRunner, type JobRunner } from './job-runner.ts'
import { count } from '../testing/scale.ts'
import { usingPostgresNodes } from '../testing/postgres-nodes.ts'

const hourMs = 3_600_000
const rounds = count(20, 400)

/** Done in so many steps; `turns` tells by whom each was. */
function jobOf(steps: number, options: { readonly everyMs?: number; readonly onStep?: () => Promise<void> } = {}) {
  const turns: number[] = []
  let left = steps
  const job: Job = {
    name: `test.${randomBytes(4).toString('hex')}`,
    everyMs: options.everyMs ?? hourMs,
    async step() {
      turns.push(left)
      left -= 1
      await options.onStep?.()
      if (left > 0) return true
      left = steps
      return false
    },
  }
  return { job, turns }
}

function runnerOn(storage: Storage, holder: string, options: { readonly leaseMs?: number; jobs?: Job[] } = {}) {
  const errors: unknown[] = []
  const { jobs = [], ...rest } = options
  const runner = createJobRunner({ storage, jobs, holder, onError: (error) => errors.push(error), ...rest })
  return { runner, errors }
}

describe('a job of one node (SQLite)', () => {
  const clock = createTestClock()
  let storage: Storage
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await openSqlite({ file: ':memory:', clock, random: randomBytes, onFatal: () => {} })
    storage = opened.storage
    close = async () => opened.close()
  })
  afterAll(() => close())

  test('is done to its end, and again when it is due', async () => {
    const { runner } = runnerOn(storage, 'node')
    const { job, turns } = jobOf(3)
    expect(await runner.run(job)).toBe(true)
    expect(turns).toEqual([3, 2, 1])
    expect(await runner.run(job)).toBe(false)
    clock.advance(hourMs / 2)
    expect(await runner.run(job)).toBe(false)
    clock.advance(hourMs / 2)
    expect(await runner.run(job)).toBe(true)
    expect(turns).toHaveLength(6)
  })

  test('that fails is said once for each outage, and is done when it can be', async () => {
    const { runner, errors } = runnerOn(storage, 'node')
    let fails = true
    const { job, turns } = jobOf(1, {
      onStep: async () => {
        if (fails) throw new Error('broken')
      },
    })
    for (let round = 0; round < 3; round += 1) {
      expect(await runner.run(job)).toBe(false)
      clock.advance(60_000)
    }
    expect(turns).toHaveLength(3)
    expect(errors).toEqual([new Error('broken')])
    fails = false
    clock.advance(60_000)
    expect(await runner.run(job)).toBe(true)
    fails = true
    clock.advance(hourMs)
    await runner.run(job)
    expect(errors).toHaveLength(2)
  })

  test('and all others are silent together while the storage is away, but for one line', async () => {
    let isAway = true
    const flaky: Storage = {
      read: storage.read.bind(storage),
      async transaction(tenant, work) {
        if (isAway) throw new StoreUnavailable('database')
        return storage.transaction(tenant, work)
      },
    }
    const { runner, errors } = runnerOn(flaky, 'node')
    const jobs = [jobOf(1), jobOf(1), jobOf(1)].map(({ job }) => job)
    for (const outages of [1, 2]) {
      isAway = true
      for (const job of [...jobs, ...jobs]) expect(await runner.run(job)).toBe(false)
      expect(errors).toHaveLength(outages)
      isAway = false
      clock.advance(hourMs)
      for (const job of jobs) expect(await runner.run(job)).toBe(true)
    }
  })

  test('that is stopped in the middle is left there at once, and is the next one’s without waiting', async () => {
    const { runner } = runnerOn(storage, 'stopping')
    const next = runnerOn(storage, 'next')
    let stopped: Promise<void> = Promise.resolve()
    const { job, turns } = jobOf(5, {
      onStep: async () => {
        if (turns.length === 2) stopped = runner.stop()
      },
    })
    expect(await runner.run(job)).toBe(false)
    await stopped
    expect(turns).toHaveLength(2)
    expect(await next.runner.run(job)).toBe(true)
    expect(turns).toEqual([5, 4, 3, 2, 1])
  })
})

describeWithPostgres('jobs of three nodes (PostgreSQL)', () => {
  const nodes = usingPostgresNodes()
  const runners = (options: { leaseMs?: number; jobs?: Job[] } = {}): JobRunner[] =>
    nodes.map(({ storage }, index) => runnerOn(storage, `node-${index}`, options).runner)

  test('are done once, by one of them, however many try at once', async () => {
    const by = new Map<number, number>()
    const all = runners()
    for (let round = 0; round < rounds; round += 1) {
      const { job, turns } = jobOf(3, { onStep: () => sleep(1) })
      const tries = all.flatMap((runner, node) =>
        [runner, runner].map(async (each) => ({ node, ran: await each.run(job) })),
      )
      const ran = (await Promise.all(tries)).filter((one) => one.ran)
      expect(ran).toHaveLength(1)
      expect(turns).toEqual([3, 2, 1])
      for (const { node } of ran) by.set(node, (by.get(node) ?? 0) + 1)
    }
    expect([...by.values()].reduce((sum, count) => sum + count, 0)).toBe(rounds)
  })

  test('of a node that died are done by another when its lease has ended, and not before', async () => {
    const [dead, next] = runners({ leaseMs: 400 })
    const never = new Promise<void>(() => {})
    const { job, turns } = jobOf(1, { onStep: async () => (turns.length === 1 ? never : undefined) })
    void dead?.run(job)
    while (turns.length === 0) await sleep(5)
    expect(await next?.run(job)).toBe(false)
    await sleep(450)
    expect(await next?.run(job)).toBe(true)
    expect(turns).toHaveLength(2)
  })

  test('of a node that stood still for long are not gone on with: they are another’s by then', async () => {
    const [slow, next] = runners({ leaseMs: 200 })
    let stands: Promise<void> | null = sleep(300).then(() => undefined)
    const { job, turns } = jobOf(4, {
      onStep: async () => {
        const standing = stands
        stands = null
        await standing
      },
    })
    const slowly = slow?.run(job)
    await sleep(250)
    expect(await next?.run(job)).toBe(true)
    expect(await slowly).toBe(false)
    expect(turns.filter((left) => left === 4)).toHaveLength(1)
    expect(turns.length).toBeLessThanOrEqual(5)
  })

  test('that take longer than a lease stay with whoever is at them', async () => {
    const [slow, next] = runners({ leaseMs: 150 })
    const { job, turns } = jobOf(10, { onStep: () => sleep(40) })
    const slowly = slow?.run(job)
    await sleep(300)
    expect(await next?.run(job)).toBe(false)
    expect(await slowly).toBe(true)
    expect(turns).toHaveLength(10)
  })

  test('go on by themselves on all nodes, about as often as one node would do them, and end with them', async () => {
    const { job, turns } = jobOf(1, { everyMs: 200 })
    const all = runners({ jobs: [job] })
    for (const runner of all) runner.start()
    await sleep(2_500)
    for (const runner of all) await runner.stop()
    const count = turns.length
    // Every 160 ms at most; seldom enough that a busy machine does not matter.
    expect(count).toBeGreaterThanOrEqual(3)
    expect(count).toBeLessThanOrEqual(2_500 / 160)
    await sleep(400)
    expect(turns).toHaveLength(count)
  })
})
