import { parseChosenId, type OrganizationId } from '@mintmark/core'
import type { OperatorCaller } from './caller.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import { viewMember, type MemberView } from './members/member-view.ts'
import type { MemberParts } from './members/parts.ts'
import { removeMember, type KeyFate } from './members/remove-member.ts'
import { syncMember, type MemberInput } from './members/sync-member.ts'
import { notFound } from './refused.ts'

/** The operator's view of an organization's members. */
export type MemberUseCases = {
  sync(caller: OperatorCaller, organizationId: string, userId: string, input: MemberInput): Promise<MemberView>
  get(organizationId: string, userId: string): Promise<MemberView>
  list(organizationId: string, input: PageInput): Promise<ListPage<MemberView>>
  remove(caller: OperatorCaller, organizationId: string, userId: string, fate: KeyFate): Promise<void>
}

export function createMembers(parts: MemberParts): MemberUseCases {
  const { storage, cursors } = parts
  return {
    sync: (caller, organizationId, userId, input) => syncMember(parts, caller, organizationId, userId, input),
    remove: (caller, organizationId, userId, fate) => removeMember(parts, caller, organizationId, userId, fate),
    async get(organizationIdText, userIdText) {
      const organizationId = requireOrganizationId(organizationIdText)
      const userId = parseChosenId('usr', userIdText)
      if (userId === null) throw notFound()
      const member = await storage.read(organizationId, (stores) => stores.members.find(organizationId, userId))
      if (member === null) throw notFound()
      return viewMember(member)
    },
    async list(organizationIdText, input) {
      const organizationId = requireOrganizationId(organizationIdText)
      return storage.read(organizationId, async (stores) => {
        if ((await stores.organizations.find(organizationId)) === null) throw notFound()
        return writePage(cursors, JSON.stringify(['members', organizationId]), input, async (page) =>
          (await stores.members.list(organizationId, page)).map((member) => ({
            number: member.number,
            view: viewMember(member),
          })),
        )
      })
    },
  }
}

function requireOrganizationId(text: string): OrganizationId {
  const organizationId = parseChosenId('org', text)
  if (organizationId === null) throw notFound()
  return organizationId
}
