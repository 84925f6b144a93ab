import type { OrganizationId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { AuditFilter, NewAuditEvent } from '../../engine/ports/audit.ts'
import { givenMember, newOrganizationId, newProjectId, sampleEvent, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const everything: AuditFilter = {
  action: null,
  actorId: null,
  targetId: null,
  projectId: null,
  environment: null,
  fromMs: null,
  toMs: null,
}

/** More than a page looks through. */
const manyEvents = 5_100

export function describeAuditSearch(opened: () => OpenedStorage): void {
  const append = async (chain: OrganizationId, events: readonly NewAuditEvent[]): Promise<void> =>
    opened().storage.transaction(chain, async ({ audit }) => audit.append(chain, events))

  const pageOf = async (chain: OrganizationId, filter: Partial<AuditFilter>, before: number | null, limit: number) =>
    opened().storage.read(chain, async ({ audit }) =>
      audit.list(chain, { ...everything, ...filter }, { before, limit }),
    )

  /** Every sequence that matches, by pages of three. */
  async function found(chain: OrganizationId, filter: Partial<AuditFilter>): Promise<readonly number[]> {
    const sequences: number[] = []
    let before: number | null = null
    do {
      const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(chain, filter, before, 3)
      sequences.push(...page.records.map((record) => record.sequence))
      before = page.nextBefore
    } while (before !== null)
    return sequences
  }

  describe('lists of audit events', () => {
    test('have what matches every field, newest first, and nothing of another chain', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const other = await givenMember(opened().storage)
      const [one, two] = [newProjectId(), newProjectId()]
      const ada = { type: 'member', id: 'ada' } as const
      const bob = { type: 'member', id: 'bob' } as const
      const key = { type: 'api_key', id: 'key_1' }
      await append(organizationId, [
        sampleEvent({ action: 'api_key.created', actor: ada, target: key, projectId: one }),
        sampleEvent({ action: 'api_key.created', actor: bob, target: key, projectId: two }),
        sampleEvent({ action: 'api_key.revoked', actor: ada, target: key, projectId: one }),
        sampleEvent({ action: 'project.created', actor: ada, projectId: one }),
        sampleEvent({ action: 'project.created', actor: bob }),
      ])
      await append(other.organizationId, [sampleEvent({ action: 'api_key.created', actor: ada, target: key })])
      expect(await found(organizationId, {})).toEqual([5, 4, 3, 2, 1])
      expect(await found(organizationId, { actorId: 'ada' })).toEqual([4, 3, 1])
      expect(await found(organizationId, { targetId: 'key_1' })).toEqual([3, 2, 1])
      expect(await found(organizationId, { projectId: one })).toEqual([4, 3, 1])
      expect(await found(organizationId, { action: 'api_key.created' })).toEqual([2, 1])
      expect(await found(organizationId, { actorId: 'ada', targetId: 'key_1', action: 'api_key.revoked' })).toEqual([3])
      expect(await found(organizationId, { projectId: two, actorId: 'ada' })).toEqual([])
      expect(await found(newOrganizationId(), {})).toEqual([])
    })

    test('leave out what was erased', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const about = { target: { type: 'api_key', id: 'key_gone' } }
      await append(organizationId, [sampleEvent(), sampleEvent(about), sampleEvent()])
      await opened().storage.transaction(organizationId, async ({ audit }) =>
        audit.eraseTarget(organizationId, 'key_gone' as never),
      )
      expect(await found(organizationId, {})).toEqual([3, 1])
      expect(await found(organizationId, { targetId: 'key_gone' })).toEqual([])
    })

    test('find by time what was written late, and under a clock that had been set back', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const seconds = [10, 11, 14, 12, 13, 13, 20, 5, 6, 21, 22, 21]
      for (const second of seconds) await append(organizationId, [sampleEvent({ atMs: startMs + second * 1000 })])
      const times = [0, 5, 6, 10, 12, 13, 14, 15, 20, 21, 22, 23]
      for (const from of times) {
        for (const to of times) {
          const matching = seconds
            .flatMap((second, index) => (second >= from && second < to ? [index + 1] : []))
            .toReversed()
          const filter = { fromMs: startMs + from * 1000, toMs: startMs + to * 1000 }
          expect(await found(organizationId, filter)).toEqual(matching)
        }
      }
    })

    test('look through a bounded number of events at once, and miss none', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const rare = (index: number): boolean => index % 2_000 === 0
      const events = Array.from({ length: manyEvents }, (_, index) =>
        sampleEvent({ action: rare(index) ? 'rare' : 'usual', atMs: startMs + index }),
      )
      for (let start = 0; start < manyEvents; start += 1_000)
        await append(organizationId, events.slice(start, start + 1_000))
      expect(await found(organizationId, { action: 'rare' })).toEqual([4001, 2001, 1])
      const nothing = await pageOf(organizationId, { action: 'none' }, null, 100)
      expect(nothing).toEqual({ records: [], nextBefore: manyEvents - 5_000 + 1 })
      expect(await pageOf(organizationId, { action: 'none' }, nothing.nextBefore, 100)).toEqual({
        records: [],
        nextBefore: null,
      })
      // By time, one page goes straight to where it is.
      const early = await pageOf(organizationId, { action: 'rare', toMs: startMs + 2 }, null, 100)
      expect(early.records.map(({ sequence }) => sequence)).toEqual([1])
    })
  })

  describe('a chain for whoever checks it', () => {
    test('is read in order, from any of its events on', async () => {
      const { organizationId } = await givenMember(opened().storage)
      const events = [sampleEvent(), sampleEvent({ projectId: newProjectId() }), sampleEvent()]
      await append(organizationId, events)
      await opened().storage.read(organizationId, async ({ audit }) => {
        const all = await audit.read(organizationId, null, 10)
        expect(all.map(({ sequence, payload, payloadDigest }) => ({ sequence, payload, payloadDigest }))).toEqual(
          events.map(({ payload, payloadDigest }, index) => ({ sequence: index + 1, payload, payloadDigest })),
        )
        expect(all[1]?.columns).toEqual({
          id: events[1]?.id,
          atMs: startMs,
          action: 'key.minted',
          actorType: 'host',
          actorId: 'host',
          targetType: 'key',
          targetId: events[1]?.target.id,
          projectId: events[1]?.projectId,
        })
        expect(new Uint8Array(all[2]?.salt ?? [])).toEqual(new Uint8Array(events[2]?.salt ?? []))
        expect(await audit.read(organizationId, 1, 1)).toEqual([all[1]])
        expect(await audit.read(organizationId, 3, 10)).toEqual([])
        expect(await audit.find(organizationId, 2)).toEqual(all[1])
        expect(await audit.find(organizationId, 4)).toBeNull()
        expect(await audit.tail(organizationId)).toEqual({
          head: { sequence: 3, digest: all[2]?.digest },
          lastSequence: 3,
        })
        expect(await audit.tail(newOrganizationId())).toEqual({ head: null, lastSequence: 0 })
      })
    })

    test('is found by name, one after another, with a head, with events, or with an organization alone', async () => {
      const { storage, raw } = opened()
      const { organizationId } = await givenMember(storage)
      const { organizationId: silent } = await givenMember(storage)
      const orphan = `${organizationId}-orphan`
      await append(organizationId, [sampleEvent()])
      await raw(`insert into audit_events (chain, sequence, payload_digest, digest) values ('${orphan}', 1, 'x', 'x')`)
      const names: string[] = []
      await storage.read('every-organization', async ({ audit }) => {
        for (let chain = await audit.nextChain(null); chain !== null; chain = await audit.nextChain(chain)) {
          names.push(chain)
        }
      })
      const known = new Set<string>([organizationId, orphan, silent])
      expect(names.filter((name) => known.has(name))).toHaveLength(known.size)
      expect(new Set(names).size).toBe(names.length)
      await raw(`insert into audit_permits (chain, change) values ('${orphan}', 'delete')`)
      await raw(`delete from audit_events where chain = '${orphan}'`)
      await raw(`delete from audit_permits where chain = '${orphan}'`)
    })
  })
}
