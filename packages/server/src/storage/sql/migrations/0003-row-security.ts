import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Each unit of work says by `SET LOCAL mintmark.tenant` whose rows it may touch: an organization's id, or `*`, which
 * no id can be. Unset, or empty as PostgreSQL leaves it after a transaction, it is nobody's.
 */
const tenantIs = (column: string) => `current_setting('mintmark.tenant', true) in ('*', ${column})`
const tenantIsAny = `current_setting('mintmark.tenant', true) = '*'`

/** Rows without an organization column belong to whoever may see the key they point at. */
const belongsToVisibleKey = (column: string, keyColumn: string) =>
  `${tenantIsAny} or exists (select 1 from api_keys where api_keys.${keyColumn} = ${column})`

const policies: Readonly<Record<string, string>> = {
  organizations: tenantIs('id'),
  projects: tenantIs('organization_id'),
  members: tenantIs('organization_id'),
  sessions: tenantIs('organization_id'),
  api_keys: tenantIs('organization_id'),
  api_key_secrets: belongsToVisibleKey('key_number', 'number'),
  key_activity: belongsToVisibleKey('key_number', 'number'),
  key_usage: belongsToVisibleKey('key_number', 'number'),
  saved_windows: belongsToVisibleKey('key_id', 'id'),
  mint_log: tenantIs('organization_id'),
  audit_heads: tenantIs('chain'),
  audit_events: tenantIs('chain'),
  audit_permits: tenantIs('chain'),
}

/** FORCE: the role that owns the tables is the one that serves, and owners are exempt otherwise. */
export async function createRowSecurity(db: Kysely<unknown>): Promise<void> {
  for (const [table, condition] of Object.entries(policies)) await createPolicy(db, table, condition)
}

/** For a table that names its rows' organization in `organization_id`. */
export async function belongToOneTenant(db: Kysely<unknown>, table: string): Promise<void> {
  await createPolicy(db, table, tenantIs('organization_id'))
}

/** For a table whose rows belong to no organization. */
export async function belongToNoTenant(db: Kysely<unknown>, table: string): Promise<void> {
  await createPolicy(db, table, tenantIsAny)
}

/** For a table whose rows are about the key in `key_number`. */
export async function belongToVisibleKeys(db: Kysely<unknown>, table: string): Promise<void> {
  await createPolicy(db, table, belongsToVisibleKey('key_number', 'number'))
}

/** For a table whose rows are about the member in `member_number`. */
export async function belongToVisibleMembers(db: Kysely<unknown>, table: string): Promise<void> {
  const isVisible = 'exists (select 1 from members where members.number = member_number)'
  await createPolicy(db, table, `${tenantIsAny} or ${isVisible}`)
}

async function createPolicy(db: Kysely<unknown>, table: string, condition: string): Promise<void> {
  await sql`alter table ${sql.id(table)} enable row level security, force row level security`.execute(db)
  await sql`create policy tenant on ${sql.id(table)} using (${sql.raw(condition)})`.execute(db)
}
