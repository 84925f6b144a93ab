import { parseChosenId, type OrganizationId, type UserId } from '@mintmark/core'
import { differencesOf, isEmpty } from '../audit.ts'
import type { OperatorCaller } from '../caller.ts'
import { requireRole } from '../grants.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import type { Member, MemberChange, MemberStatus } from '../ports/members.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, notFound } from '../refused.ts'
import { describeMember, viewMember, type MemberView } from './member-view.ts'
import { requireEmail } from './email.ts'
import { aboutMember } from '../webhooks/event-data.ts'
import type { MemberParts } from './parts.ts'

export type MemberInput = {
  readonly role: string
  readonly email?: string | null
  readonly name?: string | null
  readonly status?: MemberStatus
}

/** What stands in the place of a user's id in `/v1/users/…` and in `?keys=`: whoever was called so could not be named. */
const reservedIds: readonly string[] = ['invite', 'invitations', 'organization', 'revoke']

/**
 * The operator's sync: makes the member, or makes him as said. What is left out stays as it is. It is the operator's
 * word: it may also demote the last admin.
 */
export async function syncMember(
  parts: MemberParts,
  caller: OperatorCaller,
  organizationIdText: string,
  userIdText: string,
  input: MemberInput,
): Promise<MemberView> {
  const organizationId = parseChosenId('org', organizationIdText)
  if (organizationId === null) throw notFound()
  const userId = parseChosenId('usr', userIdText)
  if (userId === null || reservedIds.includes(userId)) {
    throw invalid('userId', `An id has 1 to 64 of A-Z a-z 0-9 _ - and is none of ${reservedIds.join(', ')}.`)
  }
  requireRole(parts.contract, input.role, 'role')
  if (input.name != null) requireText('name', input.name, maxNameLength)
  if (input.email != null) requireEmail(input.email)
  const { value } = await parts.mutate({
    caller,
    tenant: organizationId,
    chain: organizationId,
    async work({ stores, nowMs, tell }) {
      // Against its deletion in between: the member must not outlive his organization.
      if ((await stores.organizations.lock(organizationId)) === null) throw notFound()
      const before = await stores.members.lock(organizationId, userId)
      const after = merge(before, organizationId, userId, input, await nowMs())
      const action = before === null ? 'member.created' : 'member.updated'
      const changes = before === null ? describeMember(after) : differencesOf(before, describeMember(after))
      if (isEmpty(changes)) return { result: viewMember(after), resourceId: null }
      if (mayTakeAway(before, after)) stores.mustFit()
      await write(stores, before, after)
      await tell({ action, target: { type: 'member', id: userId }, changes }, aboutMember(after))
      return { result: viewMember(after), resourceId: null }
    },
  })
  return value
}

function merge(
  before: Member | null,
  organizationId: OrganizationId,
  userId: UserId,
  input: MemberInput,
  nowMs: number,
): Omit<Member, 'number'> {
  return {
    organizationId,
    userId,
    role: input.role,
    status: input.status ?? before?.status ?? 'active',
    email: input.email === undefined ? (before?.email ?? null) : input.email,
    name: input.name === undefined ? (before?.name ?? null) : input.name,
    createdAtMs: before?.createdAtMs ?? nowMs,
    lastSeenAtMs: before?.lastSeenAtMs ?? null,
  }
}

async function write(stores: Stores, before: Member | null, after: Omit<Member, 'number'>): Promise<void> {
  const { organizationId, userId, role, status, email, name } = after
  const change: MemberChange = { role, status, email, name }
  if (before === null && (await stores.members.insert(after))) return
  await stores.members.update(organizationId, userId, change)
}

/** Which of two roles has fewer rights is not looked into: another role may be a demotion. */
function mayTakeAway(before: Member | null, after: Omit<Member, 'number'>): boolean {
  return before !== null && (after.status === 'suspended' || after.role !== before.role)
}
