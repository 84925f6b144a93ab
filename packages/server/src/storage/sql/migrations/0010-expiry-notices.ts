import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

const weekMs = 7 * 86_400_000

/** Keys of before are due from their first notice on: what there is to say of them now is said once. */
export async function createExpiryNotices(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await sql`alter table api_keys add column notice_due_at ${sql.raw(types.integer)}`.execute(db)
  await sql`update api_keys set notice_due_at = expires_at - ${sql.lit(weekMs)}
    where expires_at is not null and revoked_at is null and organization_id is not null`.execute(db)
  await sql`create index api_keys_notice on api_keys (notice_due_at) where notice_due_at is not null`.execute(db)
}
