import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/** By what a secret that another system minted was imported: once, whatever became of its own digest since. */
export async function createImports(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await sql`alter table api_key_secrets add column import_digest ${sql.raw(types.bytes)}`.execute(db)
  await sql`create unique index api_key_secrets_import on api_key_secrets (import_digest)
    where import_digest is not null`.execute(db)
}
