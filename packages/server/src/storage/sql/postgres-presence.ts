import type { Presence } from '../../engine/ports/presence.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { judgeQueryError } from './postgres-errors.ts'
import { advisoryLockClass, type PostgresNodeLock } from './postgres-node-lock.ts'

/** Advisory locks on journals have this class, "mmk2", and the beginning of the journal's id. */
const journalLockClass = 0x6d_6d_6b_32
/** Held shared by every node that vouches for the database. */
const vouchLockNumber = 3

const heldText = `select classid::bigint as class, objid::bigint as number from pg_locks
  where locktype = 'advisory' and objsubid = 2 and granted and pid <> $1
    and database = (select oid from pg_database where datname = current_database())`

/** A session may take its own lock as often as it likes, and would have to release it as often. */
const claimText = `select case
  when exists (
    select from pg_locks where locktype = 'advisory' and objsubid = 2 and granted and pid = pg_backend_pid()
      and classid = $1::integer::oid and objid = $3::bigint::oid
      and database = (select oid from pg_database where datname = current_database()))
  then true else pg_try_advisory_lock($1::integer, $2::integer) end as taken`

/** Advisory locks on the connection of the node's own lock. */
export class PostgresPresence implements Presence {
  readonly #lock: PostgresNodeLock

  constructor(lock: PostgresNodeLock) {
    this.#lock = lock
  }

  async claim(journalId: string): Promise<boolean> {
    const number = lockNumberOf(journalId)
    const rows = await this.#query<{ taken: boolean }>(claimText, [journalLockClass, number, number >>> 0])
    return rows[0]?.taken === true
  }

  async release(journalId: string): Promise<void> {
    await this.#query('select pg_advisory_unlock($1, $2)', [journalLockClass, lockNumberOf(journalId)])
  }

  async claimed(journalIds: readonly string[]): Promise<ReadonlySet<string>> {
    const held = await this.#held(0)
    return new Set(journalIds.filter((id) => held.has(`${journalLockClass} ${lockNumberOf(id) >>> 0}`)))
  }

  async vouch(): Promise<void> {
    await this.#query('select pg_advisory_lock_shared($1, $2)', [advisoryLockClass, vouchLockNumber])
  }

  async unvouch(): Promise<void> {
    await this.#query('select pg_advisory_unlock_shared($1, $2)', [advisoryLockClass, vouchLockNumber])
  }

  async isVouchedFor(): Promise<boolean> {
    const [own] = await this.#query<{ pid: number }>('select pg_backend_pid() as pid', [])
    return (await this.#held(own?.pid ?? 0)).has(`${advisoryLockClass} ${vouchLockNumber}`)
  }

  watch(watcher: { lost(): void; back(): void }): void {
    this.#lock.watch({ lost: () => watcher.lost(), taken: () => watcher.back() })
  }

  async #held(exceptPid: number): Promise<ReadonlySet<string>> {
    const rows = await this.#query<{ class: number; number: number }>(heldText, [exceptPid])
    return new Set(rows.map((row) => `${row.class} ${row.number}`))
  }

  async #query<Row extends Record<string, unknown>>(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    if (!this.#lock.held) throw new StoreUnavailable('database')
    try {
      return (await this.#lock.connection.query<Row>(text, [...parameters])).rows
    } catch (error) {
      throw judgeQueryError(error)
    }
  }
}

/** An `integer` of PostgreSQL's, which has a sign. */
function lockNumberOf(journalId: string): number {
  return Number.parseInt(journalId.slice('jrn_'.length, 'jrn_'.length + 8), 16) | 0
}
