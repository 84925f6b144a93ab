import { existsSync } from 'node:fs'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { query } from './postgres-server.ts'
import { command } from './redis-server.ts'
import {
  describeWithOwnServers,
  describeWithPostgresAndRedis,
  startPostgres,
  startRedis,
  testDatabaseUrl,
  testRedisUrl,
} from './servers.ts'
import { lamentMissing } from './shared-servers.ts'

describeWithOwnServers('a PostgreSQL of the test’s own', () => {
  test('keeps what it acknowledged through kill, and is durable by default', async () => {
    const server = await startPostgres()
    try {
      const url = await server.createDatabase()
      await query(url, 'CREATE TABLE kept (n int)')
      await query(url, 'INSERT INTO kept VALUES (7)')
      await server.kill()
      expect(server.pid).toBe(0)
      await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
      await server.start()
      await query(url, 'SELECT 1 / (SELECT count(*) FROM kept)')
      await query(url, `SELECT 1 / (current_setting('fsync') = 'on')::int`)
      await server.stop('immediate')
      await server.start()
      await query(url, 'SELECT 1 / (SELECT count(*) FROM kept)')
    } finally {
      await server.remove()
    }
    expect(existsSync(server.dataDir)).toBe(false)
  })

  test('takes settings, and a pause stops every backend', async () => {
    const server = await startPostgres({ settings: { fsync: 'off' } })
    const client = new Client(server.url)
    try {
      await query(server.url, `SELECT 1 / (current_setting('fsync') = 'off')::int`)
      await client.connect()
      server.pause()
      const answer = client.query('SELECT 1').then(() => 'answered')
      expect(await Promise.race([answer, after(300)])).toBe('silence')
      server.resume()
      expect(await answer).toBe('answered')
    } finally {
      await client.end()
      await server.remove()
    }
  })
})

describeWithOwnServers('a Redis of the test’s own', () => {
  test('is empty after each start, and a pause silences it', async () => {
    const server = await startRedis()
    try {
      await command(server.url, 'SET', 'a', '1')
      await server.stop()
      await server.start()
      expect(await command(server.url, 'GET', 'a')).toBeNull()
      await command(server.url, 'SET', 'a', '1')
      await server.kill()
      await expect(command(server.url, 'PING')).rejects.toThrow()
      await server.start()
      expect(await command(server.url, 'DBSIZE')).toBe(0)
      server.pause()
      const answer = command(server.url, 'PING')
      expect(await Promise.race([answer, after(200)])).toBe('silence')
      server.resume()
      expect(await answer).toBe('PONG')
    } finally {
      await server.remove()
    }
  })

  test('forms a cluster of three that serves every slot, again after kill', async () => {
    const server = await startRedis({ cluster: true })
    const cluster = new Redis.Cluster([server.url])
    try {
      expect(new Set(server.urls).size).toBe(3)
      for (const tag of ['{a}', '{b}', '{c}', '{d}', '{e}']) expect(await cluster.incr(tag)).toBe(1)
      await server.kill()
      await server.start()
      for (const tag of ['{a}', '{b}', '{c}', '{d}', '{e}']) expect(await cluster.incr(tag)).toBe(1)
    } finally {
      cluster.disconnect()
      await server.remove()
    }
  })
})

describeWithPostgresAndRedis('the servers of the run', () => {
  test('give each asker an empty database', async () => {
    const [first, second] = [await testDatabaseUrl(), await testDatabaseUrl()]
    expect(first).not.toBe(second)
    await query(first, 'CREATE TABLE t (n int)')
    await expect(query(second, 'SELECT n FROM t')).rejects.toThrow('does not exist')
    const redis = await testRedisUrl()
    await command(redis, 'SET', 'a', '1')
    expect(await testRedisUrl()).toBe(redis)
    expect(await command(redis, 'DBSIZE')).toBe(0)
  })
})

describe('a suite whose server is missing', () => {
  test('is named in the lament', () => {
    expect(lamentMissing('Redis', false)).toMatch(/Redis was not found.*SKIPPED.*MINTMARK_TEST_REDIS_URL/)
    expect(lamentMissing('PostgreSQL', true)).toMatch(/PostgreSQL was not found.*FAIL/)
  })
})

function after(ms: number): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, 'silence')
  })
}
