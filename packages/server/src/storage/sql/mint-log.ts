import type { OrganizationId, UserId } from '@mintmark/core'
import type { MintLogStore } from '../../engine/ports/mint-log.ts'
import type { Unit } from './unit.ts'

export class SqlMintLogStore implements MintLogStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async append(organizationId: OrganizationId, userId: UserId, atMs: number): Promise<void> {
    await this.#unit.db
      .insertInto('mint_log')
      .values({ organization_id: organizationId, user_id: userId, at: atMs })
      .execute()
  }

  async deleteBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const old = db.selectFrom('mint_log').select('number').where('at', '<', beforeMs).orderBy('at').limit(limit)
    const deleted = await db.deleteFrom('mint_log').where('number', 'in', old).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }

  /** A statement of its own: under READ COMMITTED it sees what was committed while the lock was waited for. */
  async recent(
    organizationId: OrganizationId,
    userId: UserId,
    options: { readonly sinceMs: number; readonly nth: number },
  ): Promise<{ readonly count: number; readonly oldestAtMs: number | null; readonly nthNewestAtMs: number | null }> {
    const mints = this.#unit.db
      .selectFrom('mint_log')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .where('at', '>', options.sinceMs)
    const nthNewest = mints
      .select('at')
      .orderBy('at', 'desc')
      .limit(1)
      .offset(options.nth - 1)
    const row = await mints
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.min<number | null>('at').as('oldest'),
        nthNewest.as('nth_newest'),
      ])
      .executeTakeFirstOrThrow()
    return { count: row.count, oldestAtMs: row.oldest, nthNewestAtMs: row.nth_newest }
  }
}
