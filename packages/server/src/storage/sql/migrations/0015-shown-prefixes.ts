import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Whose a key is that somebody found: by what is shown of it, in whichever organization. */
export async function createShownPrefixes(db: Kysely<unknown>): Promise<void> {
  await sql`create index api_key_secrets_prefix on api_key_secrets (prefix)`.execute(db)
}
