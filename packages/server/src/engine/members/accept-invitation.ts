import { invitationTokenFormat, type KeyDigest, type OrganizationId } from '@mintmark/core'
import type { MemberCaller } from '../caller.ts'
import type { Invitation } from '../ports/invitations.ts'
import { invalid, refuse } from '../refused.ts'
import { viewMember, type MemberView } from './member-view.ts'
import type { MemberParts } from './parts.ts'

/** The new member, and where he is one. */
export type Accepted = MemberView & { readonly organizationId: OrganizationId }

/** Makes whoever is signed in, in whatever organization, a member of the one that invited. A token is good once. */
export async function acceptInvitation(parts: MemberParts, caller: MemberCaller, token: string): Promise<Accepted> {
  const digests = digestsOf(parts, token)
  const found = await parts.storage.read('every-organization', ({ invitations }) => invitations.findByDigest(digests))
  if (found === null) throw unknownToken()
  const { organizationId } = found
  const { value } = await parts.mutate({
    caller,
    tenant: organizationId,
    chain: organizationId,
    async work({ stores, nowMs, tell }) {
      if ((await stores.organizations.lock(organizationId)) === null) throw unknownToken()
      const createdAtMs = await nowMs()
      if (createdAtMs >= found.expiresAtMs || !(await stores.invitations.take(organizationId, found.id))) {
        throw unknownToken()
      }
      const member = draftMember(caller, found, createdAtMs)
      if (!(await stores.members.insert(member)))
        throw refuse('conflict', 'You are a member of this organization already.')
      const changes = { role: member.role, invitationId: found.id }
      await tell({ action: 'member.created', target: { type: 'member', id: member.userId }, changes })
      return { result: { organizationId, ...viewMember(member) }, resourceId: null }
    },
  })
  return value
}

function draftMember(caller: MemberCaller, { organizationId, email, role }: Invitation, createdAtMs: number) {
  const status = 'active' as const
  return { organizationId, userId: caller.userId, role, status, email, name: null, createdAtMs, lastSeenAtMs: null }
}

function digestsOf({ keyring }: MemberParts, token: string): readonly KeyDigest[] {
  const parsed = token.length > 256 ? null : invitationTokenFormat.parse(token)
  if (parsed === null) throw unknownToken()
  const { current, previous } = keyring.digesters
  const digest = current.digest(parsed.plaintext)
  return previous === null ? [digest] : [digest, previous.digest(parsed.plaintext)]
}

/** One answer for a token that never was, was used, was withdrawn, or is too old. */
function unknownToken() {
  return invalid('token', 'This invitation is unknown, used or expired. Ask for a new one.')
}
