import type { OrganizationId, UserId } from '@mintmark/core'
import { missingPermission, type Standing } from '../grants.ts'
import type { Rights } from '../holder.ts'
import type { Member } from '../ports/members.ts'
import type { Stores } from '../ports/storage.ts'
import { refuse } from '../refused.ts'

/** What decides whether somebody is an administrator: his role and status as they are, or will be. */
type Position = Pick<Member, 'role' | 'status'>

/** Administrators have every permission of the contract, whatever their role is called there. */
export function isAdministrator(rights: Rights, { role, status }: Position): boolean {
  return status === 'active' && rights.catalogue.all.isSubsetOf(rights.ofRole(role))
}

/**
 * An organization keeps an active administrator: the last one can be neither demoted nor suspended nor removed.
 * Exact under concurrency, because whoever changes members holds the organization's lock.
 *
 * @param after what becomes of the member; null: he is removed
 */
export async function requireAnotherAdministrator(
  rights: Rights,
  stores: Stores,
  member: Member,
  after: Position | null,
): Promise<void> {
  if (!isAdministrator(rights, member) || (after !== null && isAdministrator(rights, after))) return
  const others = await listAdministrators(rights, stores, member.organizationId)
  if (others.some((userId) => userId !== member.userId)) return
  throw refuse('conflict', 'This is the last active administrator. Make another one first.')
}

async function listAdministrators(
  rights: Rights,
  stores: Stores,
  organizationId: OrganizationId,
): Promise<readonly UserId[]> {
  const roles = rights.roles.filter((role) => isAdministrator(rights, { role, status: 'active' }))
  return stores.members.lockActiveWithRoles(organizationId, roles)
}

/** Nobody makes or unmakes what he is not: the caller must have every right of the role himself. */
export function requireRightsOf(rights: Rights, standing: Standing, role: string): void {
  if (standing.subject === null) return
  const missing = rights.ofRole(role).firstMissingFrom(standing.subject.effective)
  if (missing !== null) throw missingPermission(missing)
}
