import { missingPermission, type Standing } from '../grants.ts'
import type { Rights } from '../holder.ts'
import type { Member } from '../ports/members.ts'
import type { Stores } from '../ports/storage.ts'
import { refuse } from '../refused.ts'

/** What decides whether somebody is an administrator: his role and status as they are, or will be. */
type Position = Pick<Member, 'role' | 'status'>

/**
 * The roles of administrators: they write users, and have every right that a role of the contract gives. Where no role
 * has all of that, every role that writes users: somebody must be left who can let others in.
 */
export function administratorRoles(rights: Rights): readonly string[] {
  const writers = rights.roles.filter((role) => rights.ofRole(role).has('users:write'))
  const given = rights.roles.map((role) => rights.ofRole(role))
  const highest = writers.filter((role) => given.every((other) => other.isSubsetOf(rights.ofRole(role))))
  return highest.length > 0 ? highest : writers
}

export function isAdministrator(rights: Rights, { role, status }: Position): boolean {
  return status === 'active' && administratorRoles(rights).includes(role)
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
  const others = await stores.members.lockActiveWithRoles(member.organizationId, administratorRoles(rights))
  if (others.some((userId) => userId !== member.userId)) return
  throw refuse('conflict', 'This is the last active administrator. Make another one first.')
}

/** Nobody makes or unmakes what he is not: the caller must have every right of the role himself. */
export function requireRightsOf(rights: Rights, standing: Standing, role: string): void {
  if (standing.subject === null) return
  const missing = rights.ofRole(role).firstMissingFrom(standing.subject.effective)
  if (missing !== null) throw missingPermission(missing)
}
