import { createId, invitationTokenFormat, parseMadeId, type InvitationId, type PlaintextKey } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { requirePermission, requireRole, standingNow, type Standing } from '../grants.ts'
import { isoTime } from '../keys/key-view.ts'
import { writePage, type ListPage, type PageInput } from '../list.ts'
import type { Invitation } from '../ports/invitations.ts'
import { notFound, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { isAdministrator, requireRightsOf } from './administrators.ts'
import { requireEmail } from './email.ts'
import { aboutInvitation } from '../webhooks/event-data.ts'
import type { MailedInvitation, MemberParts } from './parts.ts'

export const invitationLifetimeMs = 7 * 24 * 60 * 60 * 1000

export type InvitationView = {
  readonly id: InvitationId
  readonly email: string
  readonly role: string
  readonly expiresAt: string
}

/** The token is told to the operator and to an administrator who invites, while no mail is configured; null where the answer is given again. */
export type Invited = InvitationView & { readonly token?: PlaintextKey | null }

/** Invites a person by address, with a token that is good once, for seven days. Nobody invites above himself. */
export async function inviteMember(
  parts: MemberParts,
  caller: CallerIn,
  input: { readonly email: string; readonly role: string },
  idempotency: IdempotentRequest | null,
): Promise<Done<Invited>> {
  const { organizationId } = caller
  requireEmail(input.email)
  requireRole(parts.contract, input.role, 'role')
  let mailed: MailedInvitation | null = null
  const done = await parts.mutate<Invited>({
    caller,
    idempotency,
    async replay(stores, resourceId) {
      const id = parseMadeId('inv', resourceId)
      const invitation = id === null ? null : await stores.invitations.find(organizationId, id)
      return invitation === null ? null : { ...viewInvitation(invitation), token: null }
    },
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      requirePermission(standing, 'users:invite')
      requireRightsOf(parts.rights, standing, input.role)
      const createdAtMs = await nowMs()
      await stores.invitations.deleteExpired(organizationId, createdAtMs)
      const { token, invitation } = draftInvitation(parts, caller, input, createdAtMs)
      if (!(await stores.invitations.insert(invitation))) {
        throw refuse('conflict', 'This address is invited already. Delete that invitation first.')
      }
      const target = { type: 'invitation', id: invitation.id }
      const view = viewInvitation(invitation)
      const changes = { email: input.email, role: input.role, expiresAtMs: invitation.expiresAtMs }
      await tell({ action: 'member.invited', target, changes }, aboutInvitation(view))
      const organizationName = (await stores.organizations.find(organizationId))?.name ?? ''
      mailed = { email: input.email, organizationName, token }
      const isTold = parts.mailInvitation === null && mayKnowToken(parts, standing)
      return { result: isTold ? { ...view, token } : view, resourceId: invitation.id }
    },
  })
  if (mailed !== null) parts.mailInvitation?.(mailed)
  return done
}

function draftInvitation(
  parts: MemberParts,
  caller: CallerIn,
  { email, role }: { readonly email: string; readonly role: string },
  createdAtMs: number,
) {
  const token = invitationTokenFormat.mint('live', parts.random)
  const { current } = parts.keyring.digesters
  const invitation = {
    id: createId('inv', parts.random),
    organizationId: caller.organizationId,
    email,
    role,
    createdAtMs,
    createdByUserId: caller.kind === 'operator' ? null : caller.userId,
    expiresAtMs: createdAtMs + invitationLifetimeMs,
    digest: current.digest(token),
    pepperVersion: current.version,
    wasMailed: parts.mailInvitation !== null,
  }
  return { token, invitation }
}

function mayKnowToken({ rights }: MemberParts, { subject }: Standing): boolean {
  return subject === null || isAdministrator(rights, { role: subject.role, status: 'active' })
}

export async function listInvitations(
  parts: MemberParts,
  caller: CallerIn,
  input: PageInput,
): Promise<ListPage<InvitationView>> {
  const { organizationId } = caller
  return parts.storage.read(organizationId, async (stores) => {
    const nowMs = await stores.nowMs()
    return writePage(parts.cursors, JSON.stringify(['invitations', organizationId]), input, async (page) =>
      (await stores.invitations.list(organizationId, nowMs, page)).map((invitation) => ({
        number: invitation.number,
        view: viewInvitation(invitation),
      })),
    )
  })
}

/** Takes an invitation back: its token is good for nothing at once. */
export async function withdrawInvitation(parts: MemberParts, caller: CallerIn, idText: string): Promise<void> {
  const { organizationId } = caller
  const id = parseMadeId('inv', idText)
  if (id === null) throw notFound()
  await parts.mutate({
    caller,
    async work({ stores, tell }) {
      requirePermission(await standingNow(parts.rights, stores, caller), 'users:invite')
      if (!(await stores.invitations.take(organizationId, id))) throw notFound()
      await tell({ action: 'invitation.withdrawn', target: { type: 'invitation', id } })
      return { result: null, resourceId: null }
    },
  })
}

export function viewInvitation(invitation: Omit<Invitation, 'number'>): InvitationView {
  const { id, email, role, expiresAtMs } = invitation
  return { id, email, role, expiresAt: isoTime(expiresAtMs) }
}
