import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { query } from '../../testing/postgres-server.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { DatabaseInUse } from './database-in-use.ts'
import { advisoryLockClass, PostgresNodeLock } from './postgres-node-lock.ts'
import type { NodeLockMode } from './postgres-node-lock.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresStorage } from './postgres.ts'

describeWithPostgres('the lock of a node', () => {
  let url: string
  const warnings: string[] = []
  const take = async (mode: NodeLockMode): Promise<PostgresNodeLock> =>
    PostgresNodeLock.take(url, mode, (message) => warnings.push(message))
  const open = async (nodeLock: NodeLockMode): Promise<PostgresStorage> =>
    openPostgres({ url, nodeLock, random: randomBytes, onWarning: (message) => warnings.push(message) })

  beforeAll(async () => {
    url = await testDatabaseUrl()
  })

  test('nodes with Redis run side by side; one without Redis beside them is refused, and told why', async () => {
    const nodes = [await take('shared'), await take('shared')]
    await expect(take('exclusive')).rejects.toThrow(DatabaseInUse)
    await expect(take('exclusive')).rejects.toThrow('MINTMARK_REDIS_URL')
    for (const node of nodes) await node.close()
    const alone = await take('exclusive')
    await expect(take('exclusive')).rejects.toThrow(DatabaseInUse)
    await expect(take('shared')).rejects.toThrow(DatabaseInUse)
    await alone.close()
  })

  test('a restart does not stumble over the session of the node that just ended', async () => {
    const before = await take('exclusive')
    const next = take('exclusive')
    await before.close()
    await (await next).close()
  })

  /** Opens a node, and tells of the moment at which its lock is lost: it may be back a millisecond later. */
  const openWatched = async (): Promise<{ node: PostgresStorage; whenLost: (act: () => void) => Promise<void> }> => {
    const acts: (() => void)[] = []
    const onWarning = (message: string): void => {
      if (message.includes('was lost')) for (const act of acts.splice(0)) act()
    }
    const node = await openPostgres({ url, nodeLock: 'exclusive', random: randomBytes, onWarning })
    const whenLost = async (act: () => void): Promise<void> =>
      new Promise((resolve) => {
        acts.push(act, resolve)
      })
    return { node, whenLost }
  }

  test('a lost lock is taken again before anything else is answered', async () => {
    const { node, whenLost } = await openWatched()
    const pid = await pidOf(node)
    let answered: Promise<unknown> = Promise.resolve()
    const lost = whenLost(() => {
      expect(node.database.nodeLock.held).toBe(false)
      answered = node.storage.read('every-organization', async (stores) => stores.nowMs())
    })
    await query(url, `select pg_terminate_backend(${pid})`)
    await lost
    await answered
    expect(node.database.nodeLock.held).toBe(true)
    expect(await pidOf(node)).not.toBe(pid)
    await node.close()
  })

  test('while another node has it, nothing is answered', async () => {
    const { node, whenLost } = await openWatched()
    const thief = new Client(url)
    await thief.connect()
    // It waits in line, and so has the lock the moment it is free.
    const taking = thief.query('select pg_advisory_lock($1, 1)', [advisoryLockClass])
    const lost = whenLost(() => {})
    await query(url, `select pg_terminate_backend(${await pidOf(node)})`)
    await taking
    await lost
    const read = async (): Promise<number> => node.storage.read('every-organization', async (stores) => stores.nowMs())
    await expect(read()).rejects.toThrow(StoreUnavailable)
    await thief.end()
    await read()
    await node.close()
  })

  test('nodes that start together on an empty database migrate it once', async () => {
    url = await testDatabaseUrl()
    const nodes = await Promise.all(Array.from({ length: 4 }, async () => open('shared')))
    expect(new Set(nodes.map((node) => node.installation.id)).size).toBe(1)
    for (const node of nodes) await node.close()
  })
})

async function pidOf(node: PostgresStorage): Promise<number> {
  const { rows } = await node.database.nodeLock.connection.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}
