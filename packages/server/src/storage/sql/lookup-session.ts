import { Socket } from 'node:net'
import type { KeyDigest } from '@mintmark/core'
import { Client } from 'pg'
import type { QueryArrayConfig } from 'pg'
import type { Batch, BatchAnswer } from './lookup-queue.ts'
import { digestsParameter, lookupStatement, readAnswer } from './lookup-statement.ts'
import type { LookupStatement, StatementAnswer } from './lookup-statement.ts'
import { connectionConfig, prepareConnection } from './postgres-connection.ts'
import { everyTenant } from './postgres-database.ts'

/** From the first packet to a session that has answered. With the pause before it, well within the 5 s of recovery. */
const openTimeoutMs = 2_000
const closeTimeoutMs = 500

/** The server answers but is not the primary. */
export class ReplicaAnswered extends Error {
  override readonly name = 'ReplicaAnswered'
}

/** Other nodes digest with a pepper that this one was not given: what it does not find may exist all the same. */
export class PepperMissing extends Error {
  override readonly name = 'PepperMissing'
}

export type LookupSessionOptions = {
  readonly url: string
  readonly statementTimeoutMs: number
  /** Asked after every batch: whether this node may still answer at all. */
  readonly mayAnswer: () => boolean
  /** Whether this node has the pepper of this version. */
  readonly hasPepper: (version: string) => boolean
}

const statements = {
  key: { plain: lookupStatement('key', false), fenced: lookupStatement('key', true) },
  session: { plain: lookupStatement('session', false), fenced: lookupStatement('session', true) },
}

/** Every cell as the text that PostgreSQL sent. */
const asText = { getTypeParser: () => (text: string) => text }

/** One connection to the primary with the settings that strict batches rest on. Used for one batch at a time. */
export class LookupSession {
  readonly #client: Client
  readonly #socket: Socket
  readonly #options: LookupSessionOptions
  /** Why it may not be used any more. */
  #unfit: unknown = null
  #synchronous = false
  /** Resolves, with the reason, when the connection has ended or must not be used any more. */
  readonly lost: Promise<unknown>
  readonly #lose: (cause: unknown) => void

  private constructor(client: Client, socket: Socket, options: LookupSessionOptions) {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.lost = promise
    this.#lose = resolve
    this.#client = client
    this.#socket = socket
    this.#options = options
    client.on('error', (error) => this.destroy(error))
    client.on('end', () => this.destroy(new Error('PostgreSQL ended the connection')))
    // Our statements give no cause for remarks: one means that a commit was not confirmed or the server is going down.
    client.on('notice', (notice) => this.destroy(new Error(`PostgreSQL remarked: ${notice.message ?? ''}`)))
  }

  /** Rejects when the server does not answer a look-up within 2 s, or may not. */
  static async open(options: LookupSessionOptions): Promise<LookupSession> {
    const socket = new Socket()
    const client = new Client({
      ...connectionConfig(options.url, 'look-ups'),
      connectionTimeoutMillis: openTimeoutMs,
      query_timeout: 0,
      stream: () => socket,
    })
    client.on('error', () => {})
    const late = setTimeout(() => socket.destroy(new Error('PostgreSQL did not answer in time')), openTimeoutMs)
    try {
      await client.connect()
      await assertPrimary(client)
      await prepareConnection(client)
      await client.query(settingsText, [String(options.statementTimeoutMs), everyTenant])
      const session = new LookupSession(client, socket, options)
      await session.ask({ kind: 'key', digests: [] })
      await session.ask({ kind: 'session', digests: [] })
      return session
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  get usable(): boolean {
    return this.#unfit === null
  }

  /** Whether a standby had to confirm the last answer. */
  get synchronous(): boolean {
    return this.#synchronous
  }

  /** Rejects unless the whole answer is there, its commit included, and comes from who may give it. */
  async ask(batch: Pick<Batch, 'kind' | 'digests'>): Promise<BatchAnswer> {
    const fenced = this.#synchronous
    const answer = await this.#execute(statements[batch.kind][fenced ? 'fenced' : 'plain'], batch.digests)
    if (this.#unfit !== null) throw this.#unfit
    if (answer.replica) throw new ReplicaAnswered('PostgreSQL became a replica')
    if (!answer.ours) throw new Error('The session has lost its settings: a pooler must be in session mode')
    const { newestPepper } = answer
    if (newestPepper !== null && !this.#options.hasPepper(newestPepper)) throw new PepperMissing('A pepper is missing')
    if (!this.#options.mayAnswer()) throw new Error('This node has lost its lock on the database')
    this.#synchronous = answer.synchronous
    return answer.synchronous && !fenced ? this.ask(batch) : answer
  }

  destroy(cause: unknown): void {
    this.#unfit ??= cause
    this.#socket.destroy()
    this.#lose(cause)
  }

  async close(): Promise<void> {
    this.#unfit ??= new Error('The connection is closed')
    const late = setTimeout(() => this.#socket.destroy(), closeTimeoutMs)
    await this.#client.end().catch(() => {})
    clearTimeout(late)
  }

  /** pg resolves at ReadyForQuery, which comes after the commit that ends the statement. */
  async #execute(statement: LookupStatement, digests: readonly KeyDigest[]): Promise<StatementAnswer> {
    const query: QueryArrayConfig<[Buffer]> = {
      ...statement,
      values: [digestsParameter(digests)],
      rowMode: 'array',
      types: asText,
    }
    const { rows } = await this.#client.query<(string | null)[], [Buffer]>(query)
    return readAnswer(rows, digests)
  }
}

const settingsText = `select set_config('jit', 'off', false),
  set_config('plan_cache_mode', 'force_generic_plan', false),
  set_config('client_min_messages', 'warning', false),
  set_config('statement_timeout', $1, false),
  set_config('mintmark.tenant', $2, false)`

async function assertPrimary(client: Client): Promise<void> {
  const { rows } = await client.query<{ replica: boolean }>('select pg_is_in_recovery() as replica')
  if (rows[0]?.replica !== false) throw new ReplicaAnswered('This PostgreSQL server is a replica')
}
