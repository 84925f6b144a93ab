import { chainOrigin } from '@mintmark/core'
import type { Kysely } from 'kysely'
import type { ActivityStore } from '../../engine/ports/activity.ts'
import type { Random } from '../../engine/ports/clock.ts'
import { noJournal, type Journal } from '../../engine/ports/journal.ts'
import type { Storage } from '../../engine/ports/storage.ts'
import type { UsageArchive } from '../../engine/ports/usage.ts'
import { ensureInstallation } from './installation.ts'
import type { Installation } from './installation.ts'
import { PostgresActivity } from './postgres-activity.ts'
import { PostgresDatabase } from './postgres-database.ts'
import { migratePostgres } from './postgres-migrate.ts'
import { PostgresNodeLock } from './postgres-node-lock.ts'
import type { NodeLockMode } from './postgres-node-lock.ts'
import { assertOwnSessions, assertServer, bypassesRowSecurity } from './postgres-server-checks.ts'
import { PostgresUnits, serverNowMs } from './postgres-storage.ts'
import { PostgresUsageArchive } from './postgres-usage-archive.ts'
import type { Database } from './schema.ts'

const defaultPoolSize = 10

const exemptRole =
  'The role that connects to PostgreSQL is exempt from row-level security, the second wall between organizations: ' +
  'use one that is no superuser and has no BYPASSRLS.'

export type PostgresOptions = {
  readonly url: string
  /** `shared` where windows are in Redis, `exclusive` where this node keeps them itself. */
  readonly nodeLock: NodeLockMode
  /** Connections of the control plane; 10 where not given. */
  readonly poolSize?: number
  readonly random: Random
  /** Default: none. */
  readonly journal?: Journal
  readonly onWarning: (message: string, cause: unknown) => void
}

export type PostgresStorage = {
  readonly storage: Storage
  readonly activity: ActivityStore
  readonly usageArchive: UsageArchive
  readonly installation: Installation
  readonly database: PostgresDatabase
  /** What holds less strictly than it could, for the operator. */
  readonly warnings: readonly string[]
  close(): Promise<void>
}

/**
 * Connects to the primary, checks that it keeps what it acknowledges, takes the node's lock and migrates.
 * @throws DatabaseInUse when another node may not run beside this one
 * @throws DatabaseUnsuitable when the server is set up so that a promise would break
 * @throws StoreUnavailable when it does not answer, or is a replica
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresStorage> {
  const install = async (db: Kysely<Database>) => ensureInstallation(db, options.random, await serverNowMs(db))
  const nodeLock = await PostgresNodeLock.take(options.url, options.nodeLock, options.onWarning)
  const database = new PostgresDatabase({ url: options.url, poolSize: options.poolSize ?? defaultPoolSize, nodeLock })
  try {
    const warnings = await check(database)
    await migratePostgres(options.url)
    const installation = await database.run({ tenant: 'every-organization', access: 'read write' }, install)
    return {
      storage: new PostgresUnits(database, chainOrigin(installation.id), options.journal ?? noJournal),
      activity: new PostgresActivity(database),
      usageArchive: new PostgresUsageArchive(database),
      installation,
      database,
      warnings,
      close: async () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function check(database: PostgresDatabase): Promise<readonly string[]> {
  const second = await database.connect('self-test')
  try {
    await assertServer(second)
    await assertOwnSessions(database.nodeLock.connection, second)
    return (await bypassesRowSecurity(second)) ? [exemptRole] : []
  } finally {
    await second.end()
  }
}
