import { digestToBytes, type KeyDigest } from '@mintmark/core'
import type { DeviceSignIn, DeviceSignInStore } from '../../engine/ports/device-sign-ins.ts'
import type { Unit } from './unit.ts'

export class SqlDeviceSignInStore implements DeviceSignInStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(begun: Parameters<DeviceSignInStore['insert']>[0]): Promise<boolean> {
    const inserted = await this.#unit.db
      .insertInto('device_sign_ins')
      .values({
        digest: digestToBytes(begun.digest),
        user_code_digest: digestToBytes(begun.userCodeDigest),
        created_at: begun.createdAtMs,
        expires_at: begun.expiresAtMs,
        interval_seconds: begun.intervalSeconds,
      })
      .onConflict((conflict) => conflict.column('user_code_digest').doNothing())
      .returning('created_at')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async lock(digests: readonly KeyDigest[]): Promise<DeviceSignIn | null> {
    const row = await this.#unit.db
      .selectFrom('device_sign_ins')
      .select(['created_at', 'expires_at', 'polled_at', 'interval_seconds'])
      .select(['decision', 'sign_in_number', 'organization_id'])
      .where('digest', 'in', digests.map(digestToBytes))
      .$if(this.#unit.locksRows, (select) => select.forUpdate())
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      createdAtMs: row.created_at,
      expiresAtMs: row.expires_at,
      polledAtMs: row.polled_at,
      intervalSeconds: row.interval_seconds,
      decision: row.decision,
      signInNumber: row.sign_in_number,
      organizationId: row.organization_id,
    }
  }

  async decide(
    userCodeDigests: readonly KeyDigest[],
    decision: Parameters<DeviceSignInStore['decide']>[1],
    nowMs: number,
  ): Promise<boolean> {
    const approved = decision.decision === 'approved' ? decision : null
    const decided = await this.#unit.db
      .updateTable('device_sign_ins')
      .set({
        decision: decision.decision,
        sign_in_number: approved?.signInNumber ?? null,
        organization_id: approved?.organizationId ?? null,
      })
      .where('user_code_digest', 'in', userCodeDigests.map(digestToBytes))
      .where('decision', 'is', null)
      .where('expires_at', '>', nowMs)
      .executeTakeFirst()
    return decided.numUpdatedRows > 0n
  }

  async poll(digests: readonly KeyDigest[], atMs: number, intervalSeconds: number): Promise<void> {
    await this.#unit.db
      .updateTable('device_sign_ins')
      .set({ polled_at: atMs, interval_seconds: intervalSeconds })
      .where('digest', 'in', digests.map(digestToBytes))
      .execute()
  }

  async delete(digests: readonly KeyDigest[]): Promise<void> {
    await this.#unit.db.deleteFrom('device_sign_ins').where('digest', 'in', digests.map(digestToBytes)).execute()
  }

  async deleteExpiredBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const expired = db.selectFrom('device_sign_ins').select('digest').where('expires_at', '<', beforeMs)
    const some = expired.orderBy('expires_at').limit(limit)
    const deleted = await db.deleteFrom('device_sign_ins').where('digest', 'in', some).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }
}
