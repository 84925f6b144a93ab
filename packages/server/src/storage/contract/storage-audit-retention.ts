import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import { createAuditEvent } from '../../engine/audit.ts'
import { hostCaller } from '../../engine/caller.ts'
import { forgettingAction } from '../../engine/ports/audit.ts'
import type { Stores } from '../../engine/ports/storage.ts'
import { givenMember, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

export function describeAuditRetention(opened: () => OpenedStorage): void {
  describe('the oldest events of a chain', () => {
    /** A chain of events of these times after the start, in this order. */
    const chainOf = async (times: readonly number[], action = 'project.updated'): Promise<OrganizationId> => {
      const { organizationId: chain } = await givenMember(opened().storage)
      await opened().storage.transaction(chain, async ({ audit }) => {
        for (const at of times) await audit.append(chain, [eventAt(chain, at, action)])
      })
      return chain
    }
    const eventAt = (chain: OrganizationId, at: number, action: string) =>
      createAuditEvent(
        hostCaller(chain, { requestId: 'x', ip: null }),
        { action, target: { type: 'project', id: 'web' } },
        startMs + at,
        randomBytes,
      )
    const audit = async <T>(chain: OrganizationId, work: (audit: Stores['audit']) => Promise<T>): Promise<T> =>
      opened().storage.transaction(chain, async (stores) => work(stores.audit))
    const oldest = async (chain: OrganizationId, before: number, limit = 100): Promise<number | null> =>
      audit(chain, async (store) => (await store.oldest(chain, startMs + before, limit))?.sequence ?? null)
    const left = async (chain: OrganizationId): Promise<readonly number[]> =>
      (await audit(chain, async (store) => store.read(chain, null, 100))).map(({ sequence }) => sequence)

    test('are those before a time, and not more at once than is asked for', async () => {
      const chain = await chainOf([10, 20, 30, 40])
      expect(await oldest(chain, 10)).toBeNull()
      expect(await oldest(chain, 11)).toBe(1)
      expect(await oldest(chain, 40)).toBe(3)
      expect(await oldest(chain, 40, 2)).toBe(2)
      expect(await oldest(chain, 99)).toBe(4)
      const [, second] = await audit(chain, async (store) => store.read(chain, null, 2))
      expect(await audit(chain, async (store) => store.oldest(chain, startMs + 40, 2))).toEqual({
        sequence: 2,
        digest: second?.digest,
      })
    })

    test('end before the first that is not old, although later ones are: clocks are set back', async () => {
      const chain = await chainOf([10, 50, 20, 60, 30, 70])
      expect(await oldest(chain, 40)).toBe(1)
      expect(await oldest(chain, 55)).toBe(3)
      expect(await oldest(chain, 65)).toBe(5)
      const jumping = await chainOf([10, 60, 45, 30])
      expect(await oldest(jumping, 40)).toBe(1)
      expect(await oldest(jumping, 50)).toBe(1)
      expect(await oldest(jumping, 61)).toBe(4)
    })

    test('have emptied ones among them', async () => {
      const { organizationId: chain } = await givenMember(opened().storage)
      const key = 'key_0000000000000000000001' as never
      await audit(chain, async (store) => {
        const host = hostCaller(chain, { requestId: 'x', ip: null })
        const about = (id: string, at: number) =>
          createAuditEvent(host, { action: 'x', target: { type: 'api_key', id } }, startMs + at, randomBytes)
        await store.append(chain, [about(key, 10), about('other', 20), about(key, 30), about('other', 40)])
        await store.eraseTarget(chain, key)
      })
      expect(await oldest(chain, 15)).toBe(1)
      expect(await oldest(chain, 35)).toBe(3)
    })

    test('are none where they only say what was forgotten', async () => {
      const chain = await chainOf([10, 20], forgettingAction)
      expect(await oldest(chain, 99)).toBeNull()
      await audit(chain, async (store) => store.append(chain, [eventAt(chain, 30, 'project.updated')]))
      expect(await oldest(chain, 25)).toBeNull()
      expect(await oldest(chain, 99)).toBe(3)
    })

    test('are deleted up to one of them, once, and of one chain', async () => {
      const [chain, other] = [await chainOf([10, 20, 30]), await chainOf([10, 20, 30])]
      const forgotten = await Promise.all([1, 2].map(async () => audit(chain, async (store) => store.forget(chain, 2))))
      expect(new Set(forgotten)).toEqual(new Set([0, 2]))
      expect([await left(chain), await left(other)]).toEqual([[3], [1, 2, 3]])
      expect(await opened().raw('select 1 from audit_permits')).toEqual([])
    })
  })
}
