import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { DatabaseInUse } from './database-in-use.ts'
import { connectionConfig, prepareConnection } from './postgres-connection.ts'
import { judgeQueryError } from './postgres-errors.ts'

/** `shared`: any number of nodes whose windows are in Redis. `exclusive`: one node that has its windows to itself. */
export type NodeLockMode = 'shared' | 'exclusive'

/** Advisory locks of ours have this class: "mmk1". */
export const advisoryLockClass = 0x6d_6d_6b_31
const nodeLockNumber = 1

/** `lost` is called in the step in which it is noticed, `taken` as soon as the lock is held again. */
export type NodeLockWatcher = { lost(): void; taken(): void }

/** A killed node's session ends within this: a restart must not find its own ghost. */
const takeAttempts = 10
const retryMs = 100
const heartbeatMs = 2_000
/** How long a unit of work waits for a lost lock before it is refused. */
const maxWaitMs = 2_000

/**
 * Held on a connection of its own for the node's life. When that connection is lost the lock is gone with it, so
 * nothing is answered until it has been taken again.
 */
export class PostgresNodeLock {
  readonly #url: string
  readonly #mode: NodeLockMode
  readonly #onWarning: (message: string, cause: unknown) => void
  #client: Client | null = null
  #heartbeat: NodeJS.Timeout | null = null
  #retaking: Promise<void> | null = null
  #watcher: NodeLockWatcher | null = null
  #closed = false

  private constructor(url: string, mode: NodeLockMode, onWarning: (message: string, cause: unknown) => void) {
    this.#url = url
    this.#mode = mode
    this.#onWarning = onWarning
  }

  /**
   * @throws DatabaseInUse when the other kind of node, or a second exclusive one, is running
   * @throws StoreUnavailable when PostgreSQL does not answer
   */
  static async take(
    url: string,
    mode: NodeLockMode,
    onWarning: (message: string, cause: unknown) => void,
  ): Promise<PostgresNodeLock> {
    const lock = new PostgresNodeLock(url, mode, onWarning)
    for (let attempt = 1; ; attempt += 1) {
      try {
        await lock.#connect()
        return lock
      } catch (error) {
        if (!(error instanceof DatabaseInUse)) throw judgeQueryError(error)
        if (attempt === takeAttempts) throw error
        await sleep(retryMs)
      }
    }
  }

  get held(): boolean {
    return this.#client !== null
  }

  /** Resolves at once while the lock is held, else when it has been taken again. Rejects with `StoreUnavailable`. */
  async whenHeld(): Promise<void> {
    if (this.held) return
    const deadline = sleep(maxWaitMs, 'late', { ref: false })
    if (this.#retaking === null || (await Promise.race([this.#retaking, deadline])) === 'late' || !this.held) {
      throw new StoreUnavailable('database', { cause: new Error('The lock of this node on the database was lost') })
    }
  }

  /** The lock's own connection, for the checks at start. */
  get connection(): Client {
    if (this.#client === null) throw new Error('The lock of this node on the database was lost')
    return this.#client
  }

  /** Whoever holds more on the lock's connection learns when he has lost it. */
  watch(watcher: NodeLockWatcher): void {
    this.#watcher = watcher
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#retaking
    const client = this.#client
    this.#forget()
    await client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = new Client(connectionConfig(this.#url, 'node lock'))
    client.on('error', () => {})
    try {
      await client.connect()
      await prepareConnection(client)
      const suffix = this.#mode === 'shared' ? '_shared' : ''
      const text = `select pg_try_advisory_lock${suffix}($1, $2) as taken`
      const result = await client.query<{ taken: boolean }>(text, [advisoryLockClass, nodeLockNumber])
      if (result.rows[0]?.taken !== true) throw new DatabaseInUse(whyInUse[this.#mode])
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    this.#client = client
    client.once('end', () => this.#lost(client))
    client.once('error', (error) => this.#lost(client, error))
    this.#heartbeat = setInterval(() => this.#beat(client), heartbeatMs).unref()
  }

  /** A connection that died without a word is found by asking. */
  #beat(client: Client): void {
    client.query('select 1').catch((error: unknown) => this.#lost(client, error))
  }

  #lost(client: Client, cause?: unknown): void {
    if (this.#client !== client) return
    this.#forget()
    client.end().catch(() => {})
    if (this.#closed) return
    this.#watcher?.lost()
    this.#retaking = this.#retake()
    this.#onWarning('The lock of this node on the database was lost; nothing is answered until it is back', cause)
  }

  async #retake(): Promise<void> {
    for (let failures = 0; !this.#closed; failures += 1) {
      if (failures > 0) await sleep(retryMs)
      try {
        await this.#connect()
        this.#watcher?.taken()
        return
      } catch (error) {
        if (error instanceof DatabaseInUse && failures === takeAttempts) this.#onWarning(error.message, error)
      }
    }
  }

  #forget(): void {
    this.#client = null
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat)
    this.#heartbeat = null
  }
}

const whyInUse: Readonly<Record<NodeLockMode, string>> = {
  exclusive:
    'Another node is running on this database. Without Redis only one node may: its windows are its own. ' +
    'Set MINTMARK_REDIS_URL on every node to run several.',
  shared:
    'A node without Redis is running on this database, and its windows are its own. ' +
    'Stop it, or set MINTMARK_REDIS_URL on every node.',
}
