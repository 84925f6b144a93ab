import { digestToBytes, type InvitationId, type KeyDigest, type OrganizationId } from '@mintmark/core'
import { sql, type Selectable } from 'kysely'
import type { Invitation, InvitationStore, NewInvitation } from '../../engine/ports/invitations.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { beforeNumber } from './page.ts'
import type { InvitationTable } from './schema.ts'
import type { Unit } from './unit.ts'

const columns = [
  'number',
  'id',
  'organization_id',
  'email',
  'role',
  'created_at',
  'created_by_user_id',
  'expires_at',
  'was_mailed',
] as const

export class SqlInvitationStore implements InvitationStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(invitation: NewInvitation): Promise<boolean> {
    const inserted = await this.#unit.db
      .insertInto('invitations')
      .values({
        id: invitation.id,
        digest: digestToBytes(invitation.digest),
        pepper_version: invitation.pepperVersion,
        organization_id: invitation.organizationId,
        email: invitation.email,
        role: invitation.role,
        created_at: invitation.createdAtMs,
        created_by_user_id: invitation.createdByUserId,
        expires_at: invitation.expiresAtMs,
        was_mailed: invitation.wasMailed === true ? 1 : 0,
      })
      .onConflict((conflict) => conflict.expression(sql`organization_id, lower(email)`).doNothing())
      .returning('number')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async find(organizationId: OrganizationId, id: InvitationId): Promise<Invitation | null> {
    const row = await this.#select()
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : toInvitation(row)
  }

  async findByDigest(digests: readonly KeyDigest[]): Promise<Invitation | null> {
    const row = await this.#select().where('digest', 'in', digests.map(digestToBytes)).executeTakeFirst()
    return row === undefined ? null : toInvitation(row)
  }

  async list(organizationId: OrganizationId, nowMs: number, page: Page): Promise<readonly Invitation[]> {
    const rows = await this.#select()
      .where('organization_id', '=', organizationId)
      .where('expires_at', '>', nowMs)
      .where('number', '<', beforeNumber(page))
      .orderBy('number', 'desc')
      .limit(page.limit)
      .execute()
    return rows.map(toInvitation)
  }

  async take(organizationId: OrganizationId, id: InvitationId): Promise<boolean> {
    const taken = await this.#unit.db
      .deleteFrom('invitations')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .executeTakeFirst()
    return taken.numDeletedRows > 0n
  }

  async deleteExpired(organizationId: OrganizationId, nowMs: number): Promise<void> {
    await this.#unit.db
      .deleteFrom('invitations')
      .where('organization_id', '=', organizationId)
      .where('expires_at', '<=', nowMs)
      .execute()
  }

  async deleteExpiredBefore(beforeMs: number, limit: number): Promise<number> {
    const { db } = this.#unit
    const expired = db.selectFrom('invitations').select('number').where('expires_at', '<', beforeMs)
    const some = expired.orderBy('expires_at').limit(limit)
    const deleted = await db.deleteFrom('invitations').where('number', 'in', some).executeTakeFirst()
    return Number(deleted.numDeletedRows)
  }

  #select() {
    return this.#unit.db.selectFrom('invitations').select(columns)
  }
}

function toInvitation(row: Pick<Selectable<InvitationTable>, (typeof columns)[number]>): Invitation {
  return {
    number: row.number,
    id: row.id,
    organizationId: row.organization_id,
    email: row.email,
    role: row.role,
    createdAtMs: row.created_at,
    createdByUserId: row.created_by_user_id,
    expiresAtMs: row.expires_at,
    wasMailed: row.was_mailed === 1,
  }
}
