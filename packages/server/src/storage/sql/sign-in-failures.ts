import { sql } from 'kysely'
import type { SignInFailureStore } from '../../engine/ports/sign-in-failures.ts'
import type { Unit } from './unit.ts'

export class SqlSignInFailureStore implements SignInFailureStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async add(addressHmac: string, atMs: number): Promise<number> {
    const { failures } = await this.#unit.db
      .insertInto('sign_in_failures')
      .values({ address_hmac: addressHmac, failures: 1, last_at: atMs })
      .onConflict((conflict) =>
        conflict
          .column('address_hmac')
          .doUpdateSet({ failures: sql<number>`sign_in_failures.failures + 1`, last_at: atMs }),
      )
      .returning('failures')
      .executeTakeFirstOrThrow()
    return failures
  }

  async clear(addressHmac: string): Promise<void> {
    await this.#unit.db.deleteFrom('sign_in_failures').where('address_hmac', '=', addressHmac).execute()
  }

  async deleteBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const old = db.selectFrom('sign_in_failures').select('address_hmac').where('last_at', '<', beforeMs)
    const some = old.orderBy('last_at').limit(limit)
    const deleted = await db.deleteFrom('sign_in_failures').where('address_hmac', 'in', some).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }
}
