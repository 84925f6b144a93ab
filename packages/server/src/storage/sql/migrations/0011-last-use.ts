import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'
import { belongToVisibleMembers } from './0003-row-security.ts'

/** By what a secret was used last, and when a member was there last: apart from his row, which others lock. */
export async function createLastUse(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await sql`alter table key_activity add column last_used_agent text`.execute(db)
  await createTable(db, types, {
    name: 'member_activity',
    columns: {
      member_number: ['integer', 'primary key references members (number) on delete cascade'],
      last_seen_at: ['integer'],
    },
  })
  await sql`alter table members drop column last_seen_at`.execute(db)
  if (types.engine === 'postgres') await belongToVisibleMembers(db, 'member_activity')
}
