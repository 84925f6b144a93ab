import type { ChainDigest, OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Journal } from '../../engine/ports/journal.ts'
import type { Storage, Stores, Tenant } from '../../engine/ports/storage.ts'
import { Endings } from './endings.ts'
import type { LastStatements } from './last-statements.ts'
import { organizationLockName } from './organization-lock.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import type { Database } from './schema.ts'
import { storesOf } from './stores.ts'
import type { Unit } from './unit.ts'

/** Each unit of work, reads too, is a transaction: the tenant whose rows it may touch is set inside it. */
export class PostgresUnits implements Storage {
  readonly #database: PostgresDatabase
  readonly #chainOrigin: ChainDigest
  readonly #journal: Journal

  constructor(database: PostgresDatabase, chainOrigin: ChainDigest, journal: Journal) {
    this.#database = database
    this.#chainOrigin = chainOrigin
    this.#journal = journal
  }

  async read<T>(tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#database.run({ tenant, access: 'read only' }, async (db, last) =>
      work(storesOf(this.#unit(db, last, nothingEnds))),
    )
  }

  async transaction<T>(tenant: Tenant, work: (stores: Stores) => Promise<T>): Promise<T> {
    // Of the attempt that counts.
    let endings = new Endings(this.#journal)
    try {
      const result = await this.#database.run({ tenant, access: 'read write' }, async (db, last) => {
        endings.failed(null)
        const attempt = (endings = new Endings(this.#journal))
        const done = await work(storesOf(this.#unit(db, last, attempt)))
        await attempt.beforeCommit()
        return done
      })
      await endings.committed()
      return result
    } catch (error) {
      // Once committed there is nothing left to settle.
      endings.failed(error)
      throw error
    }
  }

  #unit(db: Kysely<Database>, last: LastStatements, endings: Unit['endings']): Unit {
    return {
      db,
      chainOrigin: this.#chainOrigin,
      locksRows: true,
      last,
      endings,
      sha256Hex: (text) => sql<ChainDigest>`encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`,
      tryLock: async (name) => tryLock(db, name),
      excludeUnitsOf: async (organizationId) => excludeUnitsOf(db, organizationId),
      nowMs: async () => serverNowMs(db),
      // Its log is the administrator's: rotated and archived as he set it up.
      eraseAfterCommit: () => {},
      // So is its disk: full, it answers nobody, and that is an outage.
      mustFit: () => {},
    }
  }
}

/** Reading ends nothing. */
const nothingEnds = { add: () => {}, replay: () => {} }

async function tryLock(db: Kysely<Database>, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`.execute(db)
  return rows[0]?.taken === true
}

async function excludeUnitsOf(db: Kysely<Database>, organizationId: OrganizationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${organizationLockName(organizationId)}, 0))`.execute(db)
}

/** `now()` would be the transaction's start, before any lock was waited for. */
export async function serverNowMs(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ now: number }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL did not tell the time')
  return row.now
}
