import type { OrganizationId, UserId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import {
  givenKey,
  givenMember,
  sampleEvent,
  sampleKey,
  sampleMember,
  sampleSecret,
  startMs,
} from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const parallelMints = 200
const limit = 50

export function describeConcurrency(opened: () => OpenedStorage): void {
  describe('transactions', () => {
    test('leave nothing when their work rejects, and hand its error on', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const member = sampleMember(organizationId)
      const key = sampleKey(organizationId)
      const failing = storage.transaction(organizationId, async (stores) => {
        await stores.members.insert(member)
        await stores.keys.insert(key, sampleSecret())
        await stores.audit.append(organizationId, [sampleEvent()])
        throw new RangeError('ours')
      })
      await expect(failing).rejects.toThrow(new RangeError('ours'))
      await storage.read(organizationId, async (stores) => {
        expect(await stores.members.find(organizationId, member.userId)).toBeNull()
        expect(await stores.keys.find(organizationId, key.id)).toBeNull()
        expect(await stores.audit.head(organizationId)).toBeNull()
      })
    })

    test('are refused whole when a statement failed, even if its error was swallowed', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const outcome = storage
        .transaction(organizationId, async ({ keys, members }) => {
          await members.update(organizationId, userId, { name: 'Half done' })
          const twin = { ...sampleKey(organizationId), id: key.id }
          await keys.insert(twin, sampleSecret())
        })
        .then(() => 'committed')
      await expect(outcome).rejects.toThrow()
      const member = await storage.read(organizationId, async ({ members }) => members.find(organizationId, userId))
      expect(member?.name).toBe('Ada')
    })

    test('show their rows to nobody before they are committed', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const member = sampleMember(organizationId)
      const gate = Promise.withResolvers<void>()
      const inserted = Promise.withResolvers<void>()
      const writing = storage.transaction(organizationId, async ({ members }) => {
        await members.insert(member)
        inserted.resolve()
        await gate.promise
        throw new Error('undone')
      })
      await inserted.promise
      const seen = storage.read(organizationId, async ({ members }) => members.find(organizationId, member.userId))
      // The read is under way while the row is there; an engine that lets readers wait must let them go on now.
      setTimeout(gate.resolve, 20)
      await expect(writing).rejects.toThrow('undone')
      expect(await seen).toBeNull()
    })

    test('are over when they are over: stores kept longer do nothing', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const kept = await storage.transaction(organizationId, async (stores) => stores)
      await expect(kept.members.update(organizationId, userId, { name: 'Late' })).rejects.toThrow()
      const read = await storage.read(organizationId, async (stores) => stores)
      await expect(read.members.find(organizationId, userId)).rejects.toThrow()
    })

    test('that only read cannot write', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const writing = storage.read(organizationId, async ({ members }) =>
        members.update(organizationId, userId, { name: 'No' }),
      )
      await expect(writing).rejects.toThrow()
    })

    test('know the time at each call', async () => {
      const { storage } = opened()
      const times = await storage.transaction('every-organization', async (stores) => {
        const first = await stores.nowMs()
        await new Promise((resolve) => setTimeout(resolve, 15))
        return [first, await stores.nowMs()] as const
      })
      expect(Number.isSafeInteger(times[0])).toBe(true)
      expect(times[1] - times[0]).toBeGreaterThanOrEqual(10)
      expect(Math.abs(times[0] - Date.now())).toBeLessThan(5_000)
    })
  })

  describe('creation limits', () => {
    test(`of ${parallelMints} parallel mints exactly ${limit} a day pass`, async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const results = await Promise.all(
        Array.from({ length: parallelMints }, async () => mintWithinDay(opened(), organizationId, userId)),
      )
      expect(results.filter(Boolean)).toHaveLength(limit)
      await storage.transaction(organizationId, async ({ keys, mintLog }) => {
        expect(await keys.countActive(organizationId, userId, { nowMs: startMs, countRevoked: false })).toBe(limit)
        for (const key of await keys.lockUnrevoked(organizationId, { ownerUserId: userId }))
          await keys.delete(key.number)
        expect(await mintLog.recent(organizationId, userId, { sinceMs: 0, nth: 1 })).toMatchObject({ count: limit })
      })
      expect(await mintWithinDay(opened(), organizationId, userId)).toBe(false)
    })

    test('the log tells the oldest and the nth newest after an instant', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const other = await givenMember(storage)
      await storage.transaction('every-organization', async ({ mintLog }) => {
        for (const atMs of [30, 10, 20, 40]) await mintLog.append(organizationId, userId, atMs)
        await mintLog.append(other.organizationId, userId, 35)
        await mintLog.append(organizationId, other.userId, 35)
        const recent = async (sinceMs: number, nth: number) => mintLog.recent(organizationId, userId, { sinceMs, nth })
        expect(await recent(10, 3)).toEqual({ count: 3, oldestAtMs: 20, nthNewestAtMs: 20 })
        expect(await recent(0, 1)).toEqual({ count: 4, oldestAtMs: 10, nthNewestAtMs: 40 })
        expect(await recent(0, 5)).toEqual({ count: 4, oldestAtMs: 10, nthNewestAtMs: null })
        expect(await recent(40, 1)).toEqual({ count: 0, oldestAtMs: null, nthNewestAtMs: null })
      })
    })
  })

  describe('two organizations at once', () => {
    test('are worked on without one stopping the other, each ending with its chain’s head', async () => {
      const { storage } = opened()
      const both = [await givenMember(storage), await givenMember(storage)]
      const mints = both.flatMap(({ organizationId, userId }) =>
        Array.from({ length: 32 }, async () => mintWithinDay(opened(), organizationId, userId)),
      )
      expect(await Promise.all(mints)).toEqual(Array.from({ length: 64 }, () => true))
    })

    test('locked in opposite orders: one waits, or is run again, and both are done', async () => {
      const { storage } = opened()
      const [one, other] = [await givenMember(storage), await givenMember(storage)]
      const touch = async (first: typeof one, second: typeof one): Promise<void> =>
        storage.transaction('every-organization', async ({ organizations, members }) => {
          await organizations.lock(first.organizationId)
          await new Promise((resolve) => setTimeout(resolve, 20))
          await organizations.lock(second.organizationId)
          const member = await members.lock(one.organizationId, one.userId)
          await members.update(one.organizationId, one.userId, { name: `${member?.name}+` })
        })
      await Promise.all([touch(one, other), touch(other, one)])
      const member = await storage.read(one.organizationId, async ({ members }) =>
        members.find(one.organizationId, one.userId),
      )
      expect(member?.name).toBe('Ada++')
    })
  })
}

/** Lock, then count by a later statement: ALGORITHMS F. */
async function mintWithinDay(opened: OpenedStorage, organizationId: OrganizationId, userId: UserId): Promise<boolean> {
  return opened.storage.transaction(organizationId, async ({ audit, keys, members, mintLog }) => {
    await members.lock(organizationId, userId)
    const { count } = await mintLog.recent(organizationId, userId, { sinceMs: startMs - 86_400_000, nth: limit })
    if (count >= limit) return false
    await keys.insert(sampleKey(organizationId, { owner: { type: 'member', userId } }), sampleSecret())
    await mintLog.append(organizationId, userId, startMs)
    await audit.append(organizationId, [sampleEvent()])
    return true
  })
}
