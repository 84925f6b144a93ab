import type { OrganizationId } from '@mintmark/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UsageCount } from '../../engine/ports/activity.ts'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import { bucketMinutes } from '../../engine/ports/usage.ts'
import type { UsageBucket, UsageSum } from '../../engine/ports/usage.ts'
import { givenKey, givenMember, newProjectId } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'
import { count as countOfRuns } from '../../testing/scale.ts'

const buckets = Object.keys(bucketMinutes) as readonly UsageBucket[]
/** A minute at which a day begins. */
const today = 20_000 * bucketMinutes.day
const everything = { minute: 0, hour: 0, day: 0 }
const noFilter = { keyId: null, projectId: null, environment: null, ownerUserId: null }

export function describeUsage(opened: () => OpenedStorage): void {
  const count = async (counts: readonly UsageCount[]): Promise<void> =>
    opened().activity.record({ uses: [], counts, rekeyings: [] })
  const rollUp = async (beforeMinute: number): Promise<void> => {
    while (await opened().usageArchive.rollUp(beforeMinute));
  }
  const forget = async (horizon: typeof everything): Promise<void> => {
    let after: number | null = 0
    while (after !== null) after = await opened().usageArchive.forget(horizon, after)
  }
  const sum = async (
    organizationId: OrganizationId,
    keys: readonly KeyWithSecrets[],
    bucket: UsageBucket,
    [fromMinute, toMinute]: readonly [number, number] = [0, today * 2],
  ): Promise<readonly UsageSum[]> =>
    opened().storage.read(organizationId, async ({ usage }) => {
      const minutes = bucketMinutes[bucket]
      const range = { bucket, from: fromMinute / minutes, to: toMinute / minutes }
      const sums = await usage.sum(
        keys.map(({ number }) => number),
        range,
      )
      return sums.toSorted((one, other) => one.at - other.at || (one.outcome < other.outcome ? -1 : 1))
    })
  const waiting = async (key: KeyWithSecrets): Promise<number> =>
    (await opened().raw(`select 1 from key_usage where key_number = ${key.number}`)).length

  describe('usage', () => {
    test('is told by every bucket before it is rolled up, and the same after', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const key = await givenKey(opened().storage, organizationId)
      await count([
        countOf(key, today, 'accepted', 1),
        countOf(key, today + 59, 'accepted', 2),
        countOf(key, today + 59, 'forbidden', 3),
        countOf(key, today + 60, 'accepted', 4),
        countOf(key, today + bucketMinutes.day, 'accepted', 5),
      ])
      const told = async () => Promise.all(buckets.map(async (bucket) => sum(organizationId, [key], bucket)))
      const [minutes, hours, days] = await told()
      expect(minutes).toHaveLength(5)
      expect(hours).toEqual([
        { at: today / 60, outcome: 'accepted', count: 3 },
        { at: today / 60, outcome: 'forbidden', count: 3 },
        { at: today / 60 + 1, outcome: 'accepted', count: 4 },
        { at: today / 60 + 24, outcome: 'accepted', count: 5 },
      ])
      expect(days).toEqual([
        { at: 20_000, outcome: 'accepted', count: 7 },
        { at: 20_000, outcome: 'forbidden', count: 3 },
        { at: 20_001, outcome: 'accepted', count: 5 },
      ])
      await rollUp(today + 60)
      expect(await waiting(key)).toBe(2)
      expect(await told()).toEqual([minutes, hours, days])
      await rollUp(today * 2)
      expect(await waiting(key)).toBe(0)
      expect(await told()).toEqual([minutes, hours, days])
    })

    test('that comes late, after its minute was rolled up, is added to it', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const key = await givenKey(opened().storage, organizationId)
      for (const late of [1, 2, 4]) {
        await count([countOf(key, today + 7, 'accepted', late)])
        await rollUp(today * 2)
      }
      for (const bucket of buckets) expect(await sum(organizationId, [key], bucket)).toMatchObject([{ count: 7 }])
    })

    test('is of the range that is asked for: from its beginning, up to its end', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const key = await givenKey(opened().storage, organizationId)
      const around = [today - 1, today, today + bucketMinutes.day - 1, today + bucketMinutes.day]
      const ofADay = async (bucket: UsageBucket) =>
        sum(organizationId, [key], bucket, [today, today + bucketMinutes.day])
      await count(around.map((minute) => countOf(key, minute, 'accepted', 1)))
      for (const rolledUp of [0, today + 1, today * 2]) {
        await rollUp(rolledUp)
        for (const bucket of buckets) {
          const total = (await ofADay(bucket)).reduce((counted, sum) => counted + sum.count, 0)
          expect([rolledUp, bucket, total]).toEqual([rolledUp, bucket, 2])
        }
      }
    })

    test('is of the keys that a filter lets through, of one organization', async () => {
      const { storage } = opened()
      const [{ organizationId }, other] = [await givenMember(storage), await givenMember(storage)]
      const projectId = newProjectId()
      const live = await givenKey(storage, organizationId)
      const tests = await givenKey(storage, organizationId, { environment: 'test' })
      const inProject = await givenKey(storage, organizationId, { scope: 'project', projectId })
      const foreign = await givenKey(storage, other.organizationId)
      const numbers = async (filter: object) =>
        storage.read(organizationId, ({ usage }) => usage.listKeyNumbers(organizationId, { ...noFilter, ...filter }))
      expect(await numbers({})).toEqual([live.number, tests.number, inProject.number])
      expect(await numbers({ environment: 'test' })).toEqual([tests.number])
      expect(await numbers({ projectId })).toEqual([inProject.number])
      expect(await numbers({ keyId: live.id })).toEqual([live.number])
      expect(await numbers({ keyId: foreign.id })).toEqual([])
      expect(await numbers({ keyId: live.id, projectId })).toEqual([])
    })

    test('before the horizon is forgotten, each bucket’s by itself, and nothing else', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const key = await givenKey(opened().storage, organizationId)
      const minutes = [today - 1, today, today + 1]
      await count(minutes.map((minute) => countOf(key, minute, 'accepted', 1)))
      await rollUp(today * 2)
      await forget({ minute: today + 1, hour: today / 60, day: 0 })
      expect(await sum(organizationId, [key], 'minute')).toMatchObject([{ at: today + 1 }])
      expect(await sum(organizationId, [key], 'hour')).toMatchObject([{ at: today / 60, count: 2 }])
      expect(await sum(organizationId, [key], 'day')).toMatchObject([{ count: 1 }, { count: 2 }])
      await forget({ minute: 0, hour: 0, day: 20_001 })
      expect(await sum(organizationId, [key], 'day')).toEqual([])
    })

    test('goes with its key', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const [gone, stays] = [await givenKey(storage, organizationId), await givenKey(storage, organizationId)]
      await count([countOf(gone, today, 'accepted', 1), countOf(stays, today, 'accepted', 2)])
      await rollUp(today * 2)
      await count([countOf(gone, today, 'accepted', 1)])
      await storage.transaction(organizationId, async ({ keys }) => keys.delete(gone.number))
      await count([countOf(gone, today, 'accepted', 1)])
      await rollUp(today * 2)
      const left = buckets.map((bucket) => `select count from key_usage_${bucket}s where key_number = ${gone.number}`)
      for (const text of [...left, `select count from key_usage where key_number = ${gone.number}`]) {
        expect(await opened().raw(text)).toEqual([])
      }
      for (const bucket of buckets) {
        expect(await sum(organizationId, [gone, stays], bucket)).toMatchObject([{ count: 2 }])
      }
    })

    test('stays the same to the unit, whatever is counted, rolled up and deleted at the same time', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const rounds = countOfRuns(40, 800)
      const hits = 6
      const keys = await Promise.all(Array.from({ length: 8 }, async () => givenKey(storage, organizationId)))
      const doomed = await Promise.all(Array.from({ length: rounds }, async () => givenKey(storage, organizationId)))
      const counted = async (round: number): Promise<void> =>
        count(
          [...keys, ...doomed.slice(round)]
            .slice(0, 60)
            .map((key, index) => countOf(key, today + (index % 3), 'accepted', 1)),
        )
      const few = keys.slice(0, 2).map((key) => countOf(key, today, 'accepted', 1))
      const totals: number[] = []
      for (const [round, key] of doomed.entries()) {
        // Most of them at the same few rows: between what a roll-up sees and what it takes others add.
        const busy = Array.from({ length: hits }, async () => Promise.all([count(few), rollUp(today * 2)]))
        await Promise.all([
          counted(round),
          rollUp(today + 2),
          counted(round),
          storage.transaction(organizationId, async (stores) => stores.keys.delete(key.number)),
          ...busy,
          sum(organizationId, keys, 'hour').then((sums) => totals.push(total(sums))),
        ])
      }
      const expected = rounds * (2 * keys.length + hits * few.length)
      // Nothing was ever told twice, nor away and there again.
      expect(totals.toSorted((one, other) => one - other)).toEqual(totals)
      expect(Math.max(...totals)).toBeLessThanOrEqual(expected)
      for (const bucket of buckets) expect(total(await sum(organizationId, keys, bucket))).toBe(expected)
      await rollUp(today * 2)
      for (const bucket of buckets) expect(total(await sum(organizationId, keys, bucket))).toBe(expected)
      for (const key of keys) expect(await waiting(key)).toBe(0)
    })

    test('agrees with a simple model after any sequence of counting and rolling up', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const keys = [await givenKey(storage, organizationId), await givenKey(storage, organizationId)]
          const all: UsageCount[] = []
          for (const { rolls, counts } of steps) {
            const added = counts.map(({ key, ...rest }) => ({ ...rest, keyNumber: keys[key]?.number ?? 0 }))
            all.push(...added)
            await count(added)
            if (rolls !== null) await rollUp(rolls)
          }
          for (const bucket of buckets) expect(await sum(organizationId, keys, bucket)).toEqual(modelOf(all, bucket))
        }),
        { numRuns: countOfRuns(25, 500) },
      )
    })
  })
}

function countOf(key: KeyWithSecrets, minute: number, outcome: string, count: number): UsageCount {
  return { keyNumber: key.number, minute, outcome, count }
}

function total(sums: readonly UsageSum[]): number {
  return sums.reduce((counted, { count }) => counted + count, 0)
}

const minute = fc.integer({ min: today - 3 * bucketMinutes.day, max: today + 3 * bucketMinutes.day })
const step = fc.record({
  rolls: fc.option(minute),
  counts: fc.array(
    fc.record({
      key: fc.integer({ min: 0, max: 1 }),
      minute,
      outcome: fc.constantFrom('accepted', 'forbidden', 'rate_limit'),
      count: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { maxLength: 8 },
  ),
})

function modelOf(counts: readonly UsageCount[], bucket: UsageBucket): UsageSum[] {
  const sums = new Map<string, UsageSum>()
  for (const { minute, outcome, count } of counts) {
    const at = Math.floor(minute / bucketMinutes[bucket])
    const name = `${String(at).padStart(12)} ${outcome}`
    sums.set(name, { at, outcome, count: (sums.get(name)?.count ?? 0) + count })
  }
  return [...sums].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum)
}
