import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { IdempotencyClaim, IdempotencyRecord, IdempotencyStore } from '../../engine/ports/idempotency.ts'
import type { IdempotencyTable } from './schema.ts'
import type { Unit } from './unit.ts'

export class SqlIdempotencyStore implements IdempotencyStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  /** The lock tells a claim in flight; without it the INSERT would wait for the other transaction's end. */
  async claim(claim: {
    readonly principal: string
    readonly keyHmac: string
    readonly fingerprint: string
    readonly atMs: number
    readonly sinceMs: number
  }): Promise<IdempotencyClaim> {
    if (!(await this.lock(claim.principal, claim.keyHmac))) return { state: 'in_flight' }
    if (await this.#insert(claim)) return { state: 'claimed' }
    const record = await this.find(claim.principal, claim.keyHmac, claim.sinceMs)
    if (record === null) throw new Error('A claim that stood in the way is gone although its lock is held')
    return { state: 'known', record }
  }

  async lock(principal: string, keyHmac: string): Promise<boolean> {
    return this.#unit.tryLock(`idempotency\n${principal}\n${keyHmac}`)
  }

  async complete(
    principal: string,
    keyHmac: string,
    result: { readonly status: number; readonly resourceId: string | null },
  ): Promise<void> {
    await this.#unit.db
      .updateTable('idempotency')
      .set({ status: result.status, resource_id: result.resourceId })
      .where('principal', '=', principal)
      .where('key_hmac', '=', keyHmac)
      .execute()
  }

  async find(principal: string, keyHmac: string, sinceMs: number): Promise<IdempotencyRecord | null> {
    const row = await this.#unit.db
      .selectFrom('idempotency')
      .select(['fingerprint', 'status', 'resource_id', 'erased'])
      .where('principal', '=', principal)
      .where('key_hmac', '=', keyHmac)
      .where('at', '>=', sinceMs)
      .executeTakeFirst()
    return row === undefined ? null : toRecord(row)
  }

  async erase(resourceId: string): Promise<void> {
    await this.#unit.db
      .updateTable('idempotency')
      .set({ resource_id: null, erased: 1 })
      .where('resource_id', '=', resourceId)
      .execute()
  }

  async forget(principal: string): Promise<void> {
    await this.#unit.db.deleteFrom('idempotency').where('principal', '=', principal).execute()
  }

  async deleteBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const old = db
      .selectFrom('idempotency')
      .select(['principal', 'key_hmac'])
      .where('at', '<', beforeMs)
      .orderBy('at')
      .limit(limit)
    const deleted = await db
      .deleteFrom('idempotency')
      .where(sql<boolean>`(principal, key_hmac) in ${old}`)
      .executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }

  /** Takes the place of what counts for nothing: an older claim, and one that was never completed. */
  async #insert(claim: {
    readonly principal: string
    readonly keyHmac: string
    readonly fingerprint: string
    readonly atMs: number
    readonly sinceMs: number
  }): Promise<boolean> {
    const fresh = { fingerprint: claim.fingerprint, at: claim.atMs, status: null, resource_id: null, erased: 0 }
    const inserted = await this.#unit.db
      .insertInto('idempotency')
      .values({ principal: claim.principal, key_hmac: claim.keyHmac, ...fresh })
      .onConflict((conflict) =>
        conflict
          .columns(['principal', 'key_hmac'])
          .doUpdateSet(fresh)
          .where((eb) => eb.or([eb('idempotency.at', '<', claim.sinceMs), eb('idempotency.status', 'is', null)])),
      )
      .returning('at')
      .executeTakeFirst()
    return inserted !== undefined
  }
}

function toRecord(
  row: Pick<Selectable<IdempotencyTable>, 'fingerprint' | 'status' | 'resource_id' | 'erased'>,
): IdempotencyRecord | null {
  if (row.status === null) return null
  return { fingerprint: row.fingerprint, status: row.status, resourceId: row.resource_id, erased: row.erased === 1 }
}
