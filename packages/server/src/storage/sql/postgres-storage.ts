import type { ChainDigest } from '@mintmark/core'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Storage, Stores, Tenant } from '../../engine/ports/storage.ts'
import type { LastStatements } from './last-statements.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import type { Database } from './schema.ts'
import { storesOf } from './stores.ts'
import type { Unit } from './unit.ts'

/** Each unit of work, reads too, is a transaction: the tenant whose rows it may touch is set inside it. */
export class PostgresUnits implements Storage {
  readonly #database: PostgresDatabase
  readonly #chainOrigin: ChainDigest

  constructor(database: PostgresDatabase, chainOrigin: ChainDigest) {
    this.#database = database
    this.#chainOrigin = chainOrigin
  }

  async read<T>(tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#database.run({ tenant, access: 'read only' }, async (db, last) => work(storesOf(this.#unit(db, last))))
  }

  async transaction<T>(tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#database.run({ tenant, access: 'read write' }, async (db, last) =>
      work(storesOf(this.#unit(db, last))),
    )
  }

  #unit(db: Kysely<Database>, last: LastStatements): Unit {
    return {
      db,
      chainOrigin: this.#chainOrigin,
      locksRows: true,
      last,
      sha256Hex: (text) => sql<ChainDigest>`encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`,
      tryLock: async (name) => tryLock(db, name),
      nowMs: async () => serverNowMs(db),
      // Its log is the administrator's: rotated and archived as he set it up.
      eraseAfterCommit: () => {},
      // So is its disk: full, it answers nobody, and that is an outage.
      mustFit: () => {},
    }
  }
}

async function tryLock(db: Kysely<Database>, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`.execute(db)
  return rows[0]?.taken === true
}

/** `now()` would be the transaction's start, before any lock was waited for. */
export async function serverNowMs(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ now: number }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL did not tell the time')
  return row.now
}
