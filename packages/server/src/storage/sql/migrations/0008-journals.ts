import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'

/** Which journals, outside the database, say what ended in it, and how far it has come with each. */
export async function createJournals(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, {
    name: 'journals',
    columns: { id: ['text', 'primary key'], position: ['integer'], seen_at: ['integer'] },
  })
  await sql`alter table installation add column journal_beat ${sql.raw(types.integer)} not null default 0`.execute(db)
}
