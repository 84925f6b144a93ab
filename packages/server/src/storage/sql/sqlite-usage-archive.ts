import { setImmediate } from 'node:timers/promises'
import type { StatementSync } from 'node:sqlite'
import { bucketMinutes } from '../../engine/ports/usage.ts'
import type { UsageArchive, UsageBucket, UsageHorizon } from '../../engine/ports/usage.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** Counts moved in one slice: each is four statements of some microseconds. */
const maxSliceRows = 100
/** A key has thousands of old counts, or none: a slice ends by the clock. */
const maxSliceMs = 2
const maxSliceKeys = 500

const buckets = Object.keys(bucketMinutes) as readonly UsageBucket[]

type Statements = { readonly [bucket in UsageBucket]: StatementSync }

/** In transactions of their own between the control plane's. Usage decides nothing: the generation stays. */
export class SqliteUsageArchive implements UsageArchive {
  readonly #database: SqliteDatabase
  readonly #ended: StatementSync
  readonly #remove: StatementSync
  readonly #keys: StatementSync
  readonly #add: Statements
  readonly #forget: Statements

  constructor(database: SqliteDatabase) {
    this.#database = database
    this.#ended = database.prepare(
      'select key_number, minute, outcome, count from key_usage where minute < ? order by minute limit ?',
    )
    this.#remove = database.prepare('delete from key_usage where key_number = ? and minute = ? and outcome = ?')
    this.#keys = database.prepare('select number from api_keys where number > ? order by number limit ?')
    this.#add = forEachBucket((bucket) =>
      database.prepare(`insert into key_usage_${bucket}s (key_number, ${bucket}, outcome, count) values (?, ?, ?, ?)
        on conflict (key_number, ${bucket}, outcome) do update set count = count + excluded.count`),
    )
    this.#forget = forEachBucket((bucket) =>
      database.prepare(`delete from key_usage_${bucket}s where key_number = ? and ${bucket} < ?`),
    )
  }

  async rollUp(beforeMinute: number): Promise<boolean> {
    return this.#slice(() => {
      const rows = this.#ended.all(beforeMinute, maxSliceRows)
      for (const { key_number: key = null, minute, outcome = null, count = null } of rows) {
        for (const bucket of buckets) {
          this.#add[bucket].run(key, Math.floor(Number(minute) / bucketMinutes[bucket]), outcome, count)
        }
        this.#remove.run(key, Number(minute), outcome)
      }
      return rows.length === maxSliceRows
    })
  }

  async forget(horizon: UsageHorizon, afterKeyNumber: number): Promise<number | null> {
    return this.#slice(() => {
      const endMs = performance.now() + maxSliceMs
      const keys = this.#keys.all(afterKeyNumber, maxSliceKeys).map(({ number }) => Number(number))
      for (const key of keys) {
        for (const bucket of buckets) this.#forget[bucket].run(key, horizon[bucket])
        if (performance.now() >= endMs) return key
      }
      return keys.length === maxSliceKeys ? (keys.at(-1) ?? null) : null
    })
  }

  /** Whoever waits for the event loop goes before the slice. */
  async #slice<T>(work: () => T): Promise<T> {
    await setImmediate()
    while (this.#database.inTransaction) await this.#database.whenIdle()
    return this.#database.slice({ bumps: false }, work)
  }
}

function forEachBucket(prepare: (bucket: UsageBucket) => StatementSync): Statements {
  return { minute: prepare('minute'), hour: prepare('hour'), day: prepare('day') }
}
