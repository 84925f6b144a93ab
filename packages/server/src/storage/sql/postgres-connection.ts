import { types } from 'pg'
import type { ClientBase, ClientConfig, CustomTypesConfig } from 'pg'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'

const connectTimeoutMs = 5_000
const statementTimeoutMs = 10_000
const lockTimeoutMs = 8_000
const idleInTransactionTimeoutMs = 10_000
/** Longer than the server's own limit: it only ends what a dead network would keep waiting for ever. */
const answerTimeoutMs = statementTimeoutMs + 2_000

/** 64-bit integers as numbers: all of ours are times, counts and row numbers, far below 2^53. */
const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === types.builtins.INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format),
}

export function connectionConfig(url: string, purpose: string): ClientConfig {
  return {
    connectionString: url,
    application_name: `mintmark ${purpose}`,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: connectTimeoutMs,
    types: typeParsers,
  }
}

// Set on the connection rather than as start-up options, which the URL, the role or a pooler could override unseen.
const sessionSettings: Readonly<Record<string, string>> = {
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  standard_conforming_strings: 'on',
  row_security: 'on',
  timezone: 'UTC',
  statement_timeout: String(statementTimeoutMs),
  lock_timeout: String(lockTimeoutMs),
  idle_in_transaction_session_timeout: String(idleInTransactionTimeoutMs),
}

/** Keeps `remote_apply`, which waits for more than `on` does. */
const durableCommit = `case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end`

const prepareText = `select pg_is_in_recovery() as replica, set_config('synchronous_commit', ${durableCommit}, false),
  ${Object.entries(sessionSettings)
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ')}`

/**
 * Makes a new connection ours: every one, at every connect, because a reconnect may reach another server.
 * @throws StoreUnavailable when it is a replica
 */
export async function prepareConnection(client: ClientBase): Promise<void> {
  // A connection that breaks while idle says so by this event alone, and unheard it would end the process.
  client.on('error', () => {})
  const result = await client.query<{ replica: boolean }>(prepareText)
  if (result.rows[0]?.replica !== false) {
    throw new StoreUnavailable('database', { cause: new Error('This PostgreSQL server is a replica') })
  }
}
