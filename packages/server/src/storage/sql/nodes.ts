import type { NodeStore } from '../../engine/ports/nodes.ts'
import type { Unit } from './unit.ts'

export class SqlNodeStore implements NodeStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async beat(id: string): Promise<void> {
    const seen = { seen_at: await this.#unit.nowMs() }
    await this.#unit.db
      .insertInto('nodes')
      .values({ id, ...seen })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(seen))
      .execute()
  }

  async listOthers(id: string, silentMs: number): Promise<readonly string[]> {
    const rows = await this.#unit.db
      .selectFrom('nodes')
      .select('id')
      .where('id', '!=', id)
      .where('seen_at', '>=', (await this.#unit.nowMs()) - silentMs)
      .orderBy('id')
      .execute()
    return rows.map((row) => row.id)
  }

  async leave(id: string): Promise<void> {
    await this.#unit.db.deleteFrom('nodes').where('id', '=', id).execute()
  }

  /** One statement: of two nodes that strike off at once, one is told of each. */
  async strikeOff(silentMs: number): Promise<readonly number[]> {
    const struck = await this.#unit.db
      .deleteFrom('nodes')
      .where('seen_at', '<', (await this.#unit.nowMs()) - silentMs)
      .returning('seen_at')
      .execute()
    return struck.map((row) => row.seen_at)
  }
}
