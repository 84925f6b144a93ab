import type { OrganizationId, ProjectId } from '@mintmark/core'
import type { Page } from './storage.ts'

export type Project = {
  readonly number: number
  readonly organizationId: OrganizationId
  /** Unique within its organization only: two organizations may choose the same one. */
  readonly id: ProjectId
  readonly name: string
  readonly createdAtMs: number
  readonly archivedAtMs: number | null
}

export interface ProjectStore {
  /** False, and nothing changed, when the organization has this id already. */
  insert(project: Omit<Project, 'number'>): Promise<boolean>
  find(organizationId: OrganizationId, id: ProjectId): Promise<Project | null>
  /** Like `find`, and it is neither changed nor deleted by others until this transaction ends. */
  lock(organizationId: OrganizationId, id: ProjectId): Promise<Project | null>
  list(organizationId: OrganizationId, page: Page): Promise<readonly Project[]>
  /** Those whose name has the text in it (case-insensitive), or whose id is it; newest first. `id`: only that one. */
  search(
    organizationId: OrganizationId,
    query: { readonly text: string; readonly id: ProjectId | null; readonly limit: number },
  ): Promise<readonly Project[]>
  update(organizationId: OrganizationId, id: ProjectId, change: { readonly name: string }): Promise<void>
  delete(organizationId: OrganizationId, id: ProjectId): Promise<void>
}
