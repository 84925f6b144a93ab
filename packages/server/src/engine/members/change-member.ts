import { parseChosenId } from '@mintmark/core'
import { differencesOf, isEmpty } from '../audit.ts'
import type { CallerIn } from '../caller.ts'
import { requirePermission, requireRole, standingNow } from '../grants.ts'
import type { MemberStatus } from '../ports/members.ts'
import { invalid, notFound } from '../refused.ts'
import { requireAnotherAdministrator, requireRightsOf } from './administrators.ts'
import { viewMember, type MemberView } from './member-view.ts'
import { aboutMember } from '../webhooks/event-data.ts'
import type { MemberParts } from './parts.ts'

export type MemberChangeInput = { readonly role?: string; readonly status?: MemberStatus }

/** Gives a member another role, suspends or resumes him: in force at the next request, on every node. */
export async function changeMember(
  parts: MemberParts,
  caller: CallerIn,
  userIdText: string,
  input: MemberChangeInput,
): Promise<MemberView> {
  const { organizationId } = caller
  const userId = parseChosenId('usr', userIdText)
  if (userId === null) throw notFound()
  if (input.role === undefined && input.status === undefined) throw invalid('', 'Say what to change.')
  if (input.role !== undefined) requireRole(parts.contract, input.role, 'role')
  const { value } = await parts.mutate({
    caller,
    async work({ stores, tell }) {
      stores.mustFit()
      if ((await stores.organizations.lock(organizationId)) === null) throw notFound()
      const standing = await standingNow(parts.rights, stores, caller)
      const member = await stores.members.lock(organizationId, userId)
      if (member === null) throw notFound()
      requirePermission(standing, 'users:write')
      const after = { ...member, ...input }
      requireRightsOf(parts.rights, standing, member.role)
      requireRightsOf(parts.rights, standing, after.role)
      await requireAnotherAdministrator(parts.rights, stores, member, after)
      const changes = differencesOf(member, input)
      if (isEmpty(changes)) return { result: viewMember(member), resourceId: null }
      await stores.members.update(organizationId, userId, input)
      await tell({ action: 'member.updated', target: { type: 'member', id: userId }, changes }, aboutMember(after))
      return { result: viewMember(after), resourceId: null }
    },
  })
  return value
}
