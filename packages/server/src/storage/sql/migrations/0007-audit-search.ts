import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/** A chain that was begun before: its times may be in any order. Far above every time, and below 2^53. */
const unknownLateness = 1_000_000_000_000_000

const indexes = [
  'audit_events_target on audit_events (chain, target_id, sequence)',
  'audit_events_project on audit_events (chain, project_id, sequence) where project_id is not null',
  'audit_events_at on audit_events (chain, at)',
]

/** What lists of audit events are found by. */
export async function createAuditSearch(db: Kysely<unknown>, { integer }: ColumnTypes): Promise<void> {
  const defaults = { latest_at: 0, lateness: unknownLateness }
  for (const [name, value] of Object.entries(defaults)) {
    await sql.raw(`alter table audit_heads add column ${name} ${integer} not null default ${value}`).execute(db)
  }
  await sql`drop index audit_events_target`.execute(db)
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db)
}
