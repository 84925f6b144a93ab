import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Migration } from 'kysely/migration'
import type { Database } from '../schema.ts'
import { createIndexes, createTables } from './0001-tables.ts'
import { createPostgresGuards } from './0002-guards-postgres.ts'
import { createSqliteGuards } from './0002-guards-sqlite.ts'
import { createRowSecurity } from './0003-row-security.ts'
import { createInvitations } from './0004-invitations.ts'
import { createWebhooks } from './0005-webhooks.ts'
import { createUsageRollUps } from './0006-usage-roll-ups.ts'
import { createAuditSearch } from './0007-audit-search.ts'
import { createJournals } from './0008-journals.ts'
import { createJobs } from './0009-jobs.ts'
import { createExpiryNotices } from './0010-expiry-notices.ts'
import { createLastUse } from './0011-last-use.ts'
import { createImports } from './0012-imports.ts'
import { createNodes } from './0013-nodes.ts'
import { createPeople } from './0014-people.ts'
import { createShownPrefixes } from './0015-shown-prefixes.ts'
import { createWebhookEnvironments } from './0016-webhook-environments.ts'
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
    '0005-webhooks': { up: async (db: Kysely<unknown>) => createWebhooks(db, types) },
    '0006-usage-roll-ups': { up: async (db: Kysely<unknown>) => createUsageRollUps(db, types) },
    '0008-journals': { up: async (db: Kysely<unknown>) => createJournals(db, types) },
    '0007-audit-search': { up: async (db: Kysely<unknown>) => createAuditSearch(db, types) },
    '0009-jobs': { up: async (db: Kysely<unknown>) => createJobs(db, types) },
    '0010-expiry-notices': { up: async (db: Kysely<unknown>) => createExpiryNotices(db, types) },
    '0011-last-use': { up: async (db: Kysely<unknown>) => createLastUse(db, types) },
    '0012-imports': { up: async (db: Kysely<unknown>) => createImports(db, types) },
    '0013-nodes': { up: async (db: Kysely<unknown>) => createNodes(db, types) },
    '0014-people': { up: async (db: Kysely<unknown>) => createPeople(db, types) },
    '0015-shown-prefixes': { up: createShownPrefixes },
    '0016-webhook-environments': { up: createWebhookEnvironments },
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
