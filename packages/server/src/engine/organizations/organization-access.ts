import { parseChosenId, type Contract, type OrganizationId } from '@mintmark/core'
import type { Cursors } from '../cursor.ts'
import type { Rights } from '../holder.ts'
import { isoTime } from '../keys/key-view.ts'
import type { Random } from '../ports/clock.ts'
import type { Organization, OrganizationStatus, RateLimit } from '../ports/organizations.ts'
import type { Storage, Stores } from '../ports/storage.ts'
import type { WindowStore } from '../ports/windows.ts'
import { invalid, notFound } from '../refused.ts'
import type { Mutate } from '../unit-of-work.ts'

/** What the use cases on organizations work with. */
export type OrganizationParts = {
  readonly contract: Contract
  readonly rights: Rights
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly cursors: Cursors
  readonly windows: WindowStore
}

/** An organization as the operator sees it. */
export type OrganizationView = {
  readonly id: OrganizationId
  readonly name: string
  readonly tier: string
  readonly status: OrganizationStatus
  readonly rateLimit: RateLimit | null
  readonly createdAt: string
}

export function requireOrganizationId(id: string): OrganizationId {
  const parsed = parseChosenId('org', id)
  if (parsed === null) throw notFound()
  return parsed
}

export async function findOrganization(stores: Stores, id: string): Promise<Organization | null> {
  const parsed = parseChosenId('org', id)
  return parsed === null ? null : stores.organizations.find(parsed)
}

export function requireTier(contract: Contract, tier: string): void {
  if (Object.hasOwn(contract.tiers, tier)) return
  throw invalid('tier', `There is no tier ${JSON.stringify(tier)}. Tiers: ${Object.keys(contract.tiers).join(', ')}.`)
}

export function viewOrganization(organization: Omit<Organization, 'number'>): OrganizationView {
  const { id, name, tier, status, rateLimit, createdAtMs } = organization
  return { id, name, tier, status, rateLimit, createdAt: isoTime(createdAtMs) }
}
