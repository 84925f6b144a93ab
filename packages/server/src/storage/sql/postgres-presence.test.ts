import { afterEach, beforeAll, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { query } from '../../testing/postgres-server.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { PostgresNodeLock } from './postgres-node-lock.ts'
import { PostgresPresence } from './postgres-presence.ts'

const first = `jrn_${'0'.repeat(31)}1`
/** Its lock's number has the sign bit. */
const second = `jrn_ff${'0'.repeat(30)}`

describeWithPostgres('which nodes are there', () => {
  let url: string
  const locks: PostgresNodeLock[] = []

  beforeAll(async () => {
    url = await testDatabaseUrl()
  })
  afterEach(async () => {
    for (const lock of locks.splice(0)) await lock.close()
  })

  const arrive = async (): Promise<PostgresPresence & { readonly lock: PostgresNodeLock }> => {
    const lock = await PostgresNodeLock.take(url, 'shared', () => {})
    locks.push(lock)
    return Object.assign(new PostgresPresence(lock), { lock })
  }

  test('a journal is one node’s until he releases it, however often he claimed it', async () => {
    const [one, other] = [await arrive(), await arrive()]
    for (const id of [first, second]) {
      for (let count = 0; count < 3; count += 1) expect(await one.claim(id)).toBe(true)
      expect(await other.claim(id)).toBe(false)
      await one.release(id)
      expect(await other.claim(id)).toBe(true)
      expect(await one.claim(id)).toBe(false)
    }
  })

  test('everybody sees which are claimed, by himself too', async () => {
    const [one, other] = [await arrive(), await arrive()]
    await one.claim(second)
    for (const node of [one, other]) expect([...(await node.claimed([first, second]))]).toEqual([second])
  })

  test('a node that vouches is heard by the others, and is no witness for himself', async () => {
    const [one, other] = [await arrive(), await arrive()]
    await one.vouch()
    expect([await one.isVouchedFor(), await other.isVouchedFor()]).toEqual([false, true])
    await other.vouch()
    await one.unvouch()
    expect([await one.isVouchedFor(), await other.isVouchedFor()]).toEqual([true, false])
  })

  test('what a node held ends with its connection, of which it is told', async () => {
    const [one, other] = [await arrive(), await arrive()]
    await one.claim(first)
    await one.vouch()
    const { promise: back, resolve } = Promise.withResolvers<void>()
    const heard: string[] = []
    one.watch({
      lost: () => heard.push('lost'),
      back() {
        heard.push('back')
        resolve()
      },
    })
    const [{ pid } = {}] = (await one.lock.connection.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
    await query(url, `select pg_terminate_backend(${pid})`)
    await back
    expect(heard).toEqual(['lost', 'back'])
    expect(await other.claim(first)).toBe(true)
    expect(await other.isVouchedFor()).toBe(false)
    expect(await one.claim(first)).toBe(false)
  })

  test('a node whose connection is gone cannot say', async () => {
    const one = await arrive()
    await one.lock.close()
    await expect(one.claim(first)).rejects.toThrow(StoreUnavailable)
    await expect(one.claimed([first])).rejects.toThrow(StoreUnavailable)
  })
})
