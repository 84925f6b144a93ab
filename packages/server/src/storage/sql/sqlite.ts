import { chainOrigin } from '@mintmark/core'
import { Kysely } from 'kysely'
import type { ActivityStore } from '../../engine/ports/activity.ts'
import type { Clock, Random } from '../../engine/ports/clock.ts'
import { noJournal, type Journal } from '../../engine/ports/journal.ts'
import type { Storage } from '../../engine/ports/storage.ts'
import type { UsageArchive } from '../../engine/ports/usage.ts'
import { ensureInstallation } from './installation.ts'
import type { Installation } from './installation.ts'
import { sqliteColumns } from './migrations/column-types.ts'
import { migrate } from './migrations/migrate.ts'
import type { Database } from './schema.ts'
import type { Reserve } from './ballast.ts'
import { SqliteActivity } from './sqlite-activity.ts'
import { backUpSqlite } from './sqlite-backup.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { NodeSqliteDialect } from './sqlite-driver.ts'
import { openSqliteHandle } from './sqlite-open.ts'
import { SqliteUnits } from './sqlite-storage.ts'
import { SqliteUsageArchive } from './sqlite-usage-archive.ts'

const inMemory = ':memory:'

export type SqliteOptions = {
  /** Path of the file, or `:memory:`. */
  readonly file: string
  readonly clock: Clock
  readonly random: Random
  /** Must end the process: after it, what is durable is known only to the next start. Nothing is answered any more. */
  readonly onFatal: (error: unknown) => void
  /** Room for what must fit. Default: none. */
  readonly reserve?: Reserve
  /** Default: none. */
  readonly journal?: Journal
}

export type SqliteStorage = {
  readonly storage: Storage
  readonly activity: ActivityStore
  readonly usageArchive: UsageArchive
  readonly installation: Installation
  readonly database: SqliteDatabase
  /** Writes a consistent copy to a new file, while everything goes on. */
  backUp(to: string): Promise<void>
  close(): Promise<void>
}

/**
 * Opens, checks and migrates the database, which then belongs to this connection alone.
 * @throws DatabaseInUse when another process or connection has the file
 */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStorage> {
  const { clock, journal = noJournal } = options
  const database = new SqliteDatabase(openSqliteHandle(options.file), options.onFatal, options.reserve)
  const kysely = new Kysely<Database>({ dialect: new NodeSqliteDialect(database) })
  try {
    const installation = await kysely.transaction().execute(async (transaction) => {
      await migrate(transaction, sqliteColumns)
      return ensureInstallation(transaction, options.random, clock.nowMs())
    })
    if (options.file !== inMemory) database.wipeTracesIn(options.file)
    return {
      storage: new SqliteUnits({ kysely, database, clock, chainOrigin: chainOrigin(installation.id), journal }),
      activity: new SqliteActivity(database),
      usageArchive: new SqliteUsageArchive(database),
      installation,
      database,
      backUp: async (to) => backUpSqlite(database, options.file, to),
      close: async () => {
        // Whoever is working on it finishes first.
        const giveBack = await database.takeTurn()
        database.close()
        giveBack()
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}
