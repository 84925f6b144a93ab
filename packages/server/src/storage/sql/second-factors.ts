import type { UserId } from '@mintmark/core'
import type { SecondFactor, SecondFactorStore } from '../../engine/ports/second-factors.ts'
import type { Unit } from './unit.ts'

const columns = ['user_id', 'secret', 'pepper_version', 'created_at', 'confirmed_at', 'last_step'] as const

export class SqlSecondFactorStore implements SecondFactorStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async find(userId: UserId): Promise<SecondFactor | null> {
    const row = await this.#unit.db
      .selectFrom('second_factors')
      .select(columns)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      userId: row.user_id,
      secret: row.secret,
      pepperVersion: row.pepper_version,
      createdAtMs: row.created_at,
      confirmedAtMs: row.confirmed_at,
      lastStep: row.last_step,
    }
  }

  async begin(factor: Omit<SecondFactor, 'confirmedAtMs' | 'lastStep'>): Promise<boolean> {
    const set = {
      secret: factor.secret,
      pepper_version: factor.pepperVersion,
      created_at: factor.createdAtMs,
      last_step: 0,
    }
    const begun = await this.#unit.db
      .insertInto('second_factors')
      .values({ user_id: factor.userId, ...set })
      .onConflict((conflict) =>
        conflict.column('user_id').doUpdateSet(set).where('second_factors.confirmed_at', 'is', null),
      )
      .executeTakeFirst()
    return (begun.numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  async confirm(userId: UserId, atMs: number): Promise<void> {
    await this.#unit.db
      .updateTable('second_factors')
      .set({ confirmed_at: atMs })
      .where('user_id', '=', userId)
      .execute()
  }

  async useStep(userId: UserId, step: number): Promise<boolean> {
    const used = await this.#unit.db
      .updateTable('second_factors')
      .set({ last_step: step })
      .where('user_id', '=', userId)
      .where('last_step', '<', step)
      .executeTakeFirst()
    return used.numUpdatedRows > 0n
  }

  async reseal(userId: UserId, secret: Uint8Array, pepperVersion: string): Promise<void> {
    await this.#unit.db
      .updateTable('second_factors')
      .set({ secret, pepper_version: pepperVersion })
      .where('user_id', '=', userId)
      .execute()
  }

  async delete(userId: UserId): Promise<boolean> {
    const { db } = this.#unit
    await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
    const deleted = await db.deleteFrom('second_factors').where('user_id', '=', userId).executeTakeFirst()
    return deleted.numDeletedRows > 0n
  }

  async putRecoveryCodes(userId: UserId, digests: readonly Uint8Array[]): Promise<void> {
    const { db } = this.#unit
    await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
    const rows = digests.map((digest) => ({ digest, user_id: userId }))
    await db.insertInto('recovery_codes').values(rows).execute()
  }

  async takeRecoveryCode(userId: UserId, digest: Uint8Array): Promise<boolean> {
    const taken = await this.#unit.db
      .deleteFrom('recovery_codes')
      .where('user_id', '=', userId)
      .where('digest', '=', digest)
      .executeTakeFirst()
    return taken.numDeletedRows > 0n
  }
}
