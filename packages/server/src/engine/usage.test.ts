import { describe, expect, test } from 'vitest'
import type { ActivityStore, Rekeying } from './ports/activity.ts'
import { createKeyDigester, type OrganizationId, type UserId } from '@mintmark/core'
import type { UsedSecret } from './holder.ts'
import { createUsageRecorder } from './usage.ts'

type Batch = Parameters<ActivityStore['record']>[0]

/** An activity store that keeps what it is given, and fails when told to. */
function memoryActivity() {
  const batches: Batch[] = []
  const tried: Batch[] = []
  const state = { fails: false, failsAfter: Infinity }
  const activity: ActivityStore = {
    async record(batch) {
      tried.push(batch)
      if (state.fails || batches.length >= state.failsAfter) throw new Error('away')
      batches.push(batch)
    },
    saveWindows: async () => {},
    takeWindows: async () => ({ areAll: false, windows: [] }),
    countsSince: async () => [],
  }
  return { activity, batches, tried, state }
}

const numbers = { keyNumber: 1, secretNumber: 11 }
const holder = (): UsedSecret => ({ ...numbers, note: null })
const minuteMs = 60_000

function recorderOf(activity: ActivityStore) {
  const errors: unknown[] = []
  return { errors, usage: createUsageRecorder(activity, (error) => errors.push(error)) }
}

describe('usage', () => {
  test('is counted by key, minute and outcome, and written once', async () => {
    const key = holder()
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    for (let count = 0; count < 3; count += 1) usage.record(key, 'accepted', 5 * minuteMs, '192.0.2.1')
    usage.record(key, 'rate_limit', 5 * minuteMs + 1, '192.0.2.2')
    usage.record(key, 'accepted', 6 * minuteMs, null)
    await usage.flush()
    await usage.flush()
    expect(batches).toHaveLength(1)
    expect(batches[0]?.counts).toEqual([
      { keyNumber: 1, minute: 5, outcome: 'accepted', count: 3 },
      { keyNumber: 1, minute: 5, outcome: 'rate_limit', count: 1 },
      { keyNumber: 1, minute: 6, outcome: 'accepted', count: 1 },
    ])
    expect(batches[0]?.uses).toEqual([{ ...numbers, atMs: 6 * minuteMs, ip: null, agent: null }])
  })

  test('by a dead secret is counted, but is no use of it', async () => {
    const key = holder()
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    usage.record(key, 'key_revoked', minuteMs, '192.0.2.1')
    await usage.flush()
    expect(batches[0]?.uses).toEqual([])
    expect(batches[0]?.counts).toEqual([{ keyNumber: 1, minute: 1, outcome: 'key_revoked', count: 1 }])
  })

  test('that could not be written is written by the next flush, and said', async () => {
    const key = holder()
    const { activity, batches, state } = memoryActivity()
    const { usage, errors } = recorderOf(activity)
    state.fails = true
    usage.record(key, 'accepted', minuteMs, '192.0.2.1')
    await usage.flush()
    expect(errors).toHaveLength(1)
    usage.record(key, 'accepted', minuteMs + 1, '192.0.2.9')
    state.fails = false
    await usage.flush()
    const accepted = batches.flatMap(({ counts }) => counts).filter(({ outcome }) => outcome === 'accepted')
    expect(accepted.reduce((sum, { count }) => sum + count, 0)).toBe(2)
    expect(batches.at(-1)?.uses).toEqual([{ ...numbers, atMs: minuteMs + 1, ip: '192.0.2.9', agent: null }])
    expect([usage.dropped(), usage.waiting()]).toEqual([0, 0])
  })

  test('that may have been written is given to the store again as it was, however often it fails', async () => {
    const { activity, batches, tried, state } = memoryActivity()
    const { usage } = recorderOf(activity)
    state.fails = true
    for (let flush = 1; flush <= 3; flush += 1) {
      usage.record(holder(), 'accepted', minuteMs, null)
      await usage.flush()
      expect(usage.waiting()).toBe(flush)
    }
    state.fails = false
    await usage.flush()
    expect(new Set(tried.slice(0, 4)).size).toBe(1)
    expect(batches.flatMap(({ counts }) => counts).reduce((sum, { count }) => sum + count, 0)).toBe(3)
  })

  test('of many keys is not counted twice where only a part of it could be written', async () => {
    const { activity, batches, state } = memoryActivity()
    const { usage } = recorderOf(activity)
    const keys = Array.from({ length: 250 }, (_, index) => ({
      keyNumber: index,
      secretNumber: 1000 + index,
      note: null,
    }))
    for (const each of keys) usage.record(each, 'accepted', minuteMs, null)
    state.failsAfter = 2
    await usage.flush()
    expect(batches).toHaveLength(2)
    state.failsAfter = Infinity
    await usage.flush()
    const counted = batches.flatMap(({ counts }) => counts)
    expect(counted).toHaveLength(250)
    expect(new Set(counted.map(({ keyNumber }) => keyNumber)).size).toBe(250)
  })

  test('that cannot be written for long is said once for each outage', async () => {
    const key = holder()
    const { activity, state } = memoryActivity()
    const { usage, errors } = recorderOf(activity)
    usage.record(key, 'accepted', minuteMs, null)
    for (const fails of [true, true, false, true, true]) {
      state.fails = fails
      usage.record(key, 'accepted', minuteMs, null)
      await usage.flush()
    }
    expect(errors).toHaveLength(2)
  })

  test('of a re-keyed secret is told once however often it is used', async () => {
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    const digester = createKeyDigester(new Uint8Array(32))
    const rekeying: Rekeying = {
      table: 'key',
      previous: digester.digest('a'),
      current: digester.digest('b'),
      pepperVersion: digester.version,
    }
    usage.rekey(rekeying)
    usage.rekey(rekeying)
    await usage.flush()
    expect(batches[0]?.rekeyings).toEqual([rekeying])
  })

  test('flushed twice at once is not written twice', async () => {
    const key = holder()
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    usage.record(key, 'accepted', minuteMs, null)
    await Promise.all([usage.flush(), usage.flush(), usage.flush()])
    expect(batches).toHaveLength(1)
  })

  test('of a secret whose row was read anew in between is told once, with the latest use', async () => {
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    usage.record(holder(), 'accepted', minuteMs, '192.0.2.1')
    usage.record(holder(), 'accepted', minuteMs + 1, '192.0.2.2')
    await usage.flush()
    expect(batches[0]?.uses).toEqual([{ ...numbers, atMs: minuteMs + 1, ip: '192.0.2.2', agent: null }])
    expect(batches[0]?.counts.reduce((total, { count }) => total + count, 0)).toBe(2)
  })

  test('goes on after a flush', async () => {
    const key = holder()
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    usage.record(key, 'accepted', minuteMs, '192.0.2.1')
    await usage.flush()
    usage.record(key, 'key_revoked', 9 * minuteMs, '192.0.2.1')
    await usage.flush()
    expect(batches[1]).toEqual({
      uses: [],
      counts: [{ keyNumber: 1, minute: 9, outcome: 'key_revoked', count: 1 }],
      rekeyings: [],
      sightings: [],
    })
  })

  test('is told with the agent of the last use, and without one where it was not seen', async () => {
    const [one, other] = [holder(), { keyNumber: 1, secretNumber: 12, note: null }]
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    usage.record(one, 'accepted', minuteMs, null, 'curl/8')
    usage.record(other, 'accepted', minuteMs, null, 'curl/8')
    usage.record(other, 'forbidden', minuteMs + 1, '192.0.2.1')
    await usage.flush()
    usage.record(one, 'accepted', 2 * minuteMs, '192.0.2.2')
    await usage.flush()
    expect(batches.map(({ uses }) => uses.map(({ agent, ip }) => [agent, ip]))).toEqual([
      [
        ['curl/8', null],
        [null, '192.0.2.1'],
      ],
      [[null, '192.0.2.2']],
    ])
  })

  test('that waits is told of: until it is written, and while it is being written', async () => {
    const key = holder()
    const { activity, state } = memoryActivity()
    let write: () => void = () => {}
    const slow: ActivityStore = {
      ...activity,
      async record(batch) {
        await new Promise<void>((resolve) => (write = resolve))
        await activity.record(batch)
      },
    }
    const { usage } = recorderOf(slow)
    expect(usage.waiting()).toBe(0)
    for (let count = 0; count < 3; count += 1) usage.record(key, 'accepted', (1 + count) * minuteMs, null)
    usage.record(key, 'forbidden', 3 * minuteMs, null)
    expect(usage.waiting()).toBe(4)
    state.fails = true
    for (const left of [4, 0]) {
      const flushed = usage.flush()
      await Promise.resolve()
      expect(usage.waiting()).toBe(4)
      write()
      await flushed
      expect(usage.waiting()).toBe(left)
      state.fails = false
    }
  })

  test('members are seen once in a batch, when they were there last, also where they could not be written', async () => {
    const { activity, batches, state } = memoryActivity()
    const { usage } = recorderOf(activity)
    const ada = { organizationId: 'acme' as OrganizationId, userId: 'ada' as UserId }
    const bo = { organizationId: 'acme' as OrganizationId, userId: 'bo' as UserId }
    state.fails = true
    usage.see(ada, 1)
    usage.see(bo, 2)
    await usage.flush()
    usage.see(ada, 3)
    usage.see(ada, 4)
    state.fails = false
    await usage.flush()
    await usage.flush()
    expect(batches.map(({ sightings }) => sightings)).toEqual([
      [
        { ...ada, atMs: 1 },
        { ...bo, atMs: 2 },
      ],
      [{ ...ada, atMs: 4 }],
    ])
  })

  test('of more secrets than may wait is dropped and counted', async () => {
    const { activity, batches } = memoryActivity()
    const { usage } = recorderOf(activity)
    for (let secretNumber = 0; secretNumber < 200_003; secretNumber++) {
      usage.record({ keyNumber: 1, secretNumber, note: null }, 'accepted', minuteMs, null)
    }
    expect(usage.dropped()).toBe(3)
    await usage.flush()
    expect(batches.flatMap(({ uses }) => uses)).toHaveLength(200_000)
  })
})
