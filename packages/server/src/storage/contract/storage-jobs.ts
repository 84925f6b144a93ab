import { randomBytes } from 'node:crypto'
import { createId, digestFromBytes } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { Stores } from '../../engine/ports/storage.ts'
import { givenKey, givenMember, newDigest, sampleKey, sampleSecret, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const longMs = 3_600_000
const dayMs = 86_400_000

export function describeJobs(opened: () => OpenedStorage): void {
  const jobs = async <T>(work: (stores: Stores['jobs']) => Promise<T>): Promise<T> =>
    opened().storage.transaction('every-organization', async (stores) => work(stores.jobs))
  const newName = (): string => `job.${randomBytes(4).toString('hex')}`

  describe('jobs', () => {
    test('are one holder’s, and nobody else’s until he gives them back and they are due again', async () => {
      const name = newName()
      expect(await jobs((stores) => stores.claim(name, 'one', longMs))).toBe(true)
      expect(await jobs((stores) => stores.claim(name, 'other', longMs))).toBe(false)
      // Not a second time for himself either: another run of his may be at it.
      expect(await jobs((stores) => stores.claim(name, 'one', longMs))).toBe(false)
      await jobs((stores) => stores.release(name, 'one', longMs))
      expect(await jobs((stores) => stores.claim(name, 'other', longMs))).toBe(false)
    })

    test('that were given back and are due are the next one’s', async () => {
      const name = newName()
      expect(await jobs((stores) => stores.claim(name, 'one', longMs))).toBe(true)
      await jobs((stores) => stores.release(name, 'one', 0))
      expect(await jobs((stores) => stores.claim(name, 'other', longMs))).toBe(true)
    })

    test('are free when the lease of a holder who died has ended, and he has them no more', async () => {
      const name = newName()
      expect(await jobs((stores) => stores.claim(name, 'dead', 0))).toBe(true)
      expect(await jobs((stores) => stores.renew(name, 'dead', longMs))).toBe(false)
      expect(await jobs((stores) => stores.claim(name, 'next', longMs))).toBe(true)
      expect(await jobs((stores) => stores.renew(name, 'dead', longMs))).toBe(false)
      await jobs((stores) => stores.release(name, 'dead', 0))
      expect(await jobs((stores) => stores.claim(name, 'third', longMs))).toBe(false)
      expect(await jobs((stores) => stores.renew(name, 'next', longMs))).toBe(true)
    })

    test('are one’s of any number that claim them at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        const name = newName()
        const claims = await Promise.all(
          Array.from({ length: 8 }, async (_, holder) => jobs((stores) => stores.claim(name, String(holder), longMs))),
        )
        expect(claims.filter(Boolean)).toHaveLength(1)
      }
    })
  })

  describe('nodes', () => {
    const nodes = async <T>(work: (stores: Stores['nodes']) => Promise<T>): Promise<T> =>
      opened().storage.transaction('every-organization', async (stores) => work(stores.nodes))
    const ids = async (): Promise<unknown[]> =>
      (await opened().raw('select id from nodes order by id')).map((row) => row['id'])

    test('are heard of by the others for as long', async () => {
      const [here, there, silent] = [newName(), newName(), newName()]
      for (const id of [here, there, silent]) await nodes((stores) => stores.beat(id))
      const others = async (id: string): Promise<readonly string[]> =>
        (await nodes((stores) => stores.listOthers(id, longMs))).filter((name) => [here, there, silent].includes(name))
      expect(await others(here)).toEqual([there, silent].toSorted())
      await opened().raw(`update nodes set seen_at = seen_at - ${2 * longMs} where id = '${silent}'`)
      expect(await others(here)).toEqual([there])
      expect(await others(silent)).toEqual([here, there].toSorted())
      for (const id of [here, there, silent]) await nodes((stores) => stores.leave(id))
    })

    test('are struck off once they have been silent for longer than that, and one is told of each', async () => {
      const [gone, drained, there] = [newName(), newName(), newName()]
      const beforeMs = Date.now()
      for (const id of [gone, drained, there]) await nodes((stores) => stores.beat(id))
      await nodes((stores) => stores.leave(drained))
      await opened().raw(`update nodes set seen_at = seen_at - ${2 * longMs} where id <> '${there}'`)
      expect(await nodes((stores) => stores.strikeOff(3 * longMs))).toEqual([])
      const struck = await Promise.all([1, 2, 3].map(async () => nodes((stores) => stores.strikeOff(longMs))))
      const [lastSeenAtMs = 0, ...others] = struck.flat()
      expect(others).toEqual([])
      expect(Math.abs(lastSeenAtMs + 2 * longMs - beforeMs)).toBeLessThan(longMs)
      expect(await ids()).toEqual([there])
      // Whoever only stood still is there again.
      await nodes((stores) => stores.beat(gone))
      expect(await ids()).toEqual([gone, there].toSorted())
    })
  })

  describe('what is old', () => {
    const all = async (work: (stores: Stores) => Promise<number>): Promise<number> => {
      let total = 0
      for (;;) {
        const deleted = await opened().storage.transaction('every-organization', work)
        expect(deleted).toBeLessThanOrEqual(2)
        total += deleted
        if (deleted === 0) return total
      }
    }
    const times = [startMs - dayMs, startMs - 1, startMs, startMs + 1]

    test('is deleted some at a time: mints', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      await storage.transaction(organizationId, async ({ mintLog }) => {
        for (const atMs of times) await mintLog.append(organizationId, userId, atMs)
      })
      expect(await all(async ({ mintLog }) => mintLog.deleteBefore(startMs, 2))).toBeGreaterThanOrEqual(2)
      const left = await opened().raw(`select at from mint_log where organization_id = '${organizationId}' order by at`)
      expect(left.map(({ at }) => at)).toEqual([startMs, startMs + 1])
    })

    test('claims of an Idempotency-Key', async () => {
      const principal = newName()
      await opened().storage.transaction('every-organization', async ({ idempotency }) => {
        for (const atMs of times) {
          const claim = { principal, keyHmac: String(atMs), fingerprint: 'f', atMs, sinceMs: 0 }
          await idempotency.claim(claim)
          await idempotency.complete(principal, claim.keyHmac, { status: 201, resourceId: null })
        }
      })
      expect(await all(async ({ idempotency }) => idempotency.deleteBefore(startMs, 2))).toBeGreaterThanOrEqual(2)
      const left = await opened().raw(`select at from idempotency where principal = '${principal}' order by at`)
      expect(left.map(({ at }) => at)).toEqual([startMs, startMs + 1])
    })

    test('sessions that ended', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      await storage.transaction(organizationId, async ({ sessions }) => {
        for (const expiresAtMs of times) {
          const session = { id: createId('ses', randomBytes), organizationId, userId, createdAtMs: 1, expiresAtMs }
          await sessions.insert({ ...session, digest: newDigest(), pepperVersion: 'v' })
        }
      })
      expect(await all(async ({ sessions }) => sessions.deleteEndedBefore(startMs, 2))).toBeGreaterThanOrEqual(2)
      const left = await opened().raw(
        `select expires_at from sessions where organization_id = '${organizationId}' order by expires_at`,
      )
      expect(left.map((row) => row['expires_at'])).toEqual([startMs, startMs + 1])
    })

    test('invitations that expired', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      await storage.transaction(organizationId, async ({ invitations }) => {
        for (const expiresAtMs of times) {
          await invitations.insert({
            id: createId('inv', randomBytes),
            organizationId,
            email: `${expiresAtMs}@example.test`,
            role: 'member',
            createdAtMs: 1,
            createdByUserId: null,
            expiresAtMs,
            digest: digestFromBytes(randomBytes(32)),
            pepperVersion: 'v',
          })
        }
      })
      expect(await all(async ({ invitations }) => invitations.deleteExpiredBefore(startMs, 2))).toBeGreaterThanOrEqual(
        2,
      )
      const left = await opened().raw(
        `select expires_at from invitations where organization_id = '${organizationId}' order by expires_at`,
      )
      expect(left.map((row) => row['expires_at'])).toEqual([startMs, startMs + 1])
    })
  })

  describe('notices of expiry', () => {
    const dueAtMs = async (organizationId: string): Promise<unknown[]> => {
      const rows = await opened().raw(
        `select notice_due_at from api_keys where organization_id = '${organizationId}' order by number`,
      )
      return rows.map((row) => row['notice_due_at'])
    }

    test('are due at the first that is still to come when a key is made', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      for (const days of [null, 0.5, 1, 1.5, 7, 30]) {
        await givenKey(storage, organizationId, { expiresAtMs: days === null ? null : startMs + days * dayMs })
      }
      const expected = [null, 0.5, 1, 0.5, 6, 23].map((days) => (days === null ? null : startMs + days * dayMs))
      expect(await dueAtMs(organizationId)).toEqual(expected)
      await storage.transaction('every-organization', async ({ keys }) =>
        keys.insert(sampleKey(null, { expiresAtMs: startMs + dayMs }), sampleSecret()),
      )
      expect(
        await opened().raw('select 1 from api_keys where organization_id is null and notice_due_at is not null'),
      ).toEqual([])
    })

    test('are due anew when its expiry is changed, and not when anything else is', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId, { expiresAtMs: startMs + 30 * dayMs })
      const update = async (change: object): Promise<void> =>
        storage.transaction(organizationId, async ({ keys }) => keys.update(key.number, change))
      await update({ name: 'renamed' })
      expect(await dueAtMs(organizationId)).toEqual([startMs + 23 * dayMs])
      const farMs = Date.now() + 400 * dayMs
      await update({ expiresAtMs: farMs })
      expect(await dueAtMs(organizationId)).toEqual([farMs - 7 * dayMs])
      await update({ expiresAtMs: null })
      expect(await dueAtMs(organizationId)).toEqual([null])
    })

    test('are found, longest due first, of one organization', async () => {
      const { storage } = opened()
      const [{ organizationId }, later] = [await givenMember(storage), await givenMember(storage)]
      // Before all that other tests made.
      const createdAtMs = 1_000
      const due = async (organization: typeof organizationId, expiresAtMs: number) =>
        givenKey(storage, organization, { createdAtMs, expiresAtMs })
      await due(later.organizationId, 4_000)
      const [second, first] = [await due(organizationId, 3_000), await due(organizationId, 2_000)]
      await storage.transaction('every-organization', async ({ expiryNotices }) => {
        expect(await expiryNotices.nextOrganization(1_999)).toBeNull()
        expect(await expiryNotices.nextOrganization(5_000)).toBe(organizationId)
        expect(await expiryNotices.listDue(organizationId, 2_999, 9)).toEqual([first.id])
        expect(await expiryNotices.listDue(organizationId, 5_000, 9)).toEqual([second.id, first.id])
        expect(await expiryNotices.listDue(organizationId, 5_000, 1)).toEqual([second.id])
        await expiryNotices.set(first.number, null)
        await expiryNotices.set(second.number, 9_000)
        expect(await expiryNotices.dueAtMs(second.number)).toBe(9_000)
        expect(await expiryNotices.nextOrganization(5_000)).toBe(later.organizationId)
      })
      await storage.transaction('every-organization', async ({ organizations }) => {
        for (const id of [organizationId, later.organizationId]) await organizations.delete(id)
      })
    })
  })
}
