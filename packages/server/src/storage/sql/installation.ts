import type { Kysely } from 'kysely'
import type { Random } from '../../engine/ports/clock.ts'
import type { Database } from './schema.ts'

const idBytes = 16

/** `isNew`: it was made by this very opening. */
export type Installation = { readonly id: string; readonly createdAtMs: number; readonly isNew: boolean }

/** What makes this installation this one, made when the database is new. The database keeps the first that came. */
export async function ensureInstallation(db: Kysely<Database>, random: Random, nowMs: number): Promise<Installation> {
  const id = `ins_${Buffer.from(random(idBytes)).toString('hex')}`
  const made = await db
    .insertInto('installation')
    .values({ id: 1, installation_id: id, created_at: nowMs })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  const row = await db
    .selectFrom('installation')
    .select(['installation_id', 'created_at'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow()
  return { id: row.installation_id, createdAtMs: row.created_at, isNew: made !== undefined }
}
