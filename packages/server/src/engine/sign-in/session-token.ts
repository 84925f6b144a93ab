import {
  createId,
  parseChosenId,
  sessionTokenFormat,
  stepUpMs,
  type OrganizationId,
  type PlaintextKey,
} from '@mintmark/core'
import { isoTime } from '../keys/key-view.ts'
import type { SignIn } from '../ports/sign-ins.ts'
import { notFound, refuse } from '../refused.ts'
import type { Unit } from '../unit-of-work.ts'
import { asPerson, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'

/** It lives in a page's memory, which asks for another in time. */
const pageTokenMs = 15 * 60 * 1000

export type PageToken = {
  readonly token: PlaintextKey
  readonly expiresAt: string
  readonly role: string
  readonly steppedUpUntil: string | null
}

/** `idleSeconds`: for how long nobody has touched the page that asks. Default: it is somebody who asks. */
export type PageTokenInput = { readonly organizationId: string; readonly idleSeconds?: number }

/** A session token of whoever is signed in, for one of his organizations. It ends with the sign-in. */
export async function mintPageToken(
  parts: SignInParts,
  browser: Browser,
  { organizationId: text, idleSeconds = 0 }: PageTokenInput,
): Promise<PageToken> {
  const organizationId = parseChosenId('org', text)
  if (organizationId === null) throw notFound()
  return asPerson(parts, browser, {
    chain: organizationId,
    idleMs: idleSeconds * 1000,
    work: (unit, { signIn }) => mintSessionOf(parts, unit, signIn, { organizationId, lastsMs: pageTokenMs }),
  })
}

/** The sign-in is locked: nobody ends it before its new session token is there to be ended too. */
export async function mintSessionOf(
  { keyring, random }: SignInParts,
  { stores, nowMs, tell }: Unit,
  signIn: SignIn,
  { organizationId, lastsMs }: { readonly organizationId: OrganizationId; readonly lastsMs: number },
): Promise<PageToken> {
  const { userId } = signIn
  const member = await stores.members.lock(organizationId, userId)
  const organization = await stores.organizations.find(organizationId)
  if (member === null || organization === null) throw notFound()
  if (organization.status !== 'active') throw refuse('organization_suspended')
  if (member.status !== 'active') throw refuse('owner_suspended')
  const createdAtMs = await nowMs()
  const expiresAtMs = Math.min(createdAtMs + lastsMs, signIn.expiresAtMs)
  const steppedUpUntilMs = signIn.steppedUpAtMs === null ? 0 : signIn.steppedUpAtMs + stepUpMs
  const id = createId('ses', random)
  const token = sessionTokenFormat.mint('live', random)
  const { current } = keyring.digesters
  const digest = current.digest(token)
  const session = { id, organizationId, userId, createdAtMs, expiresAtMs, digest, pepperVersion: current.version }
  await stores.sessions.insert(session, { signInNumber: signIn.number, steppedUpUntilMs })
  const changes = { sessionId: id, expiresAtMs, signInId: signIn.id }
  await tell({ action: 'session.created', target: { type: 'member', id: userId }, changes })
  return {
    token,
    expiresAt: isoTime(expiresAtMs),
    role: member.role,
    steppedUpUntil: createdAtMs < steppedUpUntilMs ? isoTime(steppedUpUntilMs) : null,
  }
}
