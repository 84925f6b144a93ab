import { createId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  givenKey,
  givenMember,
  newDigest,
  newProjectId,
  sampleEvent,
  sampleProject,
  startMs,
} from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

export function describeGuards(opened: () => OpenedStorage): void {
  describe('by hand', () => {
    test('a revoked key cannot be brought back, nor the end of a secret moved', async () => {
      const { storage, raw } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.revoke(key.number, {
          atMs: startMs,
          by: { type: 'host', id: 'host' },
          reason: 'leaked',
          comment: null,
        })
        await keys.endSecret(key.secrets[0]?.number ?? 0, startMs)
      })
      for (const set of ['revoked_at = null, revoked_reason = null', `revoked_at = ${startMs + 1}`, 'revoked_at = 0']) {
        await expect(raw(`update api_keys set ${set} where number = ${key.number}`)).rejects.toThrow('stays revoked')
      }
      for (const end of ['null', String(startMs + 1)]) {
        const moved = raw(`update api_key_secrets set ends_at = ${end} where key_number = ${key.number}`)
        await expect(moved).rejects.toThrow('never moves later')
      }
      await raw(`update api_keys set name = 'still' where number = ${key.number}`)
    })

    test('audit events are neither changed nor deleted, and heads only move forward', async () => {
      const { storage, raw } = opened()
      const { organizationId } = await givenMember(storage)
      const other = await givenMember(storage)
      await storage.transaction('every-organization', async ({ audit }) => {
        await audit.append(organizationId, [sampleEvent(), sampleEvent()])
        await audit.append(other.organizationId, [sampleEvent()])
      })
      const here = `where chain = '${organizationId}'`
      const refused = [
        `update audit_events set payload = '{}' ${here}`,
        `update audit_events set payload = null, salt = null ${here}`,
        `update audit_events set digest = 'x' ${here}`,
        `update audit_events set chain = 'installation' ${here}`,
        `delete from audit_events ${here}`,
        `delete from audit_heads ${here}`,
        `update audit_heads set sequence = 1 ${here}`,
        `update audit_heads set sequence = 2 ${here}`,
        `update audit_heads set sequence = 9 ${here}`,
        `update audit_heads set chain = 'installation', sequence = 3 ${here}`,
      ]
      const before = await raw(`select * from audit_events ${here} order by sequence`)
      for (const text of refused) await expect(raw(text)).rejects.toThrow(/append-only|are kept|only move forward/)
      expect(await raw(`select * from audit_events ${here} order by sequence`)).toEqual(before)
    })

    test('a permit is for its own chain and change only', async () => {
      const { storage, raw } = opened()
      const [one, other] = [await givenMember(storage), await givenMember(storage)]
      await storage.transaction('every-organization', async ({ audit }) => {
        await audit.append(one.organizationId, [sampleEvent()])
        await audit.append(other.organizationId, [sampleEvent()])
      })
      const here = `where chain = '${one.organizationId}'`
      await raw(`insert into audit_permits (chain, change) values ('${one.organizationId}', 'erase')`)
      const refused = [
        `update audit_events set payload = '{}' ${here}`,
        `update audit_events set payload = null, salt = null ${here}`,
        `delete from audit_events ${here}`,
        `delete from audit_events where chain = '${other.organizationId}'`,
      ]
      for (const text of refused) await expect(raw(text)).rejects.toThrow('append-only')
      await raw(`update audit_permits set change = 'rewrite' ${here}`)
      await expect(raw(`update audit_events set digest = 'x' ${here}`)).rejects.toThrow('append-only')
      await expect(raw(`update audit_events set action = 'x' ${here}`)).rejects.toThrow('append-only')
      await raw(`delete from audit_permits ${here}`)
    })
  })
}

export function describeErasure(opened: () => OpenedStorage): void {
  describe('erasing', () => {
    const tables = {
      api_keys: 'organization_id',
      members: 'organization_id',
      projects: 'organization_id',
      sessions: 'organization_id',
      mint_log: 'organization_id',
      audit_events: 'chain',
      audit_heads: 'chain',
    } as const

    async function givenEverything() {
      const { storage, activity } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId, { scope: 'project', projectId: newProjectId() })
      await storage.transaction(organizationId, async (stores) => {
        await stores.projects.insert(sampleProject(organizationId))
        await stores.mintLog.append(organizationId, userId, startMs)
        await stores.audit.append(organizationId, [sampleEvent()])
        await stores.sessions.insert({
          id: createId('ses', randomBytes),
          organizationId,
          userId,
          createdAtMs: startMs,
          expiresAtMs: startMs,
          digest: newDigest(),
          pepperVersion: 'v',
        })
      })
      await activity.record({
        uses: [
          { secretNumber: key.secrets[0]?.number ?? 0, keyNumber: key.number, atMs: startMs, ip: null, agent: null },
        ],
        counts: [{ keyNumber: key.number, minute: 1, outcome: 'accepted', count: 1 }],
        rekeyings: [],
      })
      await activity.saveWindows([{ keyId: key.id, bytes: Uint8Array.of(1) }])
      return { organizationId, key }
    }

    async function rowsOf({ organizationId, key }: Awaited<ReturnType<typeof givenEverything>>) {
      const conditions = Object.entries(tables).map(([table, column]) => [table, `${column} = '${organizationId}'`])
      conditions.push(['organizations', `id = '${organizationId}'`], ['saved_windows', `key_id = '${key.id}'`])
      for (const table of ['api_key_secrets', 'key_activity', 'key_usage']) {
        conditions.push([table, `key_number = ${key.number}`])
      }
      const counts: Record<string, unknown> = {}
      for (const [table = '', condition] of conditions) {
        const rows = await opened().raw(`select count(*) as count from ${table} where ${condition}`)
        counts[table] = rows[0]?.['count']
      }
      return counts
    }

    const everyTable = [...Object.keys(tables), 'organizations', 'saved_windows']
    const all = [...everyTable, 'api_key_secrets', 'key_activity', 'key_usage']
    const full = Object.fromEntries(all.map((table) => [table, 1]))

    test('an organization takes all that belongs to it, and nothing of another', async () => {
      const [gone, stays] = [await givenEverything(), await givenEverything()]
      expect(await rowsOf(gone)).toEqual(full)
      await opened().storage.transaction(gone.organizationId, async ({ organizations }) =>
        organizations.delete(gone.organizationId),
      )
      expect(await rowsOf(gone)).toEqual(Object.fromEntries(all.map((table) => [table, 0])))
      expect(await rowsOf(stays)).toEqual(full)
    })

    test('a key takes its secrets, use and window, and nothing else', async () => {
      const made = await givenEverything()
      await opened().storage.transaction(made.organizationId, async ({ keys }) => keys.delete(made.key.number))
      const gone = ['api_keys', 'saved_windows', 'api_key_secrets', 'key_activity', 'key_usage']
      expect(await rowsOf(made)).toEqual({ ...full, ...Object.fromEntries(gone.map((table) => [table, 0])) })
    })

    test('a number is never given twice', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      await storage.transaction(organizationId, async ({ keys }) => keys.delete(key.number))
      const next = await givenKey(storage, organizationId)
      expect(next.number).toBeGreaterThan(key.number)
      expect(next.secrets[0]?.number).toBeGreaterThan(key.secrets[0]?.number ?? 0)
    })
  })
}
