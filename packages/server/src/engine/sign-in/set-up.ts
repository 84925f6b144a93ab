import { createId, type OrganizationId } from '@mintmark/core'
import { personCaller, type OperatorCaller } from '../caller.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import { administratorRoles } from '../members/administrators.ts'
import { requireEmail } from '../members/email.ts'
import { describeMember } from '../members/member-view.ts'
import { refuse } from '../refused.ts'
import { aboutMember } from '../webhooks/event-data.ts'
import { beginSignIn, type Browser, type SignedIn } from './browser.ts'
import { digestsOfLink, insertLink, linkTo, takeLink, unknownLink } from './links.ts'
import type { SignInParts } from './parts.ts'
import { requirePassword } from './password-policy.ts'

export type SetUpInput = {
  readonly token: string
  readonly organizationName: string
  readonly name: string
  readonly email: string
  readonly password: string
}

export type SetUp = SignedIn & { readonly organizationId: OrganizationId }

/** Whether anybody can sign in: where nobody can, a set-up link makes the first who does. */
export function isWithoutPeople({ storage }: SignInParts): Promise<boolean> {
  return storage.read('every-organization', ({ identity }) => identity.isEmpty())
}

/** For the host: a link that makes the first organization and its administrator. */
export async function createSetUpLink(parts: SignInParts, caller: OperatorCaller): Promise<{ readonly url: string }> {
  const { value } = await parts.mutate({
    caller,
    async work({ stores, tell }) {
      if (!(await stores.identity.isEmpty())) throw isSetUp()
      const token = await insertLink(parts, stores, { purpose: 'set-up', userId: null, wasMailed: false })
      await tell({ action: 'installation.set_up_link_created', target: { type: 'installation', id: 'installation' } })
      return { result: { url: linkTo(parts.publicUrl(), 'set-up', token) }, resourceId: null }
    },
  })
  return value
}

/** Makes the first organization and its administrator, who is signed in. A link does it once, and no other after it. */
export async function setUp(parts: SignInParts, browser: Browser, input: SetUpInput): Promise<SetUp> {
  const attempt = parts.addresses.begin(browser.origin.ip)
  const { organizationName, name, email, password } = input
  const digests = digestsOfLink(parts, input.token)
  requireText('organizationName', organizationName, maxNameLength)
  requireText('name', name, maxNameLength)
  requireEmail(email)
  requirePassword('password', password, { email, name, hasSecondFactor: false })
  // Nobody without a link makes a server that was set up long ago hash for him.
  const link = await parts.storage.read('every-organization', ({ links }) => links.find(digests))
  if (link === null) throw unknownLink()
  const hash = await parts.hasher.hash(password)
  const userId = createId('usr', parts.random)
  const organizationId = createId('org', parts.random)
  const { value } = await parts.mutate<SetUp>({
    caller: personCaller(userId, browser.origin),
    chain: organizationId,
    async work(unit) {
      const { stores, nowMs, tell } = unit
      // Of two links that are used at once, one makes the first organization.
      await stores.peppers.lock()
      await takeLink(stores, digests, 'set-up')
      if (!(await stores.identity.isEmpty())) throw isSetUp()
      const createdAtMs = await nowMs()
      const person = { userId, email: email.toLowerCase(), name, isEmailVerified: false }
      await stores.identity.insert(person)
      await stores.identity.setPasswordHash(userId, hash)
      const tier = parts.contract.defaultTier
      const organization = { id: organizationId, name: organizationName, tier, rateLimit: null, createdAtMs }
      await stores.organizations.insert({ ...organization, status: 'active' })
      const target = { type: 'organization', id: organizationId }
      await tell({ action: 'organization.created', target, changes: { name: organizationName, tier, rateLimit: null } })
      const member = { organizationId, userId, role: firstRole(parts), status: 'active' as const, createdAtMs }
      const full = { ...member, email: person.email, name, lastSeenAtMs: null }
      await stores.members.insert(full)
      const changes = describeMember(full)
      await tell({ action: 'member.created', target: { type: 'member', id: userId }, changes }, aboutMember(full))
      const { cookie } = await beginSignIn(parts, unit, browser, { userId, awaitsCode: false })
      return { result: { cookie, userId, organizationId }, resourceId: null }
    },
  })
  attempt.succeeded()
  return value
}

function isSetUp() {
  return refuse('conflict', 'This installation is set up already. Who is in it invites others.')
}

function firstRole({ rights }: SignInParts): string {
  const [role] = administratorRoles(rights)
  if (role === undefined) throw refuse('conflict', 'No role of the contract may manage users: nobody can set this up.')
  return role
}
