import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { StoreFull, StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { noReserve } from './ballast.ts'
import type { Reserve } from './ballast.ts'
import { SqliteTraces } from './sqlite-traces.ts'
import { TurnQueue } from './turn-queue.ts'

/** Prepared statements kept: more than all our texts, and a bound for lists whose text varies with their filters. */
const maxCachedStatements = 256

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const resultCode = { ioError: 10, corrupt: 11, full: 13 } as const

/** SQLite's own default. */
const autoCheckpointPages = 1_000

type Prepared = { readonly statement: StatementSync; readonly returnsRows: boolean }

/** Somebody is copying the file. */
export class FileInUse extends Error {
  override readonly name = 'FileInUse'
}

/** `isHeld` is false as soon as the file may have been written to: the database was closed. */
export type FileHold = { isHeld(): boolean; letGo(): void }

export type Rows = { readonly rows: Record<string, unknown>[]; readonly changes: number | bigint }

/**
 * The one connection of this process to its SQLite database.
 *
 * Whoever keeps anything read from it stamps it with `generation`, read *before* the row, and never reads while
 * `inTransaction`: the connection would show uncommitted rows. The generation rises in the same synchronous step as
 * every COMMIT and ROLLBACK, whether they succeed or fail, so nobody can forget to invalidate.
 */
export class SqliteDatabase {
  readonly #handle: DatabaseSync
  readonly #onFatal: (error: unknown) => void
  readonly #reserve: Reserve
  readonly #turns = new TurnQueue()
  readonly #statements = new Map<string, Prepared>()
  #generation = 0
  #idleWaiters: (() => void)[] = []
  /** What this transaction deletes is to be wiped from the log; what an earlier one deleted still is. */
  #erases = false
  #owesErasure = false
  /** Nothing of the log is brought into the file: somebody is copying it. */
  #isFileHeld = false
  #traces: SqliteTraces | null = null

  /**
   * @param onFatal called when it is unknown what is durable: the process must end, a restart reads the truth
   * @param reserve room for what must fit; default: none, as for a database in memory
   */
  constructor(handle: DatabaseSync, onFatal: (error: unknown) => void, reserve: Reserve = noReserve) {
    this.#handle = handle
    this.#onFatal = onFatal
    this.#reserve = reserve
  }

  /** Rises at each end of a transaction that may have changed what a credential may do. */
  get generation(): number {
    return this.#generation
  }

  get inTransaction(): boolean {
    return this.#handle.isTransaction
  }

  /** Resolves as soon as no transaction is open. Another may have begun by the time the caller runs: look again. */
  async whenIdle(): Promise<void> {
    if (!this.inTransaction) return
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
  }

  /** The connection is the caller's alone, first come first served, until he calls what this resolves to. */
  async takeTurn(): Promise<() => void> {
    return this.#turns.take()
  }

  /** A prepared statement of this connection, for callers that keep it. */
  prepare(text: string): StatementSync {
    return this.#handle.prepare(text)
  }

  begin(): void {
    this.#handle.exec('BEGIN IMMEDIATE')
  }

  commit(): void {
    try {
      this.#handle.exec('COMMIT')
    } catch (error) {
      throw this.#judge(error)
    } finally {
      this.#transactionEnded()
    }
    this.#owesErasure ||= this.#erases
    this.#erases = false
    this.#payErasure()
  }

  rollback(): void {
    try {
      // An error such as a full disk has rolled back already.
      if (this.inTransaction) this.#handle.exec('ROLLBACK')
    } catch (error) {
      throw this.#judge(error)
    } finally {
      this.#erases = false
      this.#transactionEnded()
      if (this.inTransaction) this.#onFatal(new Error('A transaction could not be rolled back'))
    }
  }

  /** After this transaction's COMMIT, what was deleted is also wiped from the write-ahead log. */
  eraseAfterCommit(): void {
    this.#erases = true
  }

  /** From now on what is deleted leaves no trace in this file, which is the database's own; nor does what was before. */
  wipeTracesIn(file: string): void {
    this.#traces = new SqliteTraces(file, { settle: () => this.#settleFile(), onError: this.#onFatal })
    this.#traces.wipe()
  }

  /** @throws StoreFull while what room there is must be left to what must fit */
  requireRoom(): void {
    if (!this.#reserve.isHeld) throw new StoreFull('database')
  }

  /** For a write that must fit and did not: it may be tried once more. */
  makeRoom(): void {
    this.#reserve.release()
  }

  /**
   * Runs one statement of the unit of work whose turn it is.
   * @param onlyReads the statement is known to be a SELECT; anything else is refused outside a transaction
   */
  execute(text: string, parameters: readonly SQLInputValue[], onlyReads: boolean): Rows {
    const wasInTransaction = this.inTransaction
    if (!wasInTransaction && !onlyReads) throw new Error('Refused to write outside a transaction')
    try {
      return this.#run(text, parameters)
    } catch (error) {
      throw this.#judge(error)
    } finally {
      if (wasInTransaction && !this.inTransaction) this.#transactionEnded()
    }
  }

  /**
   * A transaction of its own without a single await in it: short writes beside the control plane's units of work.
   * @param options.bumps false only for what no verification reads: usage and last use
   * @param options.mustFit it is done even when there is no room for anything else; `work` may then run twice
   */
  slice<T>(options: { readonly bumps: boolean; readonly mustFit?: boolean }, work: () => T): T {
    if (options.mustFit !== true) this.requireRoom()
    const result =
      options.mustFit === true ? this.#fit(() => this.#runSlice(options, work)) : this.#runSlice(options, work)
    this.#payErasure()
    return result
  }

  /** What a check of every page, index and foreign key finds wrong: nothing, where it is whole. Blocks for its length. */
  findDamage(): readonly string[] {
    const found = this.#handle
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(row['integrity_check']))
    const orphans = this.#handle
      .prepare('PRAGMA foreign_key_check')
      .all()
      .map((row) => JSON.stringify(row))
    return [...found.filter((line) => line !== 'ok'), ...orphans]
  }

  /**
   * Brings all that is committed into the file, which then stays as it is until it is let go. The log grows meanwhile.
   * @throws FileInUse while somebody else holds it
   */
  async holdFile(): Promise<FileHold> {
    const giveBack = await this.takeTurn()
    try {
      if (this.#isFileHeld) throw new FileInUse('another one is being written')
      if (!this.#truncateLog()) throw new StoreUnavailable('database')
      this.#handle.exec('PRAGMA wal_autocheckpoint = 0')
      this.#isFileHeld = true
    } finally {
      giveBack()
    }
    return {
      isHeld: () => this.#isFileHeld,
      letGo: () => {
        this.#isFileHeld = false
        if (this.#handle.isOpen) this.#handle.exec(`PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`)
      },
    }
  }

  close(): void {
    if (!this.#handle.isOpen) return
    this.#statements.clear()
    this.#isFileHeld = false
    this.#traces?.finish()
    this.#handle.close()
    this.#traces?.close()
  }

  #runSlice<T>(options: { readonly bumps: boolean }, work: () => T): T {
    if (this.inTransaction) throw new Error('A slice must wait until no transaction is open')
    this.begin()
    try {
      const result = work()
      this.#handle.exec('COMMIT')
      return result
    } catch (error) {
      if (this.inTransaction) this.#handle.exec('ROLLBACK')
      throw this.#judge(error)
    } finally {
      if (options.bumps) this.#generation += 1
    }
  }

  #run(text: string, parameters: readonly SQLInputValue[]): Rows {
    const { statement, returnsRows } = this.#prepared(text)
    if (returnsRows) return { rows: statement.all(...parameters), changes: 0 }
    return { rows: [], changes: statement.run(...parameters).changes }
  }

  #prepared(text: string): Prepared {
    const cached = this.#statements.get(text)
    if (cached !== undefined) {
      this.#statements.delete(text)
      this.#statements.set(text, cached)
      return cached
    }
    const statement = this.#handle.prepare(text)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    this.#statements.set(text, prepared)
    const [oldest] = this.#statements.keys()
    if (this.#statements.size > maxCachedStatements && oldest !== undefined) this.#statements.delete(oldest)
    return prepared
  }

  #transactionEnded(): void {
    this.#generation += 1
    if (this.inTransaction) return
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const wake of waiters) wake()
  }

  /**
   * A checkpoint that finds the file busy, or no room even with the reserve, is owed to the next COMMIT. What was
   * deleted is deleted all the same: to fail would be to say that it was not.
   */
  #payErasure(): void {
    if (!this.#owesErasure || this.#isFileHeld) return
    try {
      this.#owesErasure = !this.#fit(() => this.#truncateLog())
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error
    }
    if (!this.#owesErasure) this.#traces?.wipe()
  }

  /** The file is the whole of the database, and nothing of it is kept in memory. False: others are at it. */
  #settleFile(): boolean {
    if (this.inTransaction || this.#isFileHeld) return false
    try {
      if (!this.#truncateLog()) return false
    } catch (error) {
      if (error instanceof StoreFull) return false
      throw error
    }
    this.#handle.exec('PRAGMA shrink_memory')
    return true
  }

  /** Once more without the reserve, where there was no room. */
  #fit<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error
      this.makeRoom()
      return work()
    }
  }

  #truncateLog(): boolean {
    try {
      return this.#handle.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 1
    } catch (error) {
      throw this.#judge(error)
    }
  }

  /** An I/O error leaves open what the next start will find in the file, so nothing may be answered any more. */
  #judge(error: unknown): unknown {
    const code = primaryCode(error)
    if (code === resultCode.ioError || code === resultCode.corrupt) {
      this.#onFatal(error)
      return new StoreUnavailable('database', { cause: error })
    }
    return code === resultCode.full ? new StoreFull('database', { cause: error }) : error
  }
}

function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 0xff
}
