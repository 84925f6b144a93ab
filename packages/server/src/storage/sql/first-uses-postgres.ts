import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import type { Database } from './schema.ts'

/** Marks first uses, each secret's once at a time: a burst of first requests is one transaction. */
export class FirstUses {
  readonly #database: PostgresDatabase
  readonly #deadlineMs: number
  /**
   * Who joins a mark under way has found the secret live by a look-up of his own; all that he waits for is that the
   * first use is on disk.
   */
  readonly #underWay = new Map<number, Promise<boolean>>()

  constructor(database: PostgresDatabase, deadlineMs: number) {
    this.#database = database
    this.#deadlineMs = deadlineMs
  }

  /** False when the secret is live no more. Rejects with `StoreUnavailable`, also when it does not know in time. */
  async mark(secretNumber: number): Promise<boolean> {
    const underWay = this.#underWay.get(secretNumber)
    if (underWay !== undefined) return underWay
    const marking = this.#markInTime(secretNumber).finally(() => this.#underWay.delete(secretNumber))
    this.#underWay.set(secretNumber, marking)
    return marking
  }

  async #markInTime(secretNumber: number): Promise<boolean> {
    const patience = new AbortController()
    const late = sleep(this.#deadlineMs, null, { signal: patience.signal }).catch(() => null)
    const marked = this.#database.run({ tenant: 'every-organization', access: 'read write' }, async (db) =>
      markFirstUse(db, secretNumber),
    )
    // What comes after the deadline is heard by nobody.
    marked.catch(() => {})
    try {
      const outcome = await Promise.race([marked, late])
      if (outcome === null)
        throw new StoreUnavailable('database', { cause: new Error('A first use was not marked in time') })
      return outcome
    } finally {
      patience.abort()
    }
  }
}

/**
 * The key is locked first, as whoever rotates or revokes it does, so that he cannot conclude from a secret's being
 * unused what is true no more; the mark is a statement of its own, because the first one's snapshot may predate the
 * wait for that lock.
 */
async function markFirstUse(db: Kysely<Database>, secretNumber: number): Promise<boolean> {
  await sql`
    select k.number from api_keys k
    where k.number = (select key_number from api_key_secrets where number = ${secretNumber})
    for no key update`.execute(db)
  const marked = await sql`
    with clock as materialized (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now)
    update api_key_secrets s set first_used_at = coalesce(s.first_used_at, clock.now), awaits_first_use = 0
    from clock, api_keys k
    where s.number = ${secretNumber} and (s.ends_at is null or s.ends_at > clock.now)
      and k.number = s.key_number and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock.now)`.execute(
    db,
  )
  return marked.numAffectedRows === 1n
}
