import type { JobStore } from '../../engine/ports/jobs.ts'
import type { Unit } from './unit.ts'

export class SqlJobStore implements JobStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  /** One statement: who comes second waits for the first one's commit, and then finds the lease. */
  async claim(name: string, holder: string, leaseMs: number): Promise<boolean> {
    const nowMs = await this.#unit.nowMs()
    const lease = { holder, leased_until: nowMs + leaseMs }
    const claimed = await this.#unit.db
      .insertInto('jobs')
      .values({ name, due_at: nowMs, ...lease })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet(lease)
          .where('jobs.due_at', '<=', nowMs)
          .where('jobs.leased_until', '<=', nowMs),
      )
      .returning('name')
      .executeTakeFirst()
    return claimed !== undefined
  }

  async renew(name: string, holder: string, leaseMs: number): Promise<boolean> {
    const nowMs = await this.#unit.nowMs()
    const renewed = await this.#unit.db
      .updateTable('jobs')
      .set({ leased_until: nowMs + leaseMs })
      .where('name', '=', name)
      .where('holder', '=', holder)
      .where('leased_until', '>', nowMs)
      .returning('name')
      .executeTakeFirst()
    return renewed !== undefined
  }

  async release(name: string, holder: string, dueAfterMs: number): Promise<void> {
    const nowMs = await this.#unit.nowMs()
    await this.#unit.db
      .updateTable('jobs')
      .set({ due_at: nowMs + dueAfterMs, leased_until: 0 })
      .where('name', '=', name)
      .where('holder', '=', holder)
      .where('leased_until', '>', nowMs)
      .execute()
  }
}
