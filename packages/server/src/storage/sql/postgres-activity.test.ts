import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActivityBatch } from '../../engine/ports/activity.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { describeWithPostgres, startPostgres, type PostgresServer } from '../../testing/servers.ts'
import { until } from '../../testing/until.ts'
import * as rows from '../contract/directory-rows.ts'
import { openPostgres, type PostgresStorage } from './postgres.ts'

describeWithPostgres('usage on PostgreSQL, where the answer to a COMMIT was lost', () => {
  let server: PostgresServer
  let storage: PostgresStorage
  let batch: ActivityBatch

  beforeAll(async () => {
    server = await startPostgres()
    storage = await openPostgres({ url: server.url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    const { keyNumber } = await storage.database.run(
      { tenant: 'every-organization', access: 'read write' },
      async (db) => rows.insertKey(db),
    )
    const counts = [{ keyNumber, minute: 1, outcome: 'accepted', count: 7 }]
    batch = { uses: [], counts, rekeyings: [] }
  })
  afterAll(async () => {
    await storage.close()
    await server.remove()
  })

  async function asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: server.url })
    await client.connect()
    try {
      await client.query('set synchronous_commit = local')
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const counted = (): Promise<number> =>
    asAdmin(async (client) => {
      await client.query(`set mintmark.tenant = '*'`)
      const { rows } = await client.query<{ sum: number }>('select sum(count)::int as sum from key_usage')
      return rows[0]?.sum ?? 0
    })
  const demandStandby = (names: string): Promise<unknown> =>
    asAdmin(async (client) => {
      await client.query(`alter system set synchronous_standby_names = '${names}'`)
      return client.query('select pg_reload_conf()')
    })
  /** A COMMIT that no standby confirms is done, and its answer says that nobody knows. */
  const lose = async (end: string): Promise<void> => {
    await demandStandby('gone')
    const recording = Promise.allSettled([storage.activity.record(batch)])
    await until(() =>
      asAdmin(async (client) => {
        const ended = await client.query(`select ${end}(pid) from pg_stat_activity where wait_event = 'SyncRep'`)
        return ended.rowCount === 0 ? null : true
      }),
    )
    const [outcome] = await recording
    expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(StoreUnavailable)
    await demandStandby('')
  }

  test.each(['pg_cancel_backend', 'pg_terminate_backend'])('counts once what was written, by %s', async (end) => {
    const before = await counted()
    await lose(end)
    expect(await counted()).toBe(before + 7)
    await storage.activity.record(batch)
    expect(await counted()).toBe(before + 7)
    batch = { ...batch }
  })

  test('counts what was not written', async () => {
    const before = await counted()
    await asAdmin((client) => client.query('alter table key_usage rename to away'))
    await expect(storage.activity.record(batch)).rejects.toThrow()
    await asAdmin((client) => client.query('alter table away rename to key_usage'))
    await storage.activity.record(batch)
    expect(await counted()).toBe(before + 7)
  })
})
