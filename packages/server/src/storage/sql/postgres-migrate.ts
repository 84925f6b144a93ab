import { Kysely } from 'kysely'
import { Client } from 'pg'
import { postgresColumns } from './migrations/column-types.ts'
import { migrate } from './migrations/migrate.ts'
import { connectionConfig, prepareConnection } from './postgres-connection.ts'
import { OneClientDialect } from './postgres-dialect.ts'
import { judgeQueryError } from './postgres-errors.ts'
import { advisoryLockClass } from './postgres-node-lock.ts'
import type { Database } from './schema.ts'

const migrationLockNumber = 2
/** How long a starting node waits for another one's migrations. A migration itself may take as long as it needs. */
const maxWaitMs = 600_000

const beginText = `begin isolation level read committed;
  set local statement_timeout = 0;
  set local lock_timeout = ${maxWaitMs};
  set local "mintmark.tenant" = '*'`

/**
 * Migrates in one transaction on a connection of its own. The lock comes before the first look at the tables and goes
 * with the transaction, so two nodes never start migrations together.
 */
export async function migratePostgres(url: string): Promise<void> {
  const { query_timeout: _, ...patient } = connectionConfig(url, 'migrations')
  const client = new Client(patient)
  try {
    await client.connect()
    await prepareConnection(client)
    await client.query(beginText)
    await client.query('select pg_advisory_xact_lock($1, $2)', [advisoryLockClass, migrationLockNumber])
    await migrate(new Kysely<Database>({ dialect: new OneClientDialect(client) }), postgresColumns)
    await client.query('commit')
  } catch (error) {
    throw judgeQueryError(error)
  } finally {
    await client.end().catch(() => {})
  }
}
