import { createId, signInFormat, type KeyDigest, type PlaintextKey, type UserId } from '@mintmark/core'
import { personCaller, type Origin } from '../caller.ts'
import type { Keyring } from '../keyring.ts'
import type { Person } from '../ports/identity.ts'
import type { SignIn, SignInChange } from '../ports/sign-ins.ts'
import type { Stores } from '../ports/storage.ts'
import { refuse } from '../refused.ts'
import type { Unit } from '../unit-of-work.ts'
import type { SignInParts } from './parts.ts'

/** Who asks, from a browser. */
export type Browser = {
  /** What its cookie holds; null: it has none. */
  readonly cookie: string | null
  readonly origin: Origin
  readonly agent: string | null
}

/** What a browser is to keep from now on, and its person. */
export type SignedIn = { readonly cookie: PlaintextKey; readonly userId: UserId }

export type Presence = { readonly signIn: SignIn; readonly person: Person }

/** SP 800-63B-4 section 2.2.3 (AAL2): an hour of nothing, and a day in all. */
export const idleMs = 60 * 60 * 1000
export const absoluteMs = 24 * 60 * 60 * 1000
/** For so long whoever has shown his password may look for his code. */
const codeWithinMs = 10 * 60 * 1000
/** How exact `lastSeenAtMs` is: each write is a transaction. */
const seenEveryMs = 60 * 1000

/** Every bound is exclusive: at the very instant it has passed. */
function hasEnded({ createdAtMs, expiresAtMs, lastSeenAtMs, awaitsCode }: SignIn, nowMs: number): boolean {
  if (nowMs >= expiresAtMs || nowMs >= lastSeenAtMs + idleMs) return true
  return awaitsCode && nowMs >= createdAtMs + codeWithinMs
}

/** Whether a sign-in is good for everything, or still asks for the second factor. */
type Stage = 'done' | 'awaits code' | 'either'

/**
 * Who is signed in here now. Throws 401: nobody, or not any more.
 *
 * @param idleMs for how long he has done nothing: what a page asks for by itself keeps nobody signed in
 */
export async function present(
  parts: SignInParts,
  browser: Browser,
  stage: Stage = 'done',
  idleMs = 0,
): Promise<Presence> {
  const digests = digestsOfCookie(parts.keyring, browser)
  const { presence, nowMs } = await parts.storage.read('every-organization', async (stores) => {
    const nowMs = await stores.nowMs()
    return { nowMs, presence: await requirePresence(stores, await stores.signIns.findByDigest(digests), nowMs, stage) }
  })
  const lastSeenAtMs = nowMs - idleMs
  if (lastSeenAtMs - presence.signIn.lastSeenAtMs >= seenEveryMs) {
    await parts.storage.transaction('every-organization', (stores) =>
      stores.signIns.update(presence.signIn.number, { lastSeenAtMs }),
    )
  }
  return presence
}

/** The same inside a unit of work, which nobody can sign out of the middle of. */
async function presentNow(parts: SignInParts, unit: Unit, browser: Browser, stage: Stage): Promise<Presence> {
  const { stores } = unit
  const found = await stores.signIns.lockByDigest(digestsOfCookie(parts.keyring, browser))
  return requirePresence(stores, found, await stores.nowMs(), stage)
}

/** One mutation by whoever is signed in, who is looked at again in its transaction. */
export async function asPerson<T>(
  parts: SignInParts,
  browser: Browser,
  { chain, stage = 'done', idleMs = 0, work }: PersonalWork<T>,
): Promise<T> {
  const { person } = await present(parts, browser, stage, idleMs)
  const { value } = await parts.mutate({
    caller: personCaller(person.userId, browser.origin),
    ...(chain !== undefined && { chain }),
    async work(unit) {
      // The person before his sign-ins, everywhere in this order.
      await unit.stores.identity.lock(person.userId)
      return { result: await work(unit, await presentNow(parts, unit, browser, stage)), resourceId: null }
    },
  })
  return value
}

type PersonalWork<T> = {
  readonly chain?: Parameters<SignInParts['mutate']>[0]['chain']
  readonly stage?: Stage
  readonly idleMs?: number
  readonly work: (unit: Unit, presence: Presence) => Promise<T>
}

async function requirePresence(stores: Stores, signIn: SignIn | null, nowMs: number, stage: Stage): Promise<Presence> {
  if (signIn === null) throw refuse('invalid_key', 'You are not signed in.')
  if (hasEnded(signIn, nowMs)) throw refuse('session_expired')
  if (stage === 'done' && signIn.awaitsCode) throw refuse('missing_key', 'Show your code first.')
  if (stage === 'awaits code' && !signIn.awaitsCode) throw refuse('conflict', 'No code is awaited.')
  const person = await stores.identity.find(signIn.userId)
  if (person === null) throw refuse('invalid_key', 'You are not signed in.')
  return { signIn, person }
}

type BegunSignIn = {
  readonly userId: UserId
  readonly awaitsCode: boolean
  /** When he showed who he is; null: who knows. Absent: by this sign-in. */
  readonly steppedUpAtMs?: number | null
}

/** Signs somebody in, in this browser. What it was signed in as before ends. */
export async function beginSignIn(
  parts: SignInParts,
  { stores, nowMs }: Unit,
  browser: Browser,
  { userId, awaitsCode, steppedUpAtMs }: BegunSignIn,
): Promise<{ readonly cookie: PlaintextKey; readonly signIn: SignIn }> {
  const atMs = await nowMs()
  const digests = readDigests(parts.keyring, browser.cookie)
  const before = digests === null ? null : await stores.signIns.lockByDigest(digests)
  if (before !== null && before.expiresAtMs > atMs) await stores.signIns.end(before, atMs)
  const { cookie, secret } = mintCookie(parts)
  const signIn = await stores.signIns.insert({
    ...secret,
    id: createId('sin', parts.random),
    userId,
    createdAtMs: atMs,
    expiresAtMs: atMs + absoluteMs,
    lastSeenAtMs: atMs,
    ip: browser.origin.ip,
    userAgent: browser.agent,
    steppedUpAtMs: steppedUpAtMs === undefined && !awaitsCode ? atMs : (steppedUpAtMs ?? null),
    awaitsCode,
  })
  return { cookie, signIn }
}

/** The same sign-in under another cookie: what it could not do before it must not be able to do by the old one. */
export async function renewSignIn(
  parts: SignInParts,
  { stores }: Unit,
  signIn: SignIn,
  change: SignInChange,
): Promise<PlaintextKey> {
  const { cookie, secret } = mintCookie(parts)
  await stores.signIns.update(signIn.number, { ...change, ...secret })
  return cookie
}

function mintCookie({ keyring, random }: SignInParts) {
  const cookie = signInFormat.mint('live', random)
  const { current } = keyring.digesters
  return { cookie, secret: { digest: current.digest(cookie), pepperVersion: current.version } }
}

function digestsOfCookie(keyring: Keyring, { cookie }: Browser): readonly KeyDigest[] {
  if (cookie === null) throw refuse('missing_key', 'You are not signed in.')
  const digests = readDigests(keyring, cookie)
  if (digests === null) throw refuse('invalid_key', 'You are not signed in.')
  return digests
}

function readDigests(keyring: Keyring, cookie: string | null): readonly KeyDigest[] | null {
  const parsed = cookie === null ? null : signInFormat.parse(cookie)
  return parsed === null ? null : digestsUnderEach(keyring, parsed.plaintext)
}

/** Under the current pepper and the one before, while there is one. */
export function digestsUnderEach({ digesters }: Keyring, text: PlaintextKey): readonly KeyDigest[] {
  const { current, previous } = digesters
  return previous === null ? [current.digest(text)] : [current.digest(text), previous.digest(text)]
}
