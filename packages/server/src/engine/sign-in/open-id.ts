import { createId, type PlaintextKey } from '@mintmark/core'
import { personCaller } from '../caller.ts'
import { maxNameLength } from '../keys/key-policy.ts'
import type { Person } from '../ports/identity.ts'
import { ProviderUnavailable, type OpenIdClaims, type OpenIdProviders, type OpenIdRequest } from '../ports/open-id.ts'
import { invalid, notFound, refuse, RefusedError } from '../refused.ts'
import { seal, unseal } from '../sealing.ts'
import type { Unit } from '../unit-of-work.ts'
import { beginSignIn, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'
import { hasSecondFactor } from './second-factor.ts'

/** For so long somebody may take to sign in at his provider. */
export const openIdWithinMs = 10 * 60 * 1000
const secretBytes = 32
const context = 'open-id'

/** What the browser keeps meanwhile, and nobody can read or make but us. */
type Begun = OpenIdRequest & { readonly provider: string; readonly returnTo: string; readonly expiresAtMs: number }

export type BegunOpenId = { readonly url: string; readonly kept: string }
export type FinishedOpenId = { readonly cookie: PlaintextKey; readonly returnTo: string }

export type OpenIdQuestion = {
  readonly provider: string
  /** A path of ours. Default: `/`. */
  readonly returnTo?: string
  /** Whether he is to show the provider once more who he is, as before what is dangerous. Default: false. */
  readonly asksAgain?: boolean
}

/** Sends the browser to a provider. What comes back is good in this browser alone, once, for ten minutes. */
export async function beginOpenId(
  parts: SignInParts,
  { provider, returnTo = '/', asksAgain = false }: OpenIdQuestion,
): Promise<BegunOpenId> {
  const providers = providersWith(parts, provider)
  requireOwnPath(returnTo)
  const secret = (): string => Buffer.from(parts.random(secretBytes)).toString('base64url')
  const redirectUri = `${parts.publicUrl()}/auth/oidc/${provider}/callback`
  const request: OpenIdRequest = { state: secret(), nonce: secret(), codeVerifier: secret(), redirectUri, asksAgain }
  const nowMs = await parts.storage.read('every-organization', (stores) => stores.nowMs())
  const begun: Begun = { ...request, provider, returnTo, expiresAtMs: nowMs + openIdWithinMs }
  const plain = Buffer.from(JSON.stringify(begun))
  const kept = Buffer.from(seal(parts.keyring.current.openId, plain, context, parts.random)).toString('base64url')
  try {
    return { url: await providers.authorizationUrl(provider, request), kept }
  } catch (error) {
    throw translated(error)
  }
}

/** Signs in whom the provider vouches for: who is known by it, or by an address that both sides know to be his. */
export async function finishOpenId(
  parts: SignInParts,
  browser: Browser,
  answered: {
    readonly provider: string
    readonly kept: string | null
    readonly state: string | undefined
    readonly code: string | undefined
  },
): Promise<FinishedOpenId> {
  const { provider, state, code } = answered
  const providers = providersWith(parts, provider)
  const begun = readBegun(parts, answered.kept)
  const nowMs = await parts.storage.read('every-organization', (stores) => stores.nowMs())
  const isAnswer = begun !== null && begun.provider === provider && begun.state === state && nowMs < begun.expiresAtMs
  if (!isAnswer || code === undefined) throw notVouched()
  // What leads here from another site's page has begun nothing, and must not count against who looks at it.
  const attempt = parts.addresses.begin(browser.origin.ip)
  const claims = await providers.claims(provider, begun, code).catch((error: unknown) => {
    throw translated(error)
  })
  if (claims === null) throw notVouched()
  const steppedUpAtMs = claims.authenticatedAtMs ?? (begun.asksAgain ? nowMs : null)
  const cookie = await signInBy(parts, browser, { provider, claims, steppedUpAtMs })
  attempt.succeeded()
  return { cookie, returnTo: begun.returnTo }
}

type Vouched = {
  readonly provider: string
  readonly claims: OpenIdClaims
  /** Whoever is signed in at his provider is signed in here without a word: by that alone he has not shown that it is he. */
  readonly steppedUpAtMs: number | null
}

async function signInBy(
  parts: SignInParts,
  browser: Browser,
  { provider, claims, steppedUpAtMs }: Vouched,
): Promise<PlaintextKey> {
  const account = { providerId: provider, subject: claims.subject }
  const known = await parts.storage.read('every-organization', async ({ identity }) => {
    const owner = await identity.findByAccount(account)
    return owner ?? (claims.email === null ? null : identity.findByEmail(claims.email))
  })
  const person = known ?? draftPerson(parts, claims)
  const { value } = await parts.mutate<PlaintextKey>({
    caller: personCaller(person.userId, browser.origin),
    async work(unit) {
      const { stores, tell } = unit
      if (known === null) await insertPerson(unit, person, provider)
      await stores.identity.lock(person.userId)
      const owner = await stores.identity.findByAccount(account)
      if (owner === null) await linkAccount(unit, person, provider, claims)
      else if (owner.userId !== person.userId) throw notVouched()
      const { cookie, signIn } = await beginSignIn(parts, unit, browser, {
        userId: person.userId,
        awaitsCode: false,
        steppedUpAtMs: steppedUpAtMs === null ? null : Math.min(steppedUpAtMs, await unit.nowMs()),
      })
      const target = { type: 'person', id: person.userId }
      await tell({ action: 'person.signed_in', target, changes: { signInId: signIn.id, provider } })
      return { result: cookie, resourceId: null }
    },
  })
  return value
}

function draftPerson({ random }: SignInParts, { email, isEmailVerified, name }: OpenIdClaims): Person {
  if (email === null || !isEmailVerified)
    throw refuse('forbidden', 'Your provider does not say which address is yours.')
  const shown = shownName(name ?? '') || shownName(email)
  return { userId: createId('usr', random), email: email.toLowerCase(), name: shown, isEmailVerified }
}

/** As much of it as a name may have. */
function shownName(text: string): string {
  const plain = text
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim()
  return Array.from(plain).slice(0, maxNameLength).join('')
}

async function insertPerson({ stores, tell }: Unit, person: Person, provider: string): Promise<void> {
  if (!(await stores.identity.insert(person))) throw notVouched()
  const changes = { email: person.email, name: person.name, provider }
  await tell({ action: 'person.created', target: { type: 'person', id: person.userId }, changes })
}

/**
 * By an address that only one of the two sides knows to be his, somebody else could have prepared the account for
 * himself: then he signs in the way he did before. So does who has a second factor, for whoever reads his mail can get
 * an account with his address somewhere.
 */
async function linkAccount(
  { stores, tell }: Unit,
  { userId, isEmailVerified }: Person,
  provider: string,
  claims: OpenIdClaims,
): Promise<void> {
  if (!isEmailVerified || !claims.isEmailVerified || (await hasSecondFactor(stores, userId))) {
    throw refuse('forbidden', 'There is an account with this address already. Sign in with its password.')
  }
  if (!(await stores.identity.link(userId, { providerId: provider, subject: claims.subject }))) throw notVouched()
  await tell({ action: 'person.provider_linked', target: { type: 'person', id: userId }, changes: { provider } })
}

function readBegun({ keyring }: SignInParts, kept: string | null): Begun | null {
  if (kept === null) return null
  const opened = unseal(keyring.current.openId, Buffer.from(kept, 'base64url'), context)
  return opened === null ? null : (JSON.parse(Buffer.from(opened).toString()) as Begun)
}

function providersWith({ openId }: SignInParts, provider: string): OpenIdProviders {
  if (openId === null || !openId.list.some(({ id }) => id === provider)) throw notFound()
  return openId
}

/** A path of ours, and nothing that a browser could take for another site. */
function requireOwnPath(path: string): void {
  const base = 'https://own.invalid'
  const isOwn =
    /^\/(?![/\\])[\x21-\x7e]*$/.test(path) && URL.canParse(path, base) && new URL(path, base).origin === base
  if (!isOwn) throw invalid('returnTo', 'Give a path of this server, such as /settings/profile.')
}

function notVouched(): RefusedError {
  return refuse('invalid_key', 'The provider did not vouch for you, or it took too long. Try again.')
}

function translated(error: unknown): unknown {
  if (!(error instanceof ProviderUnavailable)) return error
  const message = 'The provider does not answer. Try again in a moment.'
  return new RefusedError({ reason: 'unavailable', message }, { retryAfterMs: 5_000 })
}
