import type { OrganizationId, UserId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Selectable, Updateable } from 'kysely'
import type { Member, MemberChange, Membership, MemberStore } from '../../engine/ports/members.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { contains } from './contains.ts'
import { beforeNumber } from './page.ts'
import type { MemberTable } from './schema.ts'
import type { Unit } from './unit.ts'

const columns = ['number', 'organization_id', 'user_id', 'role', 'status', 'email', 'name', 'created_at'] as const

export class SqlMemberStore implements MemberStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(member: Omit<Member, 'number' | 'lastSeenAtMs'>): Promise<boolean> {
    const inserted = await this.#unit.db
      .insertInto('members')
      .values({
        organization_id: member.organizationId,
        user_id: member.userId,
        role: member.role,
        status: member.status,
        email: member.email,
        name: member.name,
        created_at: member.createdAtMs,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
      .returning('number')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async find(organizationId: OrganizationId, userId: UserId): Promise<Member | null> {
    const row = await this.#select(organizationId).where('user_id', '=', userId).executeTakeFirst()
    return row === undefined ? null : toMember(row)
  }

  async lock(organizationId: OrganizationId, userId: UserId): Promise<Member | null> {
    const row = await this.#select(organizationId)
      .where('user_id', '=', userId)
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .executeTakeFirst()
    return row === undefined ? null : toMember(row)
  }

  async list(organizationId: OrganizationId, page: Page): Promise<readonly Member[]> {
    const rows = await this.#select(organizationId)
      .where('number', '<', beforeNumber(page))
      .orderBy('number', 'desc')
      .limit(page.limit)
      .execute()
    return rows.map(toMember)
  }

  async search(
    organizationId: OrganizationId,
    { text, limit }: { readonly text: string; readonly limit: number },
  ): Promise<readonly Member[]> {
    const rows = await this.#select(organizationId)
      .where((members) =>
        members.or([
          contains(members.ref('name'), text),
          contains(members.ref('email'), text),
          members(sql.ref('user_id'), '=', text),
        ]),
      )
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toMember)
  }

  async listOrganizations(userId: UserId, limit: number): Promise<readonly Membership[]> {
    const rows = await this.#unit.db
      .selectFrom('members')
      .innerJoin('organizations', 'organizations.id', 'members.organization_id')
      .select(['organizations.id', 'organizations.name', 'members.role'])
      .where('members.user_id', '=', userId)
      .where('members.status', '=', 'active')
      .orderBy('organizations.name')
      .orderBy('organizations.id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ organizationId: row.id, organizationName: row.name, role: row.role }))
  }

  async lockActiveWithRoles(organizationId: OrganizationId, roles: readonly string[]): Promise<readonly UserId[]> {
    if (roles.length === 0) return []
    const rows = await this.#select(organizationId)
      .where('status', '=', 'active')
      .where('role', 'in', roles)
      .orderBy('number')
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .execute()
    return rows.map((row) => row.user_id)
  }

  async update(organizationId: OrganizationId, userId: UserId, change: MemberChange): Promise<void> {
    const set = changed(change)
    if (Object.keys(set).length === 0) return
    await this.#unit.db
      .updateTable('members')
      .set(set)
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .execute()
  }

  async delete(organizationId: OrganizationId, userId: UserId): Promise<void> {
    const { db } = this.#unit
    const his = { organization_id: organizationId, user_id: userId }
    const sessions = await db
      .selectFrom('sessions')
      .select('id')
      .where((row) => row.and(his))
      .execute()
    const atMs = await this.#unit.nowMs()
    for (const { id } of sessions) this.#unit.endings.add({ what: 'session ended', id, atMs })
    // A foreign key takes them along.
    await db
      .deleteFrom('members')
      .where((row) => row.and(his))
      .execute()
    this.#unit.eraseAfterCommit()
  }

  #select(organizationId: OrganizationId) {
    return this.#unit.db
      .selectFrom('members')
      .select(columns)
      .select((members) =>
        members
          .selectFrom('member_activity')
          .select('member_activity.last_seen_at')
          .whereRef('member_activity.member_number', '=', 'members.number')
          .as('last_seen_at'),
      )
      .where('organization_id', '=', organizationId)
  }
}

function changed(change: MemberChange): Updateable<MemberTable> {
  return {
    ...(change.role === undefined ? {} : { role: change.role }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.email === undefined ? {} : { email: change.email }),
    ...(change.name === undefined ? {} : { name: change.name }),
  }
}

function toMember(row: Selectable<MemberTable> & { readonly last_seen_at: number | null }): Member {
  return {
    number: row.number,
    organizationId: row.organization_id,
    userId: row.user_id,
    role: row.role,
    status: row.status,
    email: row.email,
    name: row.name,
    createdAtMs: row.created_at,
    lastSeenAtMs: row.last_seen_at,
  }
}
