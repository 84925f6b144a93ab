import { digestToBytes } from '@mintmark/core'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type {
  ActivityBatch,
  ActivityStore,
  Rekeying,
  SavedWindow,
  Sighting,
  UsageCount,
  Use,
} from '../../engine/ports/activity.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { chargedOutcomes } from './charged-outcomes.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import type { Database } from './schema.ts'

/** Windows sent in one statement, so that no message becomes too large: 41 kB is the largest window. */
const maxWindowsAtOnce = 200

/**
 * The data plane's writes, each batch one transaction. Keys are locked against deletion, lowest first: two nodes never
 * wait for one another in a ring, and a key that is deleted meanwhile is left out instead of failing the batch.
 */
export class PostgresActivity implements ActivityStore {
  readonly #database: PostgresDatabase
  /** The transaction in which a batch was recorded, for a COMMIT whose answer was lost: only the server knows then. */
  readonly #transactions = new WeakMap<ActivityBatch, string>()

  constructor(database: PostgresDatabase) {
    this.#database = database
  }

  async record(batch: ActivityBatch): Promise<void> {
    const { uses, counts, rekeyings, sightings = [] } = batch
    const before = this.#transactions.get(batch)
    if (before !== undefined && (await this.#wasCommitted(before))) return
    await this.#write(async (db) => {
      this.#transactions.set(batch, await currentTransaction(db))
      if (uses.length > 0) await recordUses(db, uses)
      if (counts.length > 0) await recordCounts(db, counts)
      if (sightings.length > 0) await recordSightings(db, sightings)
      await rekey(db, 'key', rekeyings)
      await rekey(db, 'session', rekeyings)
      await rekeyImports(db, rekeyings)
    })
  }

  async saveWindows(windows: Iterable<SavedWindow>): Promise<void> {
    const all = [...windows]
    for (let start = 0; start < all.length; start += maxWindowsAtOnce) {
      const some = all.slice(start, start + maxWindowsAtOnce)
      const ids = some.map((window) => window.keyId)
      const bytes = some.map((window) => Buffer.from(window.bytes))
      await this.#write(async (db) => {
        await sql`with live as (select id from api_keys where id = any(${ids}::text[]) order by number for key share)
          insert into saved_windows (key_id, bytes)
          select live.id, input.bytes from unnest(${ids}::text[], ${bytes}::bytea[]) as input (key_id, bytes)
          join live on live.id = input.key_id
          on conflict (key_id) do update set bytes = excluded.bytes`.execute(db)
      })
    }
    await this.#write(async (db) => db.updateTable('installation').set({ windows_saved: 1 }).execute())
  }

  async takeWindows(): Promise<{ readonly areAll: boolean; readonly windows: readonly SavedWindow[] }> {
    return this.#write(async (db) => {
      const rows = await db.deleteFrom('saved_windows').returning(['key_id', 'bytes']).execute()
      const finished = db.updateTable('installation').set({ windows_saved: 0 }).where('windows_saved', '=', 1)
      const areAll = (await finished.executeTakeFirst()).numUpdatedRows === 1n
      return { areAll, windows: rows.map((row) => ({ keyId: row.key_id, bytes: Uint8Array.from(row.bytes) })) }
    })
  }

  async countsSince(minute: number): Promise<readonly { readonly keyId: string; readonly count: number }[]> {
    return this.#database.run({ tenant: 'every-organization', access: 'read only' }, async (db) =>
      db
        .selectFrom('key_usage')
        .innerJoin('api_keys', 'api_keys.number', 'key_usage.key_number')
        .select(['api_keys.id as keyId', sql<number>`sum(key_usage.count)::bigint`.as('count')])
        .where('key_usage.minute', '>=', minute)
        .where('key_usage.outcome', 'in', chargedOutcomes)
        .groupBy('api_keys.id')
        .execute(),
    )
  }

  async #wasCommitted(transaction: string): Promise<boolean> {
    const status = await this.#database.run({ tenant: 'every-organization', access: 'read only' }, async (db) =>
      statusOf(db, transaction),
    )
    if (status === 'in progress') {
      throw new StoreUnavailable('database', { cause: new Error('A transaction of this node is still open') })
    }
    return status === 'committed'
  }

  async #write<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    return this.#database.run({ tenant: 'every-organization', access: 'read write' }, work)
  }
}

async function currentTransaction(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(db)
  return rows[0]?.id ?? ''
}

/** Null where the server has forgotten it, long after; and where a restored database never had it. */
async function statusOf(db: Kysely<Database>, transaction: string): Promise<string | null> {
  const { rows } = await sql<{ status: string | null }>`
    select case when ${transaction}::xid8 < pg_snapshot_xmax(pg_current_snapshot())
      then pg_xact_status(${transaction}::xid8) end as status`.execute(db)
  return rows[0]?.status ?? null
}

async function recordUses(db: Kysely<Database>, uses: readonly Use[]): Promise<void> {
  await sql`
    with input as (
      select distinct on (secret_number) secret_number, at, ip, agent
      from unnest(${uses.map((use) => use.secretNumber)}::bigint[], ${uses.map((use) => use.atMs)}::bigint[],
        ${uses.map((use) => use.ip)}::text[], ${uses.map((use) => use.agent)}::text[])
        as input (secret_number, at, ip, agent)
      order by secret_number, at desc),
    live as (
      select number from api_keys
      where number = any(${uses.map((use) => use.keyNumber)}::bigint[]) order by number for key share)
    insert into key_activity (secret_number, key_number, last_used_at, last_used_ip, last_used_agent)
    select secrets.number, secrets.key_number, input.at, input.ip, input.agent
    from input
    join api_key_secrets as secrets on secrets.number = input.secret_number
    join live on live.number = secrets.key_number
    order by secrets.number
    on conflict (secret_number) do update
    set last_used_at = excluded.last_used_at, last_used_ip = excluded.last_used_ip,
      last_used_agent = excluded.last_used_agent
    where excluded.last_used_at >= key_activity.last_used_at`.execute(db)
}

async function recordCounts(db: Kysely<Database>, counts: readonly UsageCount[]): Promise<void> {
  await sql`
    with input as (
      select key_number, minute, outcome, sum(count)::bigint as count
      from unnest(${counts.map((count) => count.keyNumber)}::bigint[], ${counts.map((count) => count.minute)}::bigint[],
        ${counts.map((count) => count.outcome)}::text[], ${counts.map((count) => count.count)}::bigint[])
        as input (key_number, minute, outcome, count)
      group by key_number, minute, outcome),
    live as (
      select number from api_keys
      where number = any(${counts.map((count) => count.keyNumber)}::bigint[]) order by number for key share)
    insert into key_usage (key_number, minute, outcome, count)
    select input.key_number, input.minute, input.outcome, input.count
    from input join live on live.number = input.key_number
    order by input.key_number, input.minute, input.outcome
    on conflict (key_number, minute, outcome) do update set count = key_usage.count + excluded.count`.execute(db)
}

/** Members are locked against deletion alone: who changes one of them is not waited for. */
async function recordSightings(db: Kysely<Database>, sightings: readonly Sighting[]): Promise<void> {
  await sql`
    with input as (
      select organization_id, user_id, max(at) as at
      from unnest(${sightings.map((sighting) => sighting.organizationId)}::text[],
        ${sightings.map((sighting) => sighting.userId)}::text[], ${sightings.map((sighting) => sighting.atMs)}::bigint[])
        as input (organization_id, user_id, at)
      group by organization_id, user_id),
    live as (
      select number, at from members join input using (organization_id, user_id)
      order by number for key share of members)
    insert into member_activity (member_number, last_seen_at)
    select number, at from live order by number
    on conflict (member_number) do update set last_seen_at = excluded.last_seen_at
    where excluded.last_seen_at > member_activity.last_seen_at`.execute(db)
}

/** A secret that another node has re-keyed already is not found under its previous digest any more. */
async function rekey(db: Kysely<Database>, kind: 'key' | 'session', rekeyings: readonly Rekeying[]): Promise<void> {
  const mine = rekeyings.filter(({ table }) => table === kind)
  if (mine.length === 0) return
  const table = sql.table(kind === 'key' ? 'api_key_secrets' : 'sessions')
  const previous = mine.map((rekeying) => Buffer.from(digestToBytes(rekeying.previous)))
  const current = mine.map((rekeying) => Buffer.from(digestToBytes(rekeying.current)))
  const versions = mine.map((rekeying) => rekeying.pepperVersion)
  await sql`
    with input as (
      select distinct on (previous) previous, current, version
      from unnest(${previous}::bytea[], ${current}::bytea[], ${versions}::text[]) as input (previous, current, version)),
    locked as (
      select number, current, version from ${table} join input on digest = previous
      where not exists (select 1 from ${table} as known where known.digest = current)
      order by number for no key update of ${table})
    update ${table} set digest = locked.current, pepper_version = locked.version
    from locked where ${table}.number = locked.number`.execute(db)
}

/** The digests by which imported keys are known again. They go with their secret's pepper, which says its version. */
async function rekeyImports(db: Kysely<Database>, rekeyings: readonly Rekeying[]): Promise<void> {
  const mine = rekeyings.filter(({ table }) => table === 'import')
  if (mine.length === 0) return
  const previous = mine.map((rekeying) => Buffer.from(digestToBytes(rekeying.previous)))
  const current = mine.map((rekeying) => Buffer.from(digestToBytes(rekeying.current)))
  await sql`
    with input as (
      select distinct on (previous) previous, current
      from unnest(${previous}::bytea[], ${current}::bytea[]) as input (previous, current)),
    locked as (
      select number, current from api_key_secrets join input on import_digest = previous
      where not exists (select 1 from api_key_secrets as known where known.import_digest = current)
      order by number for no key update of api_key_secrets)
    update api_key_secrets set import_digest = locked.current
    from locked where api_key_secrets.number = locked.number`.execute(db)
}
