import type { ClientBase } from 'pg'

const oldestVersion = 140_000

/** A PostgreSQL that would break a promise by how it is set up. The message says what to change. */
export class DatabaseUnsuitable extends Error {
  override readonly name = 'DatabaseUnsuitable'
}

type ServerRow = { version: number; fsync: string; full_page_writes: string; isolation: string; commit: string }

const serverText = `select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync,
  current_setting('full_page_writes') as full_page_writes, current_setting('transaction_isolation') as isolation,
  current_setting('synchronous_commit') as commit`

/** @throws DatabaseUnsuitable when an acknowledged write could be lost, or PostgreSQL is older than 14 */
export async function assertServer(client: ClientBase): Promise<void> {
  const [server] = (await client.query<ServerRow>(serverText)).rows
  if (server === undefined) throw new DatabaseUnsuitable('PostgreSQL does not tell its settings')
  if (server.version < oldestVersion) throw new DatabaseUnsuitable('PostgreSQL 14 or newer is needed')
  if (server.fsync !== 'on') throw new DatabaseUnsuitable('PostgreSQL runs with fsync=off: a power cut loses data')
  if (server.full_page_writes !== 'on') {
    throw new DatabaseUnsuitable('PostgreSQL runs with full_page_writes=off: a power cut damages data')
  }
  if (server.isolation !== 'read committed') throw new DatabaseUnsuitable('PostgreSQL did not take READ COMMITTED')
  if (server.commit !== 'on' && server.commit !== 'remote_apply') {
    throw new DatabaseUnsuitable('PostgreSQL did not take synchronous_commit=on')
  }
}

/** Whether the role that serves is exempt from row-level security, as superusers are: the second wall does not stand. */
export async function bypassesRowSecurity(client: ClientBase): Promise<boolean> {
  const text = 'select rolsuper or rolbypassrls as exempt from pg_roles where rolname = current_user'
  const [role] = (await client.query<{ exempt: boolean }>(text)).rows
  return role?.exempt !== false
}

/**
 * Whether two connections are two sessions that keep their settings. Behind a pooler in transaction or statement mode
 * both end up in one server session, or forget; there advisory locks and tenant settings would not hold.
 * @throws DatabaseUnsuitable behind such a pooler, as far as it shows
 */
export async function assertOwnSessions(first: ClientBase, second: ClientBase): Promise<void> {
  const firstPid = await mark(first, 'first')
  const secondPid = await mark(second, 'second')
  const kept = (await holds(first, 'first', firstPid)) && (await holds(second, 'second', secondPid))
  if (firstPid === secondPid || !kept) {
    throw new DatabaseUnsuitable('A pooler shares sessions between connections: use session mode, or none')
  }
}

async function mark(client: ClientBase, name: string): Promise<number | undefined> {
  const text = `select pg_backend_pid() as pid, set_config('mintmark.session', $1, false)`
  return (await client.query<{ pid: number }>(text, [name])).rows[0]?.pid
}

async function holds(client: ClientBase, name: string, pid: number | undefined): Promise<boolean> {
  const text = `select pg_backend_pid() as pid, current_setting('mintmark.session', true) as name`
  const [row] = (await client.query<{ pid: number; name: string | null }>(text)).rows
  return row !== undefined && row.pid === pid && row.name === name
}
