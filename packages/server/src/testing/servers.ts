import { randomBytes } from 'node:crypto'
import { afterAll, describe, test } from 'vitest'
import { databaseUrl, query } from './postgres-server.ts'
import { command } from './redis-server.ts'
import { missingServers, sharedServerUrl, uninstalledServers } from './shared-servers.ts'
import type { ServerName } from './shared-servers.ts'

export { startPostgres } from './postgres-server.ts'
export type { PostgresServer } from './postgres-server.ts'
export { startRedis } from './redis-server.ts'
export type { RedisServer } from './redis-server.ts'

/** A suite that needs a real PostgreSQL. Without one it is skipped, and fails in CI. */
export function describeWithPostgres(name: string, suite: () => void): void {
  describeUnless(missingServers(['PostgreSQL']), name, suite)
}

/** A suite that needs a real Redis. Without one it is skipped, and fails in CI. */
export function describeWithRedis(name: string, suite: () => void): void {
  describeUnless(missingServers(['Redis']), name, suite)
}

/** A suite that needs both. */
export function describeWithPostgresAndRedis(name: string, suite: () => void): void {
  describeUnless(missingServers(), name, suite)
}

/** A suite that starts servers of its own, of both kinds, whatever the variables name: to kill them, for example. */
export function describeWithOwnServers(name: string, suite: () => void): void {
  describeUnless(uninstalledServers(), name, suite)
}

const databases = new Map<string, string>()

/** The URL of a fresh, empty database on the run's PostgreSQL. It is dropped when the suite around it ends. */
export async function testDatabaseUrl(): Promise<string> {
  const serverUrl = await sharedServerUrl('PostgreSQL')
  const name = `mintmark_test_${randomBytes(8).toString('hex')}`
  await query(serverUrl, `CREATE DATABASE ${name}`)
  databases.set(name, serverUrl)
  return databaseUrl(serverUrl, name)
}

/**
 * The URL of an empty Redis for this test file alone: each of vitest's workers has a numbered database of the run's
 * Redis, emptied by this call. So what `MINTMARK_TEST_REDIS_URL` names must be for tests only.
 */
export async function testRedisUrl(): Promise<string> {
  const serverUrl = await sharedServerUrl('Redis')
  const url = new URL(serverUrl)
  url.pathname = `/${process.env['VITEST_POOL_ID'] ?? '1'}`
  await command(url.href, 'FLUSHDB')
  return url.href
}

function describeUnless(missing: readonly ServerName[], name: string, suite: () => void): void {
  if (missing.length === 0) {
    describe(name, () => {
      afterAll(dropDatabases)
      suite()
    })
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(`CI must run this suite, and ${missing.join(' and ')} was not found on the machine`)
    })
  } else {
    describe.skip(`${name} (${missing.join(' and ')} missing)`, suite)
  }
}

async function dropDatabases(): Promise<void> {
  for (const [name, serverUrl] of databases) {
    await query(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    databases.delete(name)
  }
}
