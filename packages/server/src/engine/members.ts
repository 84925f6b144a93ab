import { parseChosenId } from '@mintmark/core'
import type { CallerIn, MemberCaller, OperatorCaller } from './caller.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import { acceptInvitation, type Accepted } from './members/accept-invitation.ts'
import { changeMember, type MemberChangeInput } from './members/change-member.ts'
import {
  inviteMember,
  listInvitations,
  withdrawInvitation,
  type InvitationView,
  type Invited,
} from './members/invite-member.ts'
import { viewMember, type MemberView } from './members/member-view.ts'
import type { MemberParts } from './members/parts.ts'
import { removeMember, type RemovalInput } from './members/remove-member.ts'
import { syncMember, type MemberInput } from './members/sync-member.ts'
import { notFound } from './refused.ts'
import type { Done, IdempotentRequest } from './unit-of-work.ts'

/** The members of the caller's organization. */
export type MemberUseCases = {
  /** The operator's word; the organization is named beside it. */
  sync(caller: OperatorCaller, organizationId: string, userId: string, input: MemberInput): Promise<MemberView>
  get(caller: CallerIn, userId: string): Promise<MemberView>
  list(caller: CallerIn, input: PageInput): Promise<ListPage<MemberView>>
  change(caller: CallerIn, userId: string, input: MemberChangeInput): Promise<MemberView>
  remove(caller: CallerIn, userId: string, input: RemovalInput): Promise<void>
  invite(
    caller: CallerIn,
    input: { readonly email: string; readonly role: string },
    idempotency?: IdempotentRequest | null,
  ): Promise<Done<Invited>>
  listInvitations(caller: CallerIn, input: PageInput): Promise<ListPage<InvitationView>>
  withdrawInvitation(caller: CallerIn, id: string): Promise<void>
  accept(caller: MemberCaller, token: string, idempotency?: IdempotentRequest | null): Promise<Done<Accepted>>
}

export function createMembers(parts: MemberParts): MemberUseCases {
  return {
    sync: (caller, organizationId, userId, input) => syncMember(parts, caller, organizationId, userId, input),
    get: (caller, userId) => getMember(parts, caller, userId),
    list: (caller, input) => listMembers(parts, caller, input),
    change: (caller, userId, input) => changeMember(parts, caller, userId, input),
    remove: (caller, userId, input) => removeMember(parts, caller, userId, input),
    invite: (caller, input, idempotency = null) => inviteMember(parts, caller, input, idempotency),
    listInvitations: (caller, input) => listInvitations(parts, caller, input),
    withdrawInvitation: (caller, id) => withdrawInvitation(parts, caller, id),
    accept: (caller, token, idempotency = null) => acceptInvitation(parts, caller, token, idempotency),
  }
}

async function getMember(parts: MemberParts, caller: CallerIn, userIdText: string): Promise<MemberView> {
  const { organizationId } = caller
  const userId = parseChosenId('usr', userIdText)
  if (userId === null) throw notFound()
  const member = await parts.storage.read(organizationId, (stores) => stores.members.find(organizationId, userId))
  if (member === null) throw notFound()
  return viewMember(member)
}

async function listMembers(parts: MemberParts, caller: CallerIn, input: PageInput): Promise<ListPage<MemberView>> {
  const { organizationId } = caller
  return parts.storage.read(organizationId, async (stores) => {
    if ((await stores.organizations.find(organizationId)) === null) throw notFound()
    return writePage(parts.cursors, JSON.stringify(['members', organizationId]), input, async (page) =>
      (await stores.members.list(organizationId, page)).map((member) => ({
        number: member.number,
        view: viewMember(member),
      })),
    )
  })
}
