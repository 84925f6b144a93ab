import type { PepperStore } from '../../engine/ports/peppers.ts'
import type { Unit } from './unit.ts'

export class SqlPepperStore implements PepperStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async lock(): Promise<void> {
    const { db, locksRows } = this.#unit
    const row = db.selectFrom('installation').select('id')
    await (locksRows ? row.forNoKeyUpdate() : row).execute()
  }

  async list(): Promise<readonly string[]> {
    const { db } = this.#unit
    const rows = await db.selectFrom('peppers').select('version').orderBy('created_at').orderBy('version').execute()
    return rows.map((row) => row.version)
  }

  async add(version: string, nowMs: number): Promise<void> {
    await this.#unit.db
      .insertInto('peppers')
      .values({ version, created_at: nowMs })
      .onConflict((conflict) => conflict.column('version').doNothing())
      .execute()
  }

  async count(): Promise<ReadonlyMap<string, number>> {
    const { db } = this.#unit
    const counted = await db
      .selectFrom('api_key_secrets')
      .select(({ fn }) => ['pepper_version', fn.countAll<number>().as('count')])
      .groupBy('pepper_version')
      .unionAll(
        db
          .selectFrom('sessions')
          .select(({ fn }) => ['pepper_version', fn.countAll<number>().as('count')])
          .groupBy('pepper_version'),
      )
      .execute()
    const counts = new Map<string, number>()
    for (const { pepper_version: version, count } of counted) counts.set(version, (counts.get(version) ?? 0) + count)
    return counts
  }
}
