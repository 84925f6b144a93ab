import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'

/** Whose turn it is, and what the turns look for. */
export async function createJobs(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'jobs',
    columns: { name: ['text', 'primary key'], due_at: ['integer'], holder: ['text'], leased_until: ['integer'] },
  })
  await sql`create index invitations_expiry on invitations (expires_at)`.execute(db)
}
