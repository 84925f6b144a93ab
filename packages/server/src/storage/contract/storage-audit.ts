import { chainOrigin, checkChain, digestPayload } from '@mintmark/core'
import type { ChainCheck, ChainDigest, ChainEvent, Declaration, OrganizationId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ChainName } from '../../engine/ports/audit.ts'
import { givenKey, givenMember, sampleEvent } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const parallelAppends = 64

export function describeAudit(opened: () => OpenedStorage): void {
  describe('the audit chain', () => {
    test('of an organization, and of the installation, is whole by core’s own check', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      for (const [tenant, chain] of [
        [organizationId, organizationId],
        ['every-organization', 'installation'],
      ] as const) {
        await storage.transaction(tenant, async ({ audit }) => audit.append(chain, [sampleEvent(), sampleEvent()]))
        await storage.transaction(tenant, async ({ audit }) => {
          await audit.append(chain, [])
          await audit.append(chain, [sampleEvent()])
        })
        expect(await check(opened(), chain)).toEqual({ whole: true, checked: 3 })
      }
      expect(await storage.read(organizationId, async ({ audit }) => audit.head(organizationId))).toMatchObject({
        sequence: 3,
      })
    })

    test('has no head before its first event', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      expect(await storage.read(organizationId, async ({ audit }) => audit.head(organizationId))).toBeNull()
    })

    test('shows a transaction what it has appended itself', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      await storage.transaction(organizationId, async ({ audit }) => {
        await audit.append(organizationId, [sampleEvent(), sampleEvent()])
        expect(await audit.head(organizationId)).toMatchObject({ sequence: 2 })
        await audit.append(organizationId, [sampleEvent()])
      })
      expect(await check(opened(), organizationId)).toEqual({ whole: true, checked: 3 })
    })

    test('takes the whole transaction down when an event cannot be appended', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const event = sampleEvent()
      const failing = storage.transaction(organizationId, async ({ audit, members }) => {
        await members.update(organizationId, userId, { name: 'Unrecorded' })
        await audit.append(organizationId, [event, event])
      })
      await expect(failing).rejects.toThrow(/unique/i)
      await storage.read(organizationId, async ({ audit, members }) => {
        expect(await audit.head(organizationId)).toBeNull()
        expect(await members.find(organizationId, userId)).toMatchObject({ name: 'Ada' })
      })
    })

    test('is unbroken after parallel appends, and rolled back ones leave no gap', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const append = async (index: number): Promise<void> =>
        storage.transaction(organizationId, async ({ audit }) => {
          await audit.append(organizationId, [sampleEvent()])
          if (index % 8 === 0) throw new Error('rolled back')
        })
      const results = await Promise.allSettled(
        Array.from({ length: parallelAppends }, async (_, index) => append(index)),
      )
      const kept = results.filter((result) => result.status === 'fulfilled').length
      expect(kept).toBe((parallelAppends * 7) / 8)
      expect(await check(opened(), organizationId)).toEqual({ whole: true, checked: kept })
    })

    test('keeps proving its events after those about a deleted key are emptied', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const about = { target: { type: 'key', id: key.id } }
      const erased = await storage.transaction(organizationId, async ({ audit }) => {
        await audit.append(organizationId, [sampleEvent(about), sampleEvent(), sampleEvent(about)])
        return audit.eraseTarget(organizationId, key.id)
      })
      expect(erased).toEqual([1, 3])
      expect(await check(opened(), organizationId)).toEqual({ whole: false, sequence: 3, fault: 'undeclared_erasure' })
      await declare(opened(), organizationId, { erased, rewritten: [] })
      expect(await check(opened(), organizationId)).toEqual({ whole: true, checked: 4 })
      expect(
        await opened().raw(`select * from audit_events where chain = '${organizationId}' and sequence = 1`),
      ).toEqual([
        expect.objectContaining({
          id: null,
          at: null,
          action: null,
          actor_type: null,
          actor_id: null,
          target_type: null,
          target_id: null,
          project_id: null,
          payload: null,
          salt: null,
        }),
      ])
    })

    test('lists what a key did, and lets its id in it be replaced', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const other = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const actor = { type: 'key', id: key.id } as const
      const salt = Uint8Array.from(randomBytes(32))
      const payload = '{"actor":"tombstone"}'
      await storage.transaction('every-organization', async ({ audit }) => {
        await audit.append(other.organizationId, [sampleEvent({ actor })])
        await audit.append(organizationId, [sampleEvent(), sampleEvent({ actor, payload: '{"n":2}' })])
        expect(await audit.listByActor(organizationId, key.id)).toEqual([{ sequence: 2, payload: '{"n":2}' }])
        await audit.rewrite(organizationId, 2, { payload, salt, actor: { type: 'key', id: 'tombstone' } })
        expect(await audit.listByActor(organizationId, key.id)).toEqual([])
        expect(await audit.listByActor(other.organizationId, key.id)).toHaveLength(1)
      })
      const rewritten = [{ sequence: 2, payloadDigest: digestPayload(salt, payload) }]
      expect(await check(opened(), organizationId)).toMatchObject({ fault: 'undeclared_rewriting' })
      await declare(opened(), organizationId, { erased: [], rewritten })
      expect(await check(opened(), organizationId)).toEqual({ whole: true, checked: 3 })
    })

    test('leaves no permit behind', async () => {
      expect(await opened().raw('select * from audit_permits')).toEqual([])
    })
  })
}

/** By core's own check, up to the stored head. */
async function check(opened: OpenedStorage, chain: ChainName): Promise<ChainCheck> {
  const rows = await opened.raw(
    `select sequence, payload, salt, payload_digest, digest from audit_events where chain = '${chain}' order by sequence`,
  )
  const head = await opened.storage.read('every-organization', async ({ audit }) => audit.head(chain))
  const origin = { sequence: 0, digest: chainOrigin(opened.installation.id) }
  return checkChain(chain, origin, rows.map(toEvent), head)
}

// oxlint-disable typescript/no-unsafe-type-assertion -- rows by hand have no types; a wrong one fails the check
function toEvent(row: Record<string, unknown>): ChainEvent {
  const payload = row['payload'] as string | null
  const said = payload === null ? {} : (JSON.parse(payload) as { declares?: Declaration })
  return {
    sequence: row['sequence'] as number,
    payload,
    salt: row['salt'] as Uint8Array | null,
    payloadDigest: row['payload_digest'] as ChainDigest,
    digest: row['digest'] as ChainDigest,
    isBuried: payload?.includes('tombstone') ?? false,
    declares: said.declares ?? null,
  }
}
// oxlint-enable typescript/no-unsafe-type-assertion

async function declare(opened: OpenedStorage, chain: OrganizationId, declares: Declaration): Promise<void> {
  const payload = JSON.stringify({ declares })
  await opened.storage.transaction(chain, async ({ audit }) => audit.append(chain, [sampleEvent({ payload })]))
}
