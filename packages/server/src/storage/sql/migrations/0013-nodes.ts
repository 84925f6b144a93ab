import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'

/** Which nodes share the database, so that one that is gone without a word is noticed. */
export async function createNodes(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createTable(db, types, { name: 'nodes', columns: { id: ['text', 'primary key'], seen_at: ['integer'] } })
}
