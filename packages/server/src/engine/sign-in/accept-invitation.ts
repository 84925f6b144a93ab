import { createId, type OrganizationId, type PlaintextKey } from '@mintmark/core'
import { personCaller } from '../caller.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import { digestsOfInvitation, joinByInvitation, unknownToken } from '../members/accept-invitation.ts'
import type { Invitation } from '../ports/invitations.ts'
import { invalid, refuse } from '../refused.ts'
import { requireStillRight, tryPassword, wrongPassword, type ShownPassword } from './attempts.ts'
import { asPerson, beginSignIn, present, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'
import { requirePassword } from './password-policy.ts'
import { hasSecondFactor } from './second-factor.ts'

export type AcceptInput = { readonly token: string; readonly name?: string; readonly password?: string }

/** `cookie` is null where the browser keeps the one that it has. */
export type Joined = { readonly organizationId: OrganizationId; readonly cookie: PlaintextKey | null }

/**
 * Joins the organization that invited. Who is signed in joins as who he is. Else the address's person is made with this
 * password, or, where there is one, signs in by it.
 */
export async function acceptByPerson(parts: SignInParts, browser: Browser, input: AcceptInput): Promise<Joined> {
  const digests = digestsOfInvitation(parts, input.token)
  const found = await parts.storage.read('every-organization', ({ invitations }) => invitations.findByDigest(digests))
  if (found === null) {
    parts.addresses.begin(browser.origin.ip)
    throw unknownToken()
  }
  if (browser.cookie !== null && input.password === undefined) return joinAsSignedIn(parts, browser, found)
  const { password } = input
  if (password === undefined) throw invalid('password', 'Sign in, or choose a password.')
  const isKnown = await parts.storage.read(
    'every-organization',
    async ({ identity }) => (await identity.findByEmail(found.email)) !== null,
  )
  // Either way one hash is made.
  return isKnown
    ? joinBySigningIn(parts, browser, found, password)
    : joinAsNew(parts, browser, found, { password, name: input.name ?? nameIn(found.email) })
}

async function joinAsSignedIn(parts: SignInParts, browser: Browser, found: Invitation): Promise<Joined> {
  await present(parts, browser)
  return asPerson(parts, browser, {
    chain: found.organizationId,
    async work(unit, { person }) {
      const { organizationId } = await joinByInvitation(parts, unit, found, person)
      return { organizationId, cookie: null }
    },
  })
}

async function joinBySigningIn(
  parts: SignInParts,
  browser: Browser,
  found: Invitation,
  password: string,
): Promise<Joined> {
  const shown: ShownPassword | null = await tryPassword(parts, browser, { email: found.email, password })
  if (shown === null) throw wrongPassword()
  const { userId, name } = shown.person
  const { value } = await parts.mutate<Joined>({
    caller: personCaller(userId, browser.origin),
    chain: found.organizationId,
    async work(unit) {
      const { stores } = unit
      await stores.identity.lock(userId)
      await requireStillRight(stores, shown)
      if (await hasSecondFactor(stores, userId)) {
        throw refuse('conflict', 'Sign in with your second factor first, then open the invitation again.')
      }
      await shown.trial.clear(stores)
      const { organizationId } = await joinByInvitation(parts, unit, found, { userId, name })
      const { cookie } = await beginSignIn(parts, unit, browser, { userId, awaitsCode: false })
      return { result: { organizationId, cookie }, resourceId: null }
    },
  })
  return value
}

async function joinAsNew(
  parts: SignInParts,
  browser: Browser,
  found: Invitation,
  { password, name }: { readonly password: string; readonly name: string },
): Promise<Joined> {
  const { email, organizationId, wasMailed } = found
  requireText('name', name, maxNameLength)
  requirePassword('password', password, { email, name, hasSecondFactor: false })
  const hash = await parts.hasher.hash(password)
  const userId = createId('usr', parts.random)
  const { value } = await parts.mutate<Joined>({
    caller: personCaller(userId, browser.origin),
    chain: organizationId,
    async work(unit) {
      const { stores } = unit
      const person = { userId, email: email.toLowerCase(), name, isEmailVerified: wasMailed }
      if (!(await stores.identity.insert(person))) throw wrongPassword()
      await stores.identity.setPasswordHash(userId, hash)
      await joinByInvitation(parts, unit, found, person)
      const { cookie } = await beginSignIn(parts, unit, browser, { userId, awaitsCode: false })
      return { result: { organizationId, cookie }, resourceId: null }
    },
  })
  return value
}

function nameIn(email: string): string {
  return email.slice(0, email.lastIndexOf('@')).slice(0, maxNameLength)
}
