import type { OrganizationId, ProjectId } from '@mintmark/core'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Project, ProjectStore } from '../../engine/ports/projects.ts'
import type { Page } from '../../engine/ports/storage.ts'
import { contains } from './contains.ts'
import { beforeNumber } from './page.ts'
import type { ProjectTable } from './schema.ts'
import type { Unit } from './unit.ts'

const columns = ['number', 'organization_id', 'id', 'name', 'created_at', 'archived_at'] as const

export class SqlProjectStore implements ProjectStore {
  readonly #unit: Unit

  constructor(unit: Unit) {
    this.#unit = unit
  }

  async insert(project: Omit<Project, 'number'>): Promise<boolean> {
    const inserted = await this.#unit.db
      .insertInto('projects')
      .values({
        organization_id: project.organizationId,
        id: project.id,
        name: project.name,
        created_at: project.createdAtMs,
        archived_at: project.archivedAtMs,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doNothing())
      .returning('number')
      .executeTakeFirst()
    return inserted !== undefined
  }

  async find(organizationId: OrganizationId, id: ProjectId): Promise<Project | null> {
    const row = await this.#select(organizationId).where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toProject(row)
  }

  async lock(organizationId: OrganizationId, id: ProjectId): Promise<Project | null> {
    const row = await this.#select(organizationId)
      .where('id', '=', id)
      .$if(this.#unit.locksRows, (select) => select.forNoKeyUpdate())
      .executeTakeFirst()
    return row === undefined ? null : toProject(row)
  }

  async list(organizationId: OrganizationId, page: Page): Promise<readonly Project[]> {
    const rows = await this.#select(organizationId)
      .where('number', '<', beforeNumber(page))
      .orderBy('number', 'desc')
      .limit(page.limit)
      .execute()
    return rows.map(toProject)
  }

  async search(
    organizationId: OrganizationId,
    { text, id, limit }: { readonly text: string; readonly id: ProjectId | null; readonly limit: number },
  ): Promise<readonly Project[]> {
    const rows = await this.#select(organizationId)
      .where((projects) => projects.or([contains(projects.ref('name'), text), projects(sql.ref('id'), '=', text)]))
      .$if(id !== null, (select) => select.where('id', '=', id))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toProject)
  }

  async update(organizationId: OrganizationId, id: ProjectId, change: { readonly name: string }): Promise<void> {
    await this.#unit.db
      .updateTable('projects')
      .set({ name: change.name })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute()
  }

  async delete(organizationId: OrganizationId, id: ProjectId): Promise<void> {
    await this.#unit.db
      .deleteFrom('projects')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute()
    this.#unit.eraseAfterCommit()
  }

  #select(organizationId: OrganizationId) {
    return this.#unit.db.selectFrom('projects').select(columns).where('organization_id', '=', organizationId)
  }
}

function toProject(row: Selectable<ProjectTable>): Project {
  return {
    number: row.number,
    organizationId: row.organization_id,
    id: row.id,
    name: row.name,
    createdAtMs: row.created_at,
    archivedAtMs: row.archived_at,
  }
}
