import { digestToBytes, type KeyDigest, type UserId } from '@mintmark/core'
import type { Link, LinkStore } from '../../engine/ports/links.ts'
import type { Unit } from './unit.ts'

const columns = ['purpose', 'user_id', 'was_mailed', 'created_at', 'expires_at'] as const

export class SqlLinkStore implements LinkStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(link: Link & { readonly digest: KeyDigest }): Promise<void> {
    await this.#unit.db
      .insertInto('links')
      .values({
        digest: digestToBytes(link.digest),
        purpose: link.purpose,
        user_id: link.userId,
        was_mailed: link.wasMailed ? 1 : 0,
        created_at: link.createdAtMs,
        expires_at: link.expiresAtMs,
      })
      .execute()
  }

  async find(digests: readonly KeyDigest[]): Promise<Link | null> {
    const row = await this.#unit.db
      .selectFrom('links')
      .select(columns)
      .where('digest', 'in', digests.map(digestToBytes))
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      purpose: row.purpose,
      userId: row.user_id,
      wasMailed: row.was_mailed === 1,
      createdAtMs: row.created_at,
      expiresAtMs: row.expires_at,
    }
  }

  async countOf(userId: UserId, nowMs: number): Promise<number> {
    const { count } = await this.#unit.db
      .selectFrom('links')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('user_id', '=', userId)
      .where('expires_at', '>', nowMs)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  async take(digests: readonly KeyDigest[]): Promise<Link | null> {
    const found = await this.find(digests)
    if (found === null) return null
    const { db } = this.#unit
    const taken = await db.deleteFrom('links').where('digest', 'in', digests.map(digestToBytes)).executeTakeFirst()
    if (taken.numDeletedRows === 0n) return null
    const { purpose, userId } = found
    await db
      .deleteFrom('links')
      .where('purpose', '=', purpose)
      .where('user_id', userId === null ? 'is' : '=', userId)
      .execute()
    return found
  }

  async deleteOf(userId: UserId): Promise<void> {
    await this.#unit.db.deleteFrom('links').where('user_id', '=', userId).execute()
  }

  async deleteExpiredBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const expired = db.selectFrom('links').select('digest').where('expires_at', '<', beforeMs)
    const some = expired.orderBy('expires_at').limit(limit)
    const deleted = await db.deleteFrom('links').where('digest', 'in', some).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }
}
