import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { query, startPostgres } from '../../testing/postgres-server.ts'
import type { PostgresServer } from '../../testing/postgres-server.ts'
import { describeWithPostgres } from '../../testing/servers.ts'
import { givenMember } from '../contract/storage-samples.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresStorage } from './postgres.ts'

describeWithPostgres('a PostgreSQL that fails', () => {
  let server: PostgresServer
  let url: string
  const open = async (): Promise<PostgresStorage> =>
    openPostgres({ url, nodeLock: 'exclusive', random: randomBytes, onWarning: () => {} })

  beforeAll(async () => {
    server = await startPostgres()
    url = await server.createDatabase()
  })
  afterAll(async () => server.remove())

  test('is told as an outage, for what was under way too, and is used again when it is back', async () => {
    const opened = await open()
    const begun = Promise.withResolvers<void>()
    const dead = Promise.withResolvers<void>()
    const underWay = opened.storage.transaction('every-organization', async (stores) => {
      begun.resolve()
      await dead.promise
      return stores.nowMs()
    })
    const outcome = underWay.catch((error: unknown) => error)
    await begun.promise
    await server.kill()
    dead.resolve()
    expect(await outcome).toBeInstanceOf(StoreUnavailable)
    await expect(givenMember(opened.storage)).rejects.toThrow(StoreUnavailable)
    await server.start()
    await backWithin(opened, 5_000)
    await opened.close()
  })

  test('hands our own errors and its judgements on unchanged', async () => {
    const opened = await open()
    const ours = new TypeError('ours')
    const failing = opened.storage.transaction('every-organization', async () => {
      throw ours
    })
    await expect(failing).rejects.toBe(ours)
    await opened.close()
  })

  test('a COMMIT that no standby has confirmed is an outage, whatever it is answered with', async () => {
    const opened = await open()
    await query(url, `alter system set synchronous_standby_names = 'nobody'`)
    await query(url, 'select pg_reload_conf()')
    await sleep(200)
    const outcome = givenMember(opened.storage).catch((error: unknown) => error)
    await cancelWaitingCommit(url)
    expect(await outcome).toBeInstanceOf(StoreUnavailable)
    await query(url, 'alter system reset synchronous_standby_names')
    await query(url, 'select pg_reload_conf()')
    await opened.close()
  })

  test('is not used as a replica', async () => {
    await server.stop()
    writeFileSync(join(server.dataDir, 'standby.signal'), '')
    await server.start()
    const reason = await open().catch((error: unknown) => error)
    expect(reason).toBeInstanceOf(StoreUnavailable)
    expect(reason).toMatchObject({ cause: { message: expect.stringContaining('replica') } })
    await query(url, 'select pg_promote()')
    await (await open()).close()
  })

  test('that could lose data is refused at start', async () => {
    const unsafe = await startPostgres({ settings: { fsync: 'off' } })
    const opening = openPostgres({ url: unsafe.url, nodeLock: 'exclusive', random: randomBytes, onWarning: () => {} })
    await expect(opening).rejects.toThrow('fsync=off')
    await unsafe.remove()
    const torn = await startPostgres({ settings: { full_page_writes: 'off' } })
    const second = openPostgres({ url: torn.url, nodeLock: 'exclusive', random: randomBytes, onWarning: () => {} })
    await expect(second).rejects.toThrow('full_page_writes=off')
    await torn.remove()
  })

  test('settings of the URL, the role or the database do not weaken a connection', async () => {
    await query(url, `alter role postgres set synchronous_commit = off`)
    await query(url, `alter role postgres set default_transaction_isolation = 'serializable'`)
    const opened = await open()
    const names = ['synchronous_commit', 'transaction_isolation', 'timezone']
    const client = await opened.database.connect('test')
    const { rows } = await client.query(`select ${names.map((name) => `current_setting('${name}') as ${name}`).join()}`)
    expect(rows).toEqual([{ synchronous_commit: 'on', transaction_isolation: 'read committed', timezone: 'UTC' }])
    await client.end()
    await opened.close()
    await query(url, 'alter role postgres reset all')
  })
})

async function backWithin(opened: PostgresStorage, ms: number): Promise<void> {
  const deadlineMs = Date.now() + ms
  for (;;) {
    try {
      await givenMember(opened.storage)
      return
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > deadlineMs) throw error
      await sleep(50)
    }
  }
}

/** What an administrator does, or a time limit, when a standby does not answer. */
async function cancelWaitingCommit(url: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  const text = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`
  while ((await client.query(text)).rows.length === 0) await sleep(20)
  await client.end()
}
