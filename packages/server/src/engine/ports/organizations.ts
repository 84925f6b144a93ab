import type { OrganizationId } from '@mintmark/core'
import type { Page } from './storage.ts'

export type RateLimit = { readonly limit: number; readonly windowSeconds: number }

export type OrganizationStatus = 'active' | 'suspended'

export type Organization = {
  /** Position in lists; never leaves the server but inside a cursor. */
  readonly number: number
  readonly id: OrganizationId
  readonly name: string
  readonly tier: string
  readonly status: OrganizationStatus
  readonly rateLimit: RateLimit | null
  readonly createdAtMs: number
}

export type OrganizationChange = Partial<Pick<Organization, 'name' | 'tier' | 'status' | 'rateLimit'>>

export interface OrganizationStore {
  /** False, and nothing changed, when the id is taken. */
  insert(organization: Omit<Organization, 'number'>): Promise<boolean>
  find(id: OrganizationId): Promise<Organization | null>
  /** Like `find`, and no other transaction changes or deletes it until this one ends. */
  lock(id: OrganizationId): Promise<Organization | null>
  /**
   * The same for a transaction of no organization that is to delete it: it waits for every transaction of this
   * organization that has begun, and none begins until this one ends. Call it before anything else is locked.
   */
  lockToDelete(id: OrganizationId): Promise<Organization | null>
  list(page: Page): Promise<readonly Organization[]>
  update(id: OrganizationId, change: OrganizationChange): Promise<void>
  /** Erases it and everything that belongs to it: members, projects, keys, sessions, logs, audit chain, claims. */
  delete(id: OrganizationId): Promise<void>
}
