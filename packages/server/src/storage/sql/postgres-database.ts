import { setTimeout as sleep } from 'node:timers/promises'
import type { OrganizationId } from '@mintmark/core'
import { Kysely } from 'kysely'
import type { CompiledQuery } from 'kysely'
import { Client, Pool, escapeLiteral } from 'pg'
import type { PoolClient } from 'pg'
import type { Tenant } from '../../engine/ports/storage.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { organizationLockName } from './organization-lock.ts'
import { connectionConfig, prepareConnection } from './postgres-connection.ts'
import { LastStatements } from './last-statements.ts'
import { OneClientDialect } from './postgres-dialect.ts'
import { judgeQueryError, mayRetry } from './postgres-errors.ts'
import type { PostgresNodeLock } from './postgres-node-lock.ts'
import type { Database } from './schema.ts'

const maxAttempts = 8
const maxPauseMs = 20
const idleConnectionMs = 60_000

export type UnitOfWork = {
  readonly tenant: Tenant
  readonly access: 'read only' | 'read write'
}

/** `last`: what is to be sent together with COMMIT. */
export type Work<T> = (db: Kysely<Database>, last: LastStatements) => Promise<T>

/** What `mintmark.tenant` is for a unit of work that may touch every organization's rows; no id can be it. */
export const everyTenant = '*'

/** The primary as this node uses it: units of work on a pool, and further connections for who needs his own. */
export class PostgresDatabase {
  readonly #url: string
  readonly #pool: Pool
  readonly #sessions = new WeakMap<PoolClient, PostgresSession>()
  readonly nodeLock: PostgresNodeLock

  constructor(options: { readonly url: string; readonly poolSize: number; readonly nodeLock: PostgresNodeLock }) {
    this.#url = options.url
    this.nodeLock = options.nodeLock
    this.#pool = new Pool({
      ...connectionConfig(options.url, 'control plane'),
      // Statements are sent without waiting for the answers to those before them.
      pipeline: true,
      max: options.poolSize,
      idleTimeoutMillis: idleConnectionMs,
      // oxlint-disable-next-line typescript/no-misused-promises -- the pool awaits it, its types do not say so
      onConnect: prepareConnection,
    })
    // A broken idle connection: the pool drops it, and whoever needs one next gets a new one.
    this.#pool.on('error', () => {})
  }

  /**
   * A dedicated connection with our settings, that sees every organization's rows. Rejects with `StoreUnavailable`.
   * Before answering anything read on it, see that `nodeLock.held`.
   */
  async connect(purpose: string): Promise<Client> {
    const client = new Client(connectionConfig(this.#url, purpose))
    try {
      await client.connect()
      await prepareConnection(client)
      await client.query(`select set_config('mintmark.tenant', $1, false)`, [everyTenant])
      return client
    } catch (error) {
      await client.end().catch(() => {})
      throw judgeQueryError(error)
    }
  }

  /**
   * One transaction: committed exactly when `work` resolves, run again when the server undid it for concurrency's
   * sake. Rejects with `StoreUnavailable` when the server does not answer or it is unknown what became of COMMIT.
   */
  async run<T>(unit: UnitOfWork, work: Work<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      if (!this.nodeLock.held) await this.nodeLock.whenHeld()
      try {
        return await this.#runOnce(unit, work)
      } catch (error) {
        if (!mayRetry(error)) throw error
        if (attempt === maxAttempts) throw new StoreUnavailable('database', { cause: error })
        await sleep(Math.random() * maxPauseMs * attempt)
      }
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
    await this.nodeLock.close()
  }

  async #runOnce<T>(unit: UnitOfWork, work: Work<T>): Promise<T> {
    const session = await this.#acquire()
    const dialect = new OneClientDialect(session.client)
    try {
      await session.begin(unit)
      const db = new Kysely<Database>({ dialect })
      const last = new LastStatements(async (query) => db.executeQuery(query))
      const result = await work(db, last)
      dialect.end()
      await session.commit(last.take())
      return result
    } catch (error) {
      dialect.end()
      await session.rollback()
      throw error
    } finally {
      session.release()
    }
  }

  async #acquire(): Promise<PostgresSession> {
    try {
      const client = await this.#pool.connect()
      const session = this.#sessions.get(client) ?? new PostgresSession(client)
      this.#sessions.set(client, session)
      return session
    } catch (error) {
      throw judgeQueryError(error)
    }
  }
}

function share(organizationId: OrganizationId): string {
  const name = escapeLiteral(organizationLockName(organizationId))
  return `select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`
}

/** One pooled connection and the edges of its transactions. */
class PostgresSession {
  readonly client: PoolClient
  /** SQLSTATEs of what the server remarked since COMMIT was sent. */
  #remarks: (string | undefined)[] = []
  #broken = false

  constructor(client: PoolClient) {
    this.client = client
    client.on('notice', (notice) => this.#remarks.push(notice.code))
  }

  async begin(unit: UnitOfWork): Promise<void> {
    this.#remarks = []
    const { tenant, access } = unit
    const seen = escapeLiteral(tenant === 'every-organization' ? everyTenant : tenant)
    const begin = `begin isolation level read committed, ${access}; set local "mintmark.tenant" = ${seen}`
    await this.#query(tenant === 'every-organization' || access === 'read only' ? begin : `${begin}; ${share(tenant)}`)
  }

  /** PostgreSQL answers a COMMIT that no standby confirmed with success and a warning: for us its outcome is open. */
  async commit(last: readonly CompiledQuery[]): Promise<void> {
    this.#remarks = []
    const sent = last.map(async ({ sql, parameters }) => this.#query(sql, [...parameters]))
    const outcomes = await Promise.allSettled([...sent, this.#query('commit')])
    // After one that failed the server answers COMMIT with ROLLBACK; what failed first is what the caller hears.
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    const committed = outcomes.at(-1)
    const command = committed?.status === 'fulfilled' ? committed.value : undefined
    if (command !== 'COMMIT') throw new Error('The transaction had failed, and its unit of work did not say so')
    if (this.#remarks.length > 0) {
      throw new StoreUnavailable('database', { cause: new Error(`COMMIT was answered with ${this.#remarks.join()}`) })
    }
  }

  /** Never rejects: what made the unit fail is what its caller hears. */
  async rollback(): Promise<void> {
    if (this.#broken) return
    await this.#query('rollback').catch(() => {})
  }

  /** A connection that failed is not used again: nobody knows what it still has to say. */
  release(): void {
    this.client.release(this.#broken)
  }

  async #query(text: string, parameters?: unknown[]): Promise<string | undefined> {
    try {
      const result = await this.client.query(text, parameters)
      return Array.isArray(result) ? result.at(-1)?.command : result.command
    } catch (error) {
      const judged = judgeQueryError(error)
      this.#broken ||= judged instanceof StoreUnavailable
      throw judged
    }
  }
}
