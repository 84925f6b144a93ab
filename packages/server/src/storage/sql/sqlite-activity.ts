import { setImmediate } from 'node:timers/promises'
import { digestToBytes } from '@mintmark/core'
import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { maxAtomicRows } from '../../engine/ports/activity.ts'
import type { ActivityBatch, ActivityStore, Rekeying, SavedWindow } from '../../engine/ports/activity.ts'
import { chargedOutcomes } from './charged-outcomes.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** Rows written without letting a verification in between: they take about a millisecond. */
const maxSliceRows = maxAtomicRows

// Joining the secrets and keys that are there is what keeps late usage from bringing a deleted key back.
const texts = {
  uses: `insert into key_activity (secret_number, key_number, last_used_at, last_used_ip, last_used_agent)
    select api_key_secrets.number, api_key_secrets.key_number, json_extract(value, '$.atMs'), json_extract(value, '$.ip'),
      json_extract(value, '$.agent')
    from json_each(?) join api_key_secrets on api_key_secrets.number = json_extract(value, '$.secretNumber') where true
    on conflict (secret_number) do update
    set last_used_at = excluded.last_used_at, last_used_ip = excluded.last_used_ip,
      last_used_agent = excluded.last_used_agent
    where excluded.last_used_at >= key_activity.last_used_at`,
  counts: `insert into key_usage (key_number, minute, outcome, count)
    select api_keys.number, json_extract(value, '$.minute'), json_extract(value, '$.outcome'), json_extract(value, '$.count')
    from json_each(?) join api_keys on api_keys.number = json_extract(value, '$.keyNumber') where true
    on conflict (key_number, minute, outcome) do update set count = key_usage.count + excluded.count`,
  sightings: `insert into member_activity (member_number, last_seen_at)
    select members.number, json_extract(value, '$.atMs')
    from json_each(?) join members on members.organization_id = json_extract(value, '$.organizationId')
      and members.user_id = json_extract(value, '$.userId') where true
    on conflict (member_number) do update set last_seen_at = excluded.last_seen_at
    where excluded.last_seen_at > member_activity.last_seen_at`,
  rekeyKey: 'update or ignore api_key_secrets set digest = ?, pepper_version = ? where digest = ?',
  rekeySession: 'update or ignore sessions set digest = ?, pepper_version = ? where digest = ?',
  rekeyImport: 'update or ignore api_key_secrets set import_digest = ? where import_digest = ?',
  saveWindow: `insert into saved_windows (key_id, bytes) select id, ? from api_keys where id = ?
    on conflict (key_id) do update set bytes = excluded.bytes`,
  windows: 'select key_id, bytes from saved_windows',
  forgetWindows: 'delete from saved_windows',
  finishSaving: 'update installation set windows_saved = 1',
  isFinished: 'select windows_saved from installation',
  beginAnew: 'update installation set windows_saved = 0',
  counted: `select api_keys.id as key_id, sum(key_usage.count) as count
    from key_usage join api_keys on api_keys.number = key_usage.key_number
    where key_usage.minute >= ? and key_usage.outcome in (select value from json_each(?)) group by api_keys.id`,
} as const

/**
 * The data plane's writes in transactions of their own between the control plane's, at most 100 rows each. Only a
 * changed digest raises the generation: usage and last use decide nothing.
 */
export class SqliteActivity implements ActivityStore {
  readonly #database: SqliteDatabase
  readonly #statements: { readonly [name in keyof typeof texts]: StatementSync }

  constructor(database: SqliteDatabase) {
    this.#database = database
    const prepare = (name: keyof typeof texts) => database.prepare(texts[name])
    this.#statements = {
      uses: prepare('uses'),
      counts: prepare('counts'),
      sightings: prepare('sightings'),
      rekeyKey: prepare('rekeyKey'),
      rekeySession: prepare('rekeySession'),
      rekeyImport: prepare('rekeyImport'),
      saveWindow: prepare('saveWindow'),
      windows: prepare('windows'),
      forgetWindows: prepare('forgetWindows'),
      finishSaving: prepare('finishSaving'),
      isFinished: prepare('isFinished'),
      beginAnew: prepare('beginAnew'),
      counted: prepare('counted'),
    }
  }

  async record(batch: ActivityBatch): Promise<void> {
    for (const slice of slicesOf(batch)) {
      await this.#slice({ bumps: slice.rekeyings.length > 0 }, () => {
        if (slice.uses.length > 0) this.#statements.uses.run(JSON.stringify(slice.uses))
        if (slice.counts.length > 0) this.#statements.counts.run(JSON.stringify(slice.counts))
        if (slice.sightings.length > 0) this.#statements.sightings.run(JSON.stringify(slice.sightings))
        for (const rekeying of slice.rekeyings) this.#rekey(rekeying)
      })
    }
  }

  async saveWindows(windows: Iterable<SavedWindow>): Promise<void> {
    for (const slice of chunksOf([...windows])) {
      await this.#slice({ bumps: false }, () => {
        for (const { keyId, bytes } of slice) this.#statements.saveWindow.run(bytes, keyId)
      })
    }
    await this.#slice({ bumps: false }, () => this.#statements.finishSaving.run())
  }

  async takeWindows(): Promise<{ readonly areAll: boolean; readonly windows: readonly SavedWindow[] }> {
    // A start on a full disk serves all the same.
    const { saved, areAll } = await this.#slice({ bumps: false, mustFit: true }, () => {
      const saved = this.#statements.windows.all()
      const areAll = this.#statements.isFinished.get()?.['windows_saved'] === 1
      this.#statements.forgetWindows.run()
      this.#statements.beginAnew.run()
      return { saved, areAll }
    })
    return { areAll, windows: saved.map((row) => ({ keyId: text(row['key_id']), bytes: blob(row['bytes']) })) }
  }

  async countsSince(minute: number): Promise<readonly { readonly keyId: string; readonly count: number }[]> {
    while (this.#database.inTransaction) await this.#database.whenIdle()
    const rows = this.#statements.counted.all(minute, JSON.stringify(chargedOutcomes))
    return rows.map((row) => ({ keyId: text(row['key_id']), count: Number(row['count']) }))
  }

  /** Whoever waits for the event loop goes before the slice. */
  async #slice<T>(options: { readonly bumps: boolean; readonly mustFit?: boolean }, work: () => T): Promise<T> {
    await setImmediate()
    while (this.#database.inTransaction) await this.#database.whenIdle()
    return this.#database.slice(options, work)
  }

  #rekey({ table, previous, current, pepperVersion }: Rekeying): void {
    const { rekeyKey, rekeySession, rekeyImport } = this.#statements
    const [to, from] = [digestToBytes(current), digestToBytes(previous)]
    if (table === 'import') rekeyImport.run(to, from)
    else (table === 'key' ? rekeyKey : rekeySession).run(to, pepperVersion, from)
  }
}

const nothing = { uses: [], counts: [], rekeyings: [], sightings: [] }

/** A batch of up to 100 rows stays whole, and so atomic. */
function slicesOf(batch: ActivityBatch): Required<ActivityBatch>[] {
  const { uses, counts, rekeyings, sightings = [] } = batch
  if (uses.length + counts.length + rekeyings.length + sightings.length <= maxSliceRows) {
    return [{ ...batch, sightings }]
  }
  return [
    ...chunksOf(uses).map((some) => ({ ...nothing, uses: some })),
    ...chunksOf(counts).map((some) => ({ ...nothing, counts: some })),
    ...chunksOf(rekeyings).map((some) => ({ ...nothing, rekeyings: some })),
    ...chunksOf(sightings).map((some) => ({ ...nothing, sightings: some })),
  ]
}

function chunksOf<T>(rows: readonly T[]): (readonly T[])[] {
  const chunks = []
  for (let start = 0; start < rows.length; start += maxSliceRows) chunks.push(rows.slice(start, start + maxSliceRows))
  return chunks
}

function text(value: SQLInputValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('A saved window has no key id')
  return value
}

function blob(value: SQLInputValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('A saved window has no bytes')
  return value
}
