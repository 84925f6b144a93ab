import { invitationTokenFormat, type KeyDigest, type OrganizationId, type UserId } from '@mintmark/core'
import type { MemberCaller } from '../caller.ts'
import { memberResource, parseMemberResource } from '../chosen-resource.ts'
import type { Invitation } from '../ports/invitations.ts'
import type { Member } from '../ports/members.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, refuse } from '../refused.ts'
import type { Done, IdempotentRequest, Unit } from '../unit-of-work.ts'
import { describeMember, viewMember, type MemberView } from './member-view.ts'
import { aboutMember } from '../webhooks/event-data.ts'
import type { MemberParts } from './parts.ts'

/** The new member, and where he is one. */
export type Accepted = MemberView & { readonly organizationId: OrganizationId }

/**
 * Makes whoever is signed in, in whatever organization, a member of the one that invited. A token is good once, and for
 * as long as who invited could still do so: whoever has lost his place must not come back by a token that he kept.
 */
export async function acceptInvitation(
  parts: MemberParts,
  caller: MemberCaller,
  token: string,
  idempotency: IdempotentRequest | null,
): Promise<Done<Accepted>> {
  const digests = digestsOfInvitation(parts, token)
  const found = await parts.storage.read('every-organization', ({ invitations }) => invitations.findByDigest(digests))
  return parts.mutate<Accepted>({
    caller,
    tenant: 'every-organization',
    chain: found?.organizationId ?? 'installation',
    idempotency,
    replay: readAccepted,
    async work(unit) {
      const member = await joinByInvitation(parts, unit, found, { userId: caller.userId, name: null })
      return {
        result: { organizationId: member.organizationId, ...viewMember(member) },
        resourceId: memberResource(member.organizationId, member.userId),
      }
    },
  })
}

/** Uses the invitation up, and makes its new member. */
export async function joinByInvitation(
  parts: Pick<MemberParts, 'rights'>,
  { stores, nowMs, tell }: Unit,
  found: Invitation | null,
  joining: { readonly userId: UserId; readonly name: string | null },
): Promise<Omit<Member, 'number'>> {
  if (found === null) throw unknownToken()
  const { organizationId } = found
  if ((await stores.organizations.lock(organizationId)) === null) throw unknownToken()
  if (!(await couldStillInvite(parts, stores, found))) throw unknownToken()
  const createdAtMs = await nowMs()
  if (createdAtMs >= found.expiresAtMs || !(await stores.invitations.take(organizationId, found.id))) {
    throw unknownToken()
  }
  const member = draftMember(joining, found, createdAtMs)
  if (!(await stores.members.insert(member))) {
    throw refuse('conflict', 'You are a member of this organization already.')
  }
  const changes = { ...describeMember(member), invitationId: found.id }
  const target = { type: 'member', id: member.userId }
  await tell({ action: 'member.created', target, changes }, aboutMember(member))
  return member
}

async function readAccepted(stores: Stores, resourceId: string): Promise<Accepted | null> {
  const named = parseMemberResource(resourceId)
  const member = named === null ? null : await stores.members.find(named.organizationId, named.userId)
  return member === null ? null : { organizationId: member.organizationId, ...viewMember(member) }
}

/** What the operator, or a key of the organization's own, has invited stays good. */
async function couldStillInvite(
  { rights }: Pick<MemberParts, 'rights'>,
  stores: Stores,
  { organizationId, createdByUserId, role }: Invitation,
): Promise<boolean> {
  if (createdByUserId === null) return true
  const inviter = await stores.members.lock(organizationId, createdByUserId)
  if (inviter?.status !== 'active') return false
  const own = rights.ofRole(inviter.role)
  return own.has('users:invite') && rights.ofRole(role).isSubsetOf(own)
}

function draftMember(
  { userId, name }: { readonly userId: UserId; readonly name: string | null },
  { organizationId, email, role }: Invitation,
  createdAtMs: number,
) {
  const status = 'active' as const
  return { organizationId, userId, role, status, email, name, createdAtMs, lastSeenAtMs: null }
}

export function digestsOfInvitation({ keyring }: Pick<MemberParts, 'keyring'>, token: string): readonly KeyDigest[] {
  const parsed = token.length > 256 ? null : invitationTokenFormat.parse(token)
  if (parsed === null) throw unknownToken()
  const { current, previous } = keyring.digesters
  const digest = current.digest(parsed.plaintext)
  return previous === null ? [digest] : [digest, previous.digest(parsed.plaintext)]
}

/** One answer for a token that never was, was used, was withdrawn, is too old, or whose sender could not invite now. */
export function unknownToken() {
  return invalid('token', 'This invitation is unknown, used or expired. Ask for a new one.')
}
