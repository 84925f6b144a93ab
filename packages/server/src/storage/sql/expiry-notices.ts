import type { KeyId, OrganizationId } from '@mintmark/core'
import type { ExpiryNoticeStore } from '../../engine/ports/expiry-notices.ts'
import type { Unit } from './unit.ts'

export class SqlExpiryNoticeStore implements ExpiryNoticeStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async nextOrganization(nowMs: number): Promise<OrganizationId | null> {
    const row = await this.#unit.db
      .selectFrom('api_keys')
      .select('organization_id')
      .where('notice_due_at', '<=', nowMs)
      .orderBy('notice_due_at')
      .limit(1)
      .executeTakeFirst()
    return row?.organization_id ?? null
  }

  async listDue(organizationId: OrganizationId, nowMs: number, limit: number): Promise<readonly KeyId[]> {
    const rows = await this.#unit.db
      .selectFrom('api_keys')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('notice_due_at', '<=', nowMs)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(({ id }) => id)
  }

  async dueAtMs(keyNumber: number): Promise<number | null> {
    const row = await this.#unit.db
      .selectFrom('api_keys')
      .select('notice_due_at')
      .where('number', '=', keyNumber)
      .executeTakeFirst()
    return row?.notice_due_at ?? null
  }

  async set(keyNumber: number, dueAtMs: number | null): Promise<void> {
    await this.#unit.db
      .updateTable('api_keys')
      .set({ notice_due_at: dueAtMs })
      .where('number', '=', keyNumber)
      .execute()
  }
}
