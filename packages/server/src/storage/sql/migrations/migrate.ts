import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Migration } from 'kysely/migration'
import type { Database } from '../schema.ts'
import { createIndexes, createTables } from './0001-tables.ts'
import { createPostgresGuards } from './0002-guards-postgres.ts'
import { createSqliteGuards } from './0002-guards-sqlite.ts'
import { createRowSecurity } from './0003-row-security.ts'
import { createInvitations } from './0004-invitations.ts'
import type { ColumnTypes } from './column-types.ts'

/** One list for both engines. Names are forever; what is released is never edited, only followed. */
function migrationsFor(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-tables': {
      up: async (db: Kysely<unknown>) => {
        await createTables(db, types)
        await createIndexes(db)
      },
    },
    '0002-guards': { up: types.engine === 'sqlite' ? createSqliteGuards : createPostgresGuards },
    '0003-row-security': { up: types.engine === 'sqlite' ? async () => {} : createRowSecurity },
    '0004-invitations': { up: async (db: Kysely<unknown>) => createInvitations(db, types) },
  }
}

/**
 * Brings the tables to this version, all of it or nothing.
 * @param transaction an open transaction that nobody else can be in at the same time
 * @throws when a migration fails, or the database was migrated by a newer version
 */
export async function migrate(transaction: Kysely<Database>, types: ColumnTypes): Promise<void> {
  const provider = { getMigrations: async () => migrationsFor(types) }
  // The transaction is there already, whether or not this Kysely was told of it.
  const options = { disableTransactions: !transaction.isTransaction }
  const { error } = await new Migrator({ db: transaction, provider }).migrateToLatest(options)
  if (error !== undefined) throw error
}
