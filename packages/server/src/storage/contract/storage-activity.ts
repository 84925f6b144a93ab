import { setTimeout as sleep } from 'node:timers/promises'
import { digestToBytes } from '@mintmark/core'
import type { KeyDigest, OrganizationId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import type { Stores } from '../../engine/ports/storage.ts'
import { givenKey, givenMember, newDigest, sampleMember, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const minute = startMs / 60_000

const useOf = (key: KeyWithSecrets, atMs: number, ip: string | null = null, agent: string | null = null) => ({
  secretNumber: key.secrets[0]?.number ?? 0,
  keyNumber: key.number,
  atMs,
  ip,
  agent,
})

const countOf = (key: KeyWithSecrets, outcome: string, count: number, at = minute) => ({
  keyNumber: key.number,
  minute: at,
  outcome,
  count,
})

export function describeActivity(opened: () => OpenedStorage): void {
  const find = async (organizationId: OrganizationId, key: KeyWithSecrets) =>
    opened().storage.read(organizationId, async ({ keys }) => keys.find(organizationId, key.id))
  const usage = async (key: KeyWithSecrets) =>
    opened().raw(`select outcome, minute, count from key_usage where key_number = ${key.number} order by outcome`)
  const charged = async (key: KeyWithSecrets, since: number) =>
    (await opened().activity.countsSince(since)).find((row) => row.keyId === key.id)?.count

  describe('activity', () => {
    test('last use only moves forward, within a batch and between batches', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const uses = [
        useOf(key, startMs + 5, '10.0.0.1', 'one'),
        useOf(key, startMs + 9, '10.0.0.2', 'curl/8 "ü"'),
        useOf(key, startMs + 7),
      ]
      await activity.record({ uses, counts: [], rekeyings: [] })
      await activity.record({ uses: [useOf(key, startMs + 1, '10.0.0.3', 'late')], counts: [], rekeyings: [] })
      expect((await find(organizationId, key))?.secrets).toMatchObject([
        { lastUsedAtMs: startMs + 9, lastUsedIp: '10.0.0.2', lastUsedAgent: 'curl/8 "ü"' },
      ])
      await activity.record({ uses: [useOf(key, startMs + 10)], counts: [], rekeyings: [] })
      expect((await find(organizationId, key))?.secrets).toMatchObject([
        { lastUsedAtMs: startMs + 10, lastUsedIp: null, lastUsedAgent: null },
      ])
    })

    test('a member is seen where he is one, later only, and not when he is gone', async () => {
      const { storage, activity } = opened()
      const [mine, other] = [await givenMember(storage), await givenMember(storage)]
      // Of the same id, in another organization.
      await storage.transaction(other.organizationId, async ({ members }) =>
        members.insert(sampleMember(other.organizationId, { userId: mine.userId })),
      )
      const seenAt = async ({ organizationId, userId }: typeof mine) =>
        (await storage.read(organizationId, async ({ members }) => members.find(organizationId, userId)))?.lastSeenAtMs
      const see = async (atMs: number, ...members: (typeof mine)[]): Promise<void> =>
        activity.record({
          uses: [],
          counts: [],
          rekeyings: [],
          sightings: members.map((member) => ({ ...member, atMs })),
        })
      expect(await seenAt(mine)).toBeNull()
      await see(startMs + 5, mine, other)
      await see(startMs + 3, mine)
      await see(startMs + 9, other)
      expect(await seenAt(mine)).toBe(startMs + 5)
      expect(await seenAt(other)).toBe(startMs + 9)
      expect(await seenAt({ ...other, userId: mine.userId })).toBeNull()
      await storage.transaction(mine.organizationId, async ({ members }) =>
        members.delete(mine.organizationId, mine.userId),
      )
      await see(startMs + 20, mine, other)
      expect(await seenAt(mine)).toBeUndefined()
      expect(await seenAt(other)).toBe(startMs + 20)
    })

    test('a member is seen while somebody else has his lock', async () => {
      const { storage, activity } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const find = async ({ members }: Stores) => members.find(organizationId, userId)
      let seeing: Promise<void> = Promise.resolve()
      await storage.transaction(organizationId, async ({ members }) => {
        await members.lock(organizationId, userId)
        const sightings = [{ organizationId, userId, atMs: startMs }]
        seeing = activity.record({ uses: [], counts: [], rekeyings: [], sightings })
        // Where transactions are one after another it is written when this one has ended.
        await Promise.race([seeing, sleep(200)])
      })
      await seeing
      expect((await storage.read(organizationId, find))?.lastSeenAtMs).toBe(startMs)
    })

    test('usage adds up, within a batch and between batches', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const counts = [countOf(key, 'accepted', 2), countOf(key, 'accepted', 3), countOf(key, 'rate_limit', 4)]
      await activity.record({ uses: [], counts, rekeyings: [] })
      await activity.record({ uses: [], counts: [countOf(key, 'accepted', 1)], rekeyings: [] })
      expect(await usage(key)).toMatchObject([
        { outcome: 'accepted', count: 6, minute },
        { outcome: 'rate_limit', count: 4, minute },
      ])
    })

    test('a window is charged with what spent from it, accepted or not', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const counts = [
        countOf(key, 'accepted', 1, minute - 1),
        countOf(key, 'accepted', 2),
        countOf(key, 'forbidden', 4, minute + 1),
        countOf(key, 'owner_suspended', 8),
        countOf(key, 'rate_limit', 16),
        countOf(key, 'key_revoked', 32),
      ]
      await activity.record({ uses: [], counts, rekeyings: [] })
      expect(await charged(key, minute)).toBe(14)
      expect(await charged(key, minute + 2)).toBeUndefined()
    })

    test('a deleted key is not brought back, and the rest of its batch is kept', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const [gone, stays] = [await givenKey(storage, organizationId), await givenKey(storage, organizationId)]
      await storage.transaction(organizationId, async ({ keys }) => keys.delete(gone.number))
      await activity.record({
        uses: [useOf(gone, startMs), useOf(stays, startMs)],
        counts: [countOf(gone, 'accepted', 1), countOf(stays, 'accepted', 1)],
        rekeyings: [],
      })
      await activity.saveWindows([{ keyId: gone.id, bytes: Uint8Array.of(1) }])
      expect(await usage(gone)).toEqual([])
      expect(await usage(stays)).toHaveLength(1)
      expect(await opened().raw(`select * from key_activity where key_number = ${gone.number}`)).toEqual([])
      expect((await activity.takeWindows()).windows.map(({ keyId }) => keyId)).not.toContain(gone.id)
    })

    test('more rows than a slice are all written', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const counts = Array.from({ length: 350 }, (_, index) => countOf(key, `o${String(index).padStart(3, '0')}`, 1))
      const uses = Array.from({ length: 250 }, (_, index) => useOf(key, startMs + index))
      await activity.record({ uses, counts, rekeyings: [] })
      expect(await usage(key)).toHaveLength(350)
      expect((await find(organizationId, key))?.secrets).toMatchObject([{ lastUsedAtMs: startMs + 249 }])
    })

    test('goes on beside the control plane’s transactions, deletions too', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const made = await Promise.all(Array.from({ length: 12 }, async () => givenKey(storage, organizationId)))
      const recordUses = async (): Promise<void> =>
        activity.record({ uses: made.map((key) => useOf(key, startMs)).toReversed(), counts: [], rekeyings: [] })
      const recordCounts = async (): Promise<void> =>
        activity.record({ uses: [], counts: made.map((key) => countOf(key, 'accepted', 1)), rekeyings: [] })
      const remove = async (key: KeyWithSecrets): Promise<void> =>
        storage.transaction(organizationId, async ({ keys }) => keys.delete(key.number))
      const work = (key: KeyWithSecrets, index: number) =>
        index < 6 ? [recordUses(), remove(key), recordCounts()] : [recordCounts(), recordUses()]
      await Promise.all(made.flatMap(work))
      for (const [index, key] of made.entries()) {
        expect(await usage(key)).toMatchObject(index < 6 ? [] : [{ count: 12 }])
      }
    })
  })

  describe('saved windows', () => {
    test('are taken once, as they were saved last', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const [one, other] = [await givenKey(storage, organizationId), await givenKey(storage, organizationId)]
      await activity.saveWindows([{ keyId: one.id, bytes: Uint8Array.of(9) }])
      const many = Uint8Array.from({ length: 41_000 }, (_, index) => index % 256)
      await activity.saveWindows([
        { keyId: one.id, bytes: many },
        { keyId: other.id, bytes: Uint8Array.of() },
      ])
      const taken = new Map((await activity.takeWindows()).windows.map(({ keyId, bytes }) => [keyId, bytes]))
      expect(taken).toEqual(
        new Map([
          [one.id, many],
          [other.id, Uint8Array.of()],
        ]),
      )
      expect((await activity.takeWindows()).windows).toEqual([])
    })

    test('are all there only after a save that was finished, also one of none, and only once', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const { id: keyId } = await givenKey(storage, organizationId)
      await activity.takeWindows()
      for (const saved of [[], [{ keyId, bytes: Uint8Array.of(1) }]]) {
        await activity.saveWindows(saved)
        expect(await activity.takeWindows()).toEqual({ areAll: true, windows: saved })
        expect(await activity.takeWindows()).toEqual({ areAll: false, windows: [] })
      }
      const cutOff = function* () {
        yield { keyId, bytes: Uint8Array.of(1) }
        throw new Error('killed')
      }
      await expect(activity.saveWindows(cutOff())).rejects.toThrow('killed')
      expect((await activity.takeWindows()).areAll).toBe(false)
    })
  })

  describe('re-keying', () => {
    const digestOf = async (key: KeyWithSecrets) => {
      const rows = await opened().raw(
        `select digest, pepper_version from api_key_secrets where key_number = ${key.number}`,
      )
      return rows.map((row) => [Array.from(Object.values(row['digest'] ?? {})), row['pepper_version']])
    }
    const stored = (digest: KeyDigest, version: string) => [[Array.from(digestToBytes(digest)), version]]

    test('changes the digest of the secret that has the previous one, and no other', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const [previous, current, untouched] = [newDigest(), newDigest(), newDigest()]
      const key = await givenKey(storage, organizationId, {}, { digest: previous, pepperVersion: 'old' })
      const other = await givenKey(storage, organizationId, {}, { digest: untouched, pepperVersion: 'old' })
      const rekeying = { table: 'key', previous, current, pepperVersion: 'new' } as const
      await activity.record({ uses: [], counts: [], rekeyings: [rekeying, rekeying] })
      await activity.record({ uses: [], counts: [], rekeyings: [rekeying] })
      expect(await digestOf(key)).toEqual(stored(current, 'new'))
      expect(await digestOf(other)).toEqual(stored(untouched, 'old'))
    })

    test('never gives two secrets one digest', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const [previous, taken] = [newDigest(), newDigest()]
      const key = await givenKey(storage, organizationId, {}, { digest: previous, pepperVersion: 'old' })
      await givenKey(storage, organizationId, {}, { digest: taken })
      const rekeying = { table: 'key', previous, current: taken, pepperVersion: 'new' } as const
      await activity.record({ uses: [], counts: [], rekeyings: [rekeying] })
      expect(await digestOf(key)).toEqual(stored(previous, 'old'))
    })
  })
}
