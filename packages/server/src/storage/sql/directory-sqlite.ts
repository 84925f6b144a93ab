import type { KeyDigest } from '@mintmark/core'
import type { StatementSync } from 'node:sqlite'
import type { Clock } from '../../engine/ports/clock.ts'
import type { Compile, Directory, Found } from '../../engine/ports/directory.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { BoundedMap } from '../../engine/bounded-map.ts'
import { keyRows, sessionRows } from './lookup-rows.ts'
import type { LookupTables } from './lookup-rows.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/**
 * Enough because forgetting costs little: a holder that was pushed out is read and compiled again by the next look-up.
 * Twice as many at most are kept: keys, and sessions.
 */
const defaultCapacity = 100_000

/** How many transactions in a row a look-up waits for before it gives up: the store is then busy, not answering. */
const maxWaits = 1_000

export type SqliteDirectoryOptions = {
  readonly clock: Clock
  /** Most keys, and most sessions, kept in memory: 100,000. */
  readonly capacity?: number
}

/**
 * The directory in the process that owns the SQLite file. What it remembers counts only while the database's
 * generation is the one read before the row was: so at each look-up it is proved that nothing was committed since.
 */
export function createSqliteDirectory<K, S>(
  database: SqliteDatabase,
  compile: Compile<K, S>,
  options: SqliteDirectoryOptions,
): Directory<K, S> {
  const { clock, capacity = defaultCapacity } = options
  const keys = new StampedHolders(database, keyRows, (text) => compile.key(keyRows.parse(text)), capacity)
  const sessions = new StampedHolders(
    database,
    sessionRows,
    (text) => compile.session(sessionRows.parse(text)),
    capacity,
  )
  const firstUse = database.prepare(markFirstUseText)

  function find<T>(holders: StampedHolders<T>, digest: KeyDigest): Found<T> | Promise<Found<T>> {
    try {
      const holder = holders.look(digest)
      return holder === undefined ? findOutside(holders, digest) : { holder, nowMs: clock.nowMs() }
    } catch (error) {
      // The port rejects, whether or not it would have answered synchronously.
      return Promise.reject(error)
    }
  }

  /** The transaction may have been followed by another one before this look-up's turn came. */
  async function findOutside<T>(holders: StampedHolders<T>, digest: KeyDigest): Promise<Found<T>> {
    const holder = await outside(() => holders.look(digest))
    return { holder, nowMs: clock.nowMs() }
  }

  async function outside<T>(look: () => T | undefined): Promise<T> {
    for (let waits = 0; waits < maxWaits; waits++) {
      const seen = look()
      if (seen !== undefined) return seen
      await database.whenIdle()
    }
    throw new StoreUnavailable('database', { cause: new Error('One transaction followed another without a gap') })
  }

  return {
    findKey: (digest) => find(keys, digest),
    findSession: (digest) => find(sessions, digest),
    markFirstUse: async (secretNumber) =>
      outside(() => {
        if (database.inTransaction) return undefined
        const parameters = { secret: secretNumber, now: clock.nowMs() }
        return database.slice({ bumps: true, mustFit: true }, () => firstUse.run(parameters).changes === 1)
      }),
  }
}

const markFirstUseText = `
  update api_key_secrets set first_used_at = coalesce(first_used_at, :now), awaits_first_use = 0
  where number = :secret and (ends_at is null or ends_at > :now) and exists (
    select 1 from api_keys k
    where k.number = key_number and k.revoked_at is null and (k.expires_at is null or k.expires_at > :now))`

type Stamped<Holder> = { generation: number; readonly text: string; readonly holder: Holder }

class StampedHolders<Holder> {
  readonly #database: SqliteDatabase
  readonly #read: StatementSync
  readonly #make: (text: string) => Holder
  readonly #known: BoundedMap<KeyDigest, Stamped<Holder>>

  constructor(database: SqliteDatabase, rows: LookupTables, make: (text: string) => Holder, capacity: number) {
    this.#database = database
    this.#read = database.prepare(`select json_array(${rows.columns}) from ${rows.tables} where ${rows.digest} = ?`)
    this.#read.setReturnArrays(true)
    this.#make = make
    this.#known = new BoundedMap(capacity)
  }

  /** Null: no such digest now. Undefined: it cannot be known before the open transaction has ended. */
  look(digest: KeyDigest): Holder | null | undefined {
    const { generation } = this.#database
    const known = this.#known.get(digest)
    if (known !== undefined && known.generation === generation) return known.holder
    const text = this.#readText(digest)
    if (text === undefined) return undefined
    if (text === null) {
      this.#known.delete(digest)
      return null
    }
    return this.#remember(digest, text, generation, known)
  }

  /** A row that says what it said before keeps its holder, and what the engine has built for it. */
  #remember(digest: KeyDigest, text: string, generation: number, known: Stamped<Holder> | undefined): Holder {
    if (known !== undefined && known.text === text) {
      known.generation = generation
      return known.holder
    }
    const holder = this.#make(text)
    this.#known.set(digest, { generation, text, holder })
    return holder
  }

  #readText(digest: KeyDigest): string | null | undefined {
    try {
      // The one connection would show what the open transaction has written and may still take back.
      if (this.#database.inTransaction) return undefined
      const cells: unknown = this.#read.get(Buffer.from(digest, 'latin1'))
      return Array.isArray(cells) && typeof cells[0] === 'string' ? cells[0] : null
    } catch (error) {
      throw new StoreUnavailable('database', { cause: error })
    }
  }
}
