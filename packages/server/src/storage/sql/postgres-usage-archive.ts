import { sql } from 'kysely'
import { bucketMinutes } from '../../engine/ports/usage.ts'
import type { UsageArchive, UsageBucket, UsageHorizon } from '../../engine/ports/usage.ts'
import type { PostgresDatabase } from './postgres-database.ts'

/** Counts moved, and keys looked at, in one transaction: some milliseconds of the server's. */
const maxRowsAtOnce = 1_000
const maxKeysAtOnce = 500

const buckets = Object.keys(bucketMinutes) as readonly UsageBucket[]

export class PostgresUsageArchive implements UsageArchive {
  readonly #database: PostgresDatabase

  constructor(database: PostgresDatabase) {
    this.#database = database
  }

  /**
   * One statement: exactly what it deletes is what it adds, as the row was when its lock was had. Who else is at a row,
   * a flush, another node or a deletion, is never waited for: what he leaves is there the next time.
   */
  async rollUp(beforeMinute: number): Promise<boolean> {
    const moved = sql`
      with ended as (
        select key_number, minute, outcome from key_usage
        where minute < ${beforeMinute} order by minute limit ${maxRowsAtOnce}),
      live as (
        select number from api_keys
        where number in (select key_number from ended) order by number for key share skip locked),
      locked as (
        select key_usage.key_number, key_usage.minute, key_usage.outcome
        from key_usage join ended using (key_number, minute, outcome) join live on live.number = key_usage.key_number
        for update of key_usage skip locked),
      moved as (
        delete from key_usage using locked
        where (key_usage.key_number, key_usage.minute, key_usage.outcome)
          = (locked.key_number, locked.minute, locked.outcome)
        returning key_usage.key_number, key_usage.minute, key_usage.outcome, key_usage.count),
      ${sql.join(buckets.map((bucket) => sql`${sql.id(`added_${bucket}s`)} as (${addMoved(bucket)})`))}
      select count(*)::bigint as count from moved`
    const { rows } = await this.#database.run({ tenant: 'every-organization', access: 'read write' }, async (db) =>
      sql<{ count: number }>`${moved}`.execute(db),
    )
    // Some may have been passed over: what is left of a full batch is tried at once only where that gets on.
    return (rows[0]?.count ?? 0) * 2 > maxRowsAtOnce
  }

  async forget(horizon: UsageHorizon, afterKeyNumber: number): Promise<number | null> {
    return this.#database.run({ tenant: 'every-organization', access: 'read write' }, async (db) => {
      const keys = await db
        .selectFrom('api_keys')
        .select('number')
        .where('number', '>', afterKeyNumber)
        .orderBy('number')
        .limit(maxKeysAtOnce)
        .execute()
      const numbers = keys.map(({ number }) => number)
      for (const bucket of buckets) {
        await sql`delete from ${sql.table(`key_usage_${bucket}s`)}
          where key_number = any(${numbers}::bigint[]) and ${sql.ref(bucket)} < ${horizon[bucket]}`.execute(db)
      }
      return numbers.length === maxKeysAtOnce ? (numbers.at(-1) ?? null) : null
    })
  }
}

/** Sorted, so that two nodes never wait for one another in a ring. */
function addMoved(bucket: UsageBucket) {
  const [table, column] = [sql.table(`key_usage_${bucket}s`), sql.ref(bucket)]
  return sql`
    insert into ${table} (key_number, ${column}, outcome, count)
    select key_number, minute / ${sql.lit(bucketMinutes[bucket])}, outcome, sum(count)::bigint
    from moved group by 1, 2, 3 order by 1, 2, 3
    on conflict (key_number, ${column}, outcome) do update set count = ${table}.count + excluded.count`
}
