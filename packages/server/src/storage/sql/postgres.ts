import { PostgresDatabase } from './postgres-database.ts'
import { migratePostgres } from './postgres-migrate.ts'
import { PostgresNodeLock } from './postgres-node-lock.ts'
import type { NodeLockMode } from './postgres-node-lock.ts'
import { assertOwnSessions, assertServer } from './postgres-server-checks.ts'

const defaultPoolSize = 10

export type PostgresOptions = {
  readonly url: string
  /** `shared` where windows are in Redis, `exclusive` where this node keeps them itself. */
  readonly nodeLock: NodeLockMode
  /** Connections of the control plane; 10 where not given. */
  readonly poolSize?: number
  readonly onWarning: (message: string, cause: unknown) => void
}

export type PostgresStorage = {
  readonly database: PostgresDatabase
  close(): Promise<void>
}

/**
 * Connects to the primary, checks that it keeps what it acknowledges, takes the node's lock and migrates.
 * @throws DatabaseInUse when another node may not run beside this one
 * @throws DatabaseUnsuitable when the server is set up so that a promise would break
 * @throws StoreUnavailable when it does not answer, or is a replica
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresStorage> {
  const nodeLock = await PostgresNodeLock.take(options.url, options.nodeLock, options.onWarning)
  const database = new PostgresDatabase({ url: options.url, poolSize: options.poolSize ?? defaultPoolSize, nodeLock })
  try {
    await check(database)
    await migratePostgres(options.url)
  } catch (error) {
    await database.close()
    throw error
  }
  return { database, close: async () => database.close() }
}

async function check(database: PostgresDatabase): Promise<void> {
  const second = await database.connect('self-test')
  try {
    await assertServer(second)
    await assertOwnSessions(database.nodeLock.connection, second)
  } finally {
    await second.end()
  }
}
