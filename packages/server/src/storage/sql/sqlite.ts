import { Kysely } from 'kysely'
import type { Clock } from '../../engine/ports/clock.ts'
import { sqliteColumns } from './migrations/column-types.ts'
import { migrate } from './migrations/migrate.ts'
import type { Database } from './schema.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { NodeSqliteDialect } from './sqlite-driver.ts'
import { openSqliteHandle } from './sqlite-open.ts'

export type SqliteOptions = {
  /** Path of the file, or `:memory:`. */
  readonly file: string
  readonly clock: Clock
  /** Must end the process: after it, what is durable is known only to the next start. Nothing is answered any more. */
  readonly onFatal: (error: unknown) => void
}

export type SqliteStorage = {
  readonly database: SqliteDatabase
  readonly kysely: Kysely<Database>
  close(): Promise<void>
}

/**
 * Opens, checks and migrates the database, which then belongs to this connection alone.
 * @throws DatabaseInUse when another process or connection has the file
 */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStorage> {
  const database = new SqliteDatabase(openSqliteHandle(options.file), options.onFatal)
  const kysely = new Kysely<Database>({ dialect: new NodeSqliteDialect(database) })
  try {
    await kysely.transaction().execute(async (transaction) => migrate(transaction, sqliteColumns))
  } catch (error) {
    database.close()
    throw error
  }
  return {
    database,
    kysely,
    close: async () => {
      const giveBack = await database.takeTurn()
      database.close()
      giveBack()
    },
  }
}
