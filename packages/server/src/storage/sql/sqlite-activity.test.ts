import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import { givenKey, givenMember, newDigest, startMs } from '../contract/storage-samples.ts'
import { openSqlite } from './sqlite.ts'
import type { SqliteStorage } from './sqlite.ts'

describe('activity on SQLite', () => {
  let opened: SqliteStorage
  let key: KeyWithSecrets
  const previous = newDigest()
  const counts = (rows: number) =>
    Array.from({ length: rows }, (_, index) => ({
      keyNumber: key.number,
      minute: index,
      outcome: 'accepted',
      count: 1,
    }))
  const written = (): unknown => opened.database.prepare('select count(*) as count from key_usage').get()?.['count']

  beforeEach(async () => {
    opened = await openSqlite({ file: ':memory:', clock: { nowMs: Date.now }, random: randomBytes, onFatal: () => {} })
    const { organizationId } = await givenMember(opened.storage)
    key = await givenKey(opened.storage, organizationId, {}, { digest: previous })
  })
  afterEach(async () => opened.close())

  test('waits for the end of an open transaction, and is not undone with it', async () => {
    const begun = Promise.withResolvers<void>()
    const undone = opened.storage.transaction('every-organization', async ({ organizations }) => {
      await organizations.list({ before: null, limit: 1 })
      begun.resolve()
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(written()).toBe(0)
      throw new Error('undone')
    })
    const outcome = undone.catch(String)
    await begun.promise
    expect(opened.database.inTransaction).toBe(true)
    await opened.activity.record({ uses: [], counts: counts(3), rekeyings: [] })
    expect(await outcome).toContain('undone')
    expect(written()).toBe(3)
  })

  test('leaves the generation alone, unless a digest changed', async () => {
    const before = opened.database.generation
    const use = {
      secretNumber: key.secrets[0]?.number ?? 0,
      keyNumber: key.number,
      atMs: startMs,
      ip: null,
      agent: null,
    }
    await opened.activity.record({ uses: [use], counts: counts(250), rekeyings: [] })
    await opened.activity.saveWindows([{ keyId: key.id, bytes: Uint8Array.of(1) }])
    await opened.activity.takeWindows()
    expect(opened.database.generation).toBe(before)
    const rekeying = { table: 'key', previous, current: newDigest(), pepperVersion: 'new' } as const
    await opened.activity.record({ uses: [], counts: [], rekeyings: [rekeying] })
    expect(opened.database.generation).toBe(before + 1)
  })

  test('lets others in after each hundred rows', async () => {
    const seen = new Set<unknown>()
    let done = false
    const record = async (): Promise<void> => {
      await opened.activity.record({ uses: [], counts: counts(350), rekeyings: [] })
      done = true
    }
    const finished = record()
    for (;;) {
      seen.add(written())
      if (done) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    await finished
    expect([...seen]).toEqual([0, 100, 200, 300, 350])
  })
})
