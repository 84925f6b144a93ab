import { digestToBytes } from '@mintmark/core'
import { sql } from 'kysely'
import type { KeyDigest, OrganizationId, SessionId } from '@mintmark/core'
import type { Session, SessionOrigin, SessionStore } from '../../engine/ports/sessions.ts'
import type { Unit } from './unit.ts'

export class SqlSessionStore implements SessionStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(
    session: Session & { readonly digest: KeyDigest; readonly pepperVersion: string },
    from?: SessionOrigin,
  ): Promise<void> {
    await this.#unit.db
      .insertInto('sessions')
      .values({
        id: session.id,
        digest: digestToBytes(session.digest),
        pepper_version: session.pepperVersion,
        organization_id: session.organizationId,
        user_id: session.userId,
        created_at: session.createdAtMs,
        expires_at: session.expiresAtMs,
        sign_in_number: from?.signInNumber ?? null,
        stepped_up_until: from?.steppedUpUntilMs ?? null,
      })
      .execute()
  }

  async find(organizationId: OrganizationId, id: string): Promise<Session | null> {
    const row = await this.#unit.db
      .selectFrom('sessions')
      .select(['id', 'organization_id', 'user_id', 'created_at', 'expires_at'])
      .where('organization_id', '=', organizationId)
      .where(sql.ref('id'), '=', id)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      id: row.id,
      organizationId: row.organization_id,
      userId: row.user_id,
      createdAtMs: row.created_at,
      expiresAtMs: row.expires_at,
    }
  }

  async end(organizationId: OrganizationId, id: SessionId, atMs: number): Promise<boolean> {
    const ended = await this.#unit.db
      .updateTable('sessions')
      .set({ expires_at: atMs })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('expires_at', '>', atMs)
      .executeTakeFirst()
    const isEnded = ended.numUpdatedRows > 0n
    if (isEnded) this.#unit.endings.add({ what: 'session ended', id, atMs })
    return isEnded
  }

  async deleteEndedBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const ended = db.selectFrom('sessions').select('number').where('expires_at', '<', beforeMs)
    const some = ended.orderBy('expires_at').limit(limit)
    const deleted = await db.deleteFrom('sessions').where('number', 'in', some).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }
}
