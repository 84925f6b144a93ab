import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import type { KeyId, OrganizationId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { OutboxEvent } from '../../engine/ports/outbox.ts'
import { givenKey, givenMember, givenWebhook, sampleEvent, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

export function sampleOutboxEvent(change: Partial<OutboxEvent> = {}): OutboxEvent {
  return {
    id: createId('evt', randomBytes),
    type: 'api_key.created',
    atMs: startMs,
    projectId: null,
    keyId: null,
    environment: null,
    body: '{"type":"api_key.created","data":{"name":"ünïcode"}}',
    ...change,
  }
}

export function describeOutbox(opened: () => OpenedStorage): void {
  const kept = async (organizationId: OrganizationId) =>
    opened().raw(`select id, type, at, project_id, key_id, environment, body, waiting from outbox
      where organization_id = '${organizationId}' order by number`)

  describe('the outbox', () => {
    test('keeps events in the order told, word for word, where somebody listens', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      await givenWebhook(storage, organizationId)
      const events = [
        sampleOutboxEvent(),
        sampleOutboxEvent({
          projectId: 'web',
          keyId: key.id,
          environment: 'test',
          type: 'api_key.revoked',
          atMs: startMs + 1,
        }),
      ]
      await storage.transaction(organizationId, async ({ outbox }) => outbox.append(organizationId, events))
      expect(await kept(organizationId)).toEqual(
        events.map(({ atMs: at, projectId: project_id, keyId: key_id, ...event }) => {
          return { ...event, at, project_id, key_id, waiting: 1 }
        }),
      )
    })

    test('keeps nothing where nobody listens, of what was undone, or for another organization', async () => {
      const { storage } = opened()
      const [silent, undone, other] = [
        await givenMember(storage),
        await givenMember(storage),
        await givenMember(storage),
      ].map(({ organizationId }) => organizationId) as [OrganizationId, OrganizationId, OrganizationId]
      await givenWebhook(storage, undone)
      await givenWebhook(storage, other)
      const off = await givenMember(storage)
      await givenWebhook(storage, off.organizationId, { disabled: { atMs: startMs, reason: 'requested' } })
      for (const id of [silent, off.organizationId]) {
        await storage.transaction(id, async ({ outbox }) => outbox.append(id, [sampleOutboxEvent()]))
      }
      const failing = storage.transaction(undone, async ({ outbox, audit }) => {
        await outbox.append(undone, [sampleOutboxEvent()])
        await audit.append(undone, [sampleEvent()])
        throw new Error('undone')
      })
      await expect(failing).rejects.toThrow('undone')
      for (const id of [silent, off.organizationId, undone, other]) expect(await kept(id)).toEqual([])
    })

    test('tells when a key was last told of, and forgets a key whole', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const [gone, stays] = [await givenKey(storage, organizationId), await givenKey(storage, organizationId)]
      await givenWebhook(storage, organizationId)
      const type = 'api_key.limit_reached'
      const about = (keyId: KeyId, atMs: number) => sampleOutboxEvent({ keyId, atMs, type })
      await storage.transaction(organizationId, async ({ outbox }) => {
        expect(await outbox.lastAtMs(organizationId, gone.id, type)).toBeNull()
        const events = [about(gone.id, startMs), about(gone.id, startMs + 5), about(stays.id, startMs + 9)]
        await outbox.append(organizationId, [...events, sampleOutboxEvent({ keyId: gone.id })])
        expect(await outbox.lastAtMs(organizationId, gone.id, type)).toBe(startMs + 5)
        await outbox.eraseKey(organizationId, gone.id)
        expect(await outbox.lastAtMs(organizationId, gone.id, type)).toBeNull()
        expect(await outbox.lastAtMs(organizationId, stays.id, type)).toBe(startMs + 9)
      })
      expect(await kept(organizationId)).toMatchObject([{ key_id: stays.id }])
    })
  })
}
