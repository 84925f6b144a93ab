import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'
import { createTable } from './create-table.ts'
import { belongToVisibleKeys } from './0003-row-security.ts'

/**
 * What was counted is in `key_usage` until it is rolled up, and from then on in all three of these: each alone tells the
 * whole of what has been rolled up. Kept by key, so that one key's history is read, and forgotten, in one place.
 */
export async function createUsageRollUps(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  for (const bucket of ['minute', 'hour', 'day']) {
    const table = `key_usage_${bucket}s`
    await createTable(db, types, {
      name: table,
      columns: {
        key_number: ['integer', 'references api_keys (number) on delete cascade'],
        [bucket]: ['integer'],
        outcome: ['text'],
        count: ['integer'],
      },
      constraints: [`primary key (key_number, ${bucket}, outcome)`],
      isClustered: true,
    })
    if (types.engine === 'postgres') await belongToVisibleKeys(db, table)
  }
}
