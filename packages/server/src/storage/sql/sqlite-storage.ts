import type { ChainDigest } from '@mintmark/core'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Clock } from '../../engine/ports/clock.ts'
import type { Journal } from '../../engine/ports/journal.ts'
import type { Storage, Stores, Tenant } from '../../engine/ports/storage.ts'
import { StoreFull } from '../../engine/ports/unavailable.ts'
import { Endings } from './endings.ts'
import type { Database } from './schema.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { storesOf } from './stores.ts'
import type { Unit } from './unit.ts'

type Committed<T> = { readonly result: T; readonly endings: Endings }

/** Units of work one after another on the one connection; tenants need no second wall in a process's own file. */
export class SqliteUnits implements Storage {
  readonly #kysely: Kysely<Database>
  readonly #database: SqliteDatabase
  readonly #journal: Journal
  readonly #common: Omit<Unit, 'db' | 'endings' | 'mustFit'>

  constructor(options: {
    readonly kysely: Kysely<Database>
    readonly database: SqliteDatabase
    readonly clock: Clock
    readonly chainOrigin: ChainDigest
    readonly journal: Journal
  }) {
    this.#kysely = options.kysely
    this.#database = options.database
    this.#journal = options.journal
    this.#common = {
      chainOrigin: options.chainOrigin,
      locksRows: false,
      last: null,
      sha256Hex: (text) => sql<ChainDigest>`sha256_hex(${text})`,
      // Transactions are serial: none other is open.
      tryLock: async () => true,
      // One at a time.
      excludeUnitsOf: async () => {},
      nowMs: async () => options.clock.nowMs(),
      eraseAfterCommit: () => options.database.eraseAfterCommit(),
    }
  }

  /** The whole of `work` has the connection to itself, so it sees one state, and never an open transaction's. */
  async read<T>(_tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#kysely.connection().execute(async (db) => work(storesOf({ ...this.#common, db, ...nothingEnds })))
  }

  async transaction<T>(_tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    let mustFit = false
    const unit = { ...this.#common, mustFit: () => void (mustFit = true) }
    const run = async (): Promise<Committed<T>> =>
      this.#commit(async (db, endings) => {
        const result = await work(storesOf({ ...unit, db, endings }))
        if (!mustFit) this.#database.requireRoom()
        return result
      })
    const { result, endings } = await run().catch(async (error: unknown) => {
      if (!mustFit || !(error instanceof StoreFull)) throw error
      this.#database.makeRoom()
      return run()
    })
    await endings.committed()
    return result
  }

  async #commit<T>(work: (db: Kysely<Database>, endings: Endings) => Promise<T>): Promise<Committed<T>> {
    const endings = new Endings(this.#journal)
    try {
      const result = await this.#kysely.transaction().execute(async (db) => {
        const done = await work(db, endings)
        await endings.beforeCommit()
        return done
      })
      return { result, endings }
    } catch (error) {
      endings.failed(error)
      throw error
    }
  }
}

/** Reading ends nothing. */
const nothingEnds = { endings: { add: () => {}, replay: () => {} }, mustFit: () => {} }
