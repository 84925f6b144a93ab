import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Of which environment's keys a webhook hears, and of which one's key an event tells; null: of both, and of none. */
export async function createWebhookEnvironments(db: Kysely<unknown>): Promise<void> {
  await sql`alter table webhook_endpoints add column environment text`.execute(db)
  await sql`alter table outbox add column environment text`.execute(db)
}
