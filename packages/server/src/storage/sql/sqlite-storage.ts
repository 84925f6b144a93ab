import type { ChainDigest } from '@mintmark/core'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Clock } from '../../engine/ports/clock.ts'
import type { Storage, Stores, Tenant } from '../../engine/ports/storage.ts'
import { StoreFull } from '../../engine/ports/unavailable.ts'
import type { Database } from './schema.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { storesOf } from './stores.ts'
import type { Unit } from './unit.ts'

/** Units of work one after another on the one connection; tenants need no second wall in a process's own file. */
export class SqliteUnits implements Storage {
  readonly #kysely: Kysely<Database>
  readonly #database: SqliteDatabase
  readonly #common: Omit<Unit, 'db' | 'mustFit'>

  constructor(options: {
    readonly kysely: Kysely<Database>
    readonly database: SqliteDatabase
    readonly clock: Clock
    readonly chainOrigin: ChainDigest
  }) {
    this.#kysely = options.kysely
    this.#database = options.database
    this.#common = {
      chainOrigin: options.chainOrigin,
      locksRows: false,
      last: null,
      sha256Hex: (text) => sql<ChainDigest>`sha256_hex(${text})`,
      // Transactions are serial: none other is open.
      tryLock: async () => true,
      nowMs: async () => options.clock.nowMs(),
      eraseAfterCommit: () => options.database.eraseAfterCommit(),
    }
  }

  /** The whole of `work` has the connection to itself, so it sees one state, and never an open transaction's. */
  async read<T>(_tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#kysely.connection().execute(async (db) => work(storesOf({ ...this.#common, db, mustFit: () => {} })))
  }

  async transaction<T>(_tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    let mustFit = false
    const run = async (): Promise<T> =>
      this.#kysely.transaction().execute(async (db) => {
        const result = await work(storesOf({ ...this.#common, db, mustFit: () => void (mustFit = true) }))
        if (!mustFit) this.#database.requireRoom()
        return result
      })
    try {
      return await run()
    } catch (error) {
      if (!mustFit || !(error instanceof StoreFull)) throw error
      this.#database.makeRoom()
      return run()
    }
  }
}
