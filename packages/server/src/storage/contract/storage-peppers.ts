import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import { givenKey, givenMember, newDigest, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const newVersion = (): string => randomBytes(8).toString('hex')
const system = { type: 'system', id: 'test' } as const

export function describePeppers(opened: () => OpenedStorage): void {
  describe('peppers', () => {
    test('are listed oldest first, each once', async () => {
      const [older, newer] = [newVersion(), newVersion()]
      const known = await opened().storage.transaction('every-organization', async ({ peppers }) => {
        await peppers.lock()
        await peppers.add(newer, startMs + 1)
        await peppers.add(older, startMs)
        await peppers.add(newer, startMs + 2)
        return peppers.list()
      })
      expect(known.filter((version) => version === older || version === newer)).toEqual([older, newer])
    })

    test('are counted by what works with them: not what is revoked, expired or ended', async () => {
      const { storage } = opened()
      const version = newVersion()
      const { organizationId, userId } = await givenMember(storage)
      const secret = { pepperVersion: version }
      const given = async (change: object = {}) =>
        givenKey(storage, organizationId, change, { ...secret, digest: newDigest() })
      await given()
      await given({ expiresAtMs: startMs + 1 })
      await given({ expiresAtMs: startMs })
      const [revoked, rotated] = [await given(), await given()]
      await storage.transaction(organizationId, async ({ keys, sessions, invitations }) => {
        await keys.revoke(revoked.number, { atMs: startMs, by: system, reason: 'unspecified', comment: null })
        await keys.endSecret(rotated.secrets[0]?.number ?? 0, startMs)
        for (const expiresAtMs of [startMs, startMs + 1, startMs + 2]) {
          const common = { organizationId, createdAtMs: startMs, expiresAtMs, ...secret }
          await sessions.insert({ ...common, id: createId('ses', randomBytes), userId, digest: newDigest() })
          await invitations.insert({
            ...common,
            id: createId('inv', randomBytes),
            digest: newDigest(),
            email: `${expiresAtMs}@example.test`,
            role: 'member',
            createdByUserId: null,
          })
        }
      })
      const counts = await storage.read('every-organization', async ({ peppers }) => peppers.count(startMs))
      expect(counts.get(version)).toEqual({ secrets: 2, sessions: 2, invitations: 2, webhooks: 0 })
      expect(counts.get(newVersion())).toBeUndefined()
    })

    test('are counted by the webhooks whose secrets are sealed with them', async () => {
      const { storage } = opened()
      const version = newVersion()
      const { organizationId } = await givenMember(storage)
      const webhook = {
        id: createId('whk', randomBytes),
        organizationId,
        url: 'https://example.test/',
        events: ['*'],
        description: null,
        environment: null,
        createdAtMs: startMs,
        disabled: null,
      }
      const sealed = { current: Uint8Array.from(randomBytes(60)), previous: null, pepperVersion: version }
      await storage.transaction(organizationId, async ({ webhooks }) => webhooks.insert(webhook, sealed))
      const counts = await storage.read('every-organization', async ({ peppers }) => peppers.count(startMs))
      expect(counts.get(version)).toEqual({ secrets: 0, sessions: 0, invitations: 0, webhooks: 1 })
    })
  })
}
