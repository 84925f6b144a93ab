import type { OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Kysely, Selectable, Updateable } from 'kysely'
import type { Organization, OrganizationChange, OrganizationStore } from '../../engine/ports/organizations.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { deleteChain } from './audit-permits.ts'
import { beforeNumber } from './page.ts'
import { fromRateLimit, toRateLimit } from './rate-limit.ts'
import type { Database, OrganizationTable } from './schema.ts'
import type { Unit } from './unit.ts'

const columns = ['number', 'id', 'name', 'tier', 'status', 'rate_limit', 'rate_window_seconds', 'created_at'] as const

/** They mean something to the storage itself: a unit of work without a tenant, and the operator's audit chain. */
const takenForEver: ReadonlySet<string> = new Set(['every-organization', 'installation'])

export class SqlOrganizationStore implements OrganizationStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(organization: Omit<Organization, 'number'>): Promise<boolean> {
    if (takenForEver.has(organization.id)) return false
    const inserted = await this.#unit.db
      .insertInto('organizations')
      .values({
        id: organization.id,
        name: organization.name,
        tier: organization.tier,
        status: organization.status,
        created_at: organization.createdAtMs,
        ...fromRateLimit(organization.rateLimit),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('number')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async find(id: OrganizationId): Promise<Organization | null> {
    const row = await this.#select(id).executeTakeFirst()
    return row === undefined ? null : toOrganization(row)
  }

  async lock(id: OrganizationId): Promise<Organization | null> {
    const query = this.#select(id).$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
    const row = await query.executeTakeFirst()
    return row === undefined ? null : toOrganization(row)
  }

  async lockToDelete(id: OrganizationId): Promise<Organization | null> {
    await this.#unit.excludeUnitsOf(id)
    const row = await this.#select(id)
      .$if(this.#unit.locksRows, (select) => select.forUpdate())
      .executeTakeFirst()
    return row === undefined ? null : toOrganization(row)
  }

  async list(page: Page): Promise<readonly Organization[]> {
    const rows = await this.#unit.db
      .selectFrom('organizations')
      .select(columns)
      .where('number', '<', beforeNumber(page))
      .orderBy('number', 'desc')
      .limit(page.limit)
      .execute()
    return rows.map(toOrganization)
  }

  async update(id: OrganizationId, change: OrganizationChange): Promise<void> {
    const set = changed(change)
    if (Object.keys(set).length === 0) return
    await this.#unit.db.updateTable('organizations').set(set).where('id', '=', id).execute()
  }

  async delete(id: OrganizationId): Promise<void> {
    const { db } = this.#unit
    await forgetClaims(db, id)
    await deleteChain(db, id)
    // Foreign keys take its members, projects, keys, sessions and logs along.
    const deleted = await db.deleteFrom('organizations').where('id', '=', id).returning('created_at').executeTakeFirst()
    if (deleted !== undefined) {
      const born = { id, createdAtMs: deleted.created_at }
      this.#unit.endings.add({ what: 'organization deleted', ...born, atMs: await this.#unit.nowMs() })
    }
    this.#unit.eraseAfterCommit()
  }

  #select(id: OrganizationId) {
    return this.#unit.db.selectFrom('organizations').select(columns).where('id', '=', id)
  }
}

/** Its own people's claims go; of those of the operator, and of people elsewhere, stays that they were answered. */
async function forgetClaims(db: Kysely<Database>, id: OrganizationId): Promise<void> {
  const keys = db.selectFrom('api_keys').select('id').where('organization_id', '=', id)
  const sessions = db.selectFrom('sessions').select('id').where('organization_id', '=', id)
  await db
    .deleteFrom('idempotency')
    .where(begins('principal', `${id}:`))
    .execute()
  await db
    .updateTable('idempotency')
    .set({ resource_id: null, erased: 1 })
    .where((eb) =>
      eb.or([
        eb('resource_id', 'in', keys),
        eb(sql.ref('resource_id'), 'in', sessions),
        eb('resource_id', '=', id),
        begins('resource_id', `${id}/`),
      ]),
    )
    .execute()
}

/** Not LIKE, which is blind to case on SQLite. */
function begins(column: 'principal' | 'resource_id', text: string) {
  return sql<boolean>`substr(${sql.ref(column)}, 1, ${sql.lit(text.length)}) = ${text}`
}

function changed(change: OrganizationChange): Updateable<OrganizationTable> {
  return {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.tier === undefined ? {} : { tier: change.tier }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.rateLimit === undefined ? {} : fromRateLimit(change.rateLimit)),
  }
}

function toOrganization(row: Selectable<OrganizationTable>): Organization {
  return {
    number: row.number,
    id: row.id,
    name: row.name,
    tier: row.tier,
    status: row.status,
    rateLimit: toRateLimit(row),
    createdAtMs: row.created_at,
  }
}
