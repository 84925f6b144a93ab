import { createId } from '@mintmark/core'
import type { Person } from '../ports/identity.ts'
import type { Stores } from '../ports/storage.ts'
import { refuse, type RefusedError } from '../refused.ts'
import type { Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'

/** SP 800-63B-4 section 3.2.2: of one account, in a row. */
const maxFailures = 100

/** What is tried. Whoever reads a person's mail can choose his password anew, and must get no more codes by it. */
type Factor = 'password' | 'code'

/** By what the failures of an address are counted, whether or not somebody has it. */
export function failuresOf({ keyring }: SignInParts, email: string, factor: Factor): string {
  const address = email.toLowerCase()
  return keyring.current.address(factor === 'password' ? address : `${factor}\n${address}`)
}

/** Something that only who it is can know was shown, or tried. */
export type Trial = {
  /** False: this address was tried too often in vain; nothing that is shown is right any more. */
  readonly isOpen: boolean
  /** It was right: what was counted is forgotten, with the unit of work that it was shown for. */
  clear(stores: Stores): Promise<void>
  succeeded(): void
}

/**
 * Counts a trial before it is known how it ends, so that no number of them at once is a way around the bound. What is
 * done is the same for an address that nobody has.
 */
export async function beginTrial(
  parts: SignInParts,
  browser: Browser,
  { email, factor }: { readonly email: string; readonly factor: Factor },
): Promise<Trial> {
  const attempt = parts.addresses.begin(browser.origin.ip)
  const addressHmac = failuresOf(parts, email, factor)
  const failures = await parts.storage.transaction('every-organization', async (stores) =>
    stores.signInFailures.add(addressHmac, await stores.nowMs()),
  )
  return {
    isOpen: failures <= maxFailures,
    clear: (stores) => stores.signInFailures.clear(addressHmac),
    succeeded: () => attempt.succeeded(),
  }
}

/** Somebody's password was shown, as it was read a moment ago: it is to be the same in the unit of work that relies on it. */
export type ShownPassword = { readonly person: Person; readonly hash: string; readonly trial: Trial }

/** Null: it is not right, whatever the reason. The same is read, and one hash made, for an address that nobody has. */
export async function tryPassword(
  parts: SignInParts,
  browser: Browser,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<ShownPassword | null> {
  const trial = await beginTrial(parts, browser, { email, factor: 'password' })
  const { person, hash } = await parts.storage.read('every-organization', async ({ identity }) => {
    const person = await identity.findByEmail(email)
    const userId = person?.userId ?? createId('usr', parts.random)
    return { person, hash: await identity.passwordHash(userId) }
  })
  const isRight = await parts.hasher.verify(password, hash)
  if (!isRight || !trial.isOpen || person === null || hash === null) return null
  trial.succeeded()
  return { person, hash, trial }
}

/** It may have been changed while it was looked at. The person is locked. */
export async function requireStillRight(stores: Stores, { person, hash }: ShownPassword): Promise<void> {
  if ((await stores.identity.passwordHash(person.userId)) !== hash) throw wrongPassword()
}

/** One answer for an address that nobody has, one without a password, a wrong one, and too many. */
export function wrongPassword(): RefusedError {
  return refuse('invalid_key', 'The e-mail address or the password is not right.')
}

/** Who is signed in shows his own. */
export function wrongOwnPassword(): RefusedError {
  return refuse('invalid_key', 'The password is not right.')
}

export function wrongCode(): RefusedError {
  return refuse('invalid_key', 'This code is not right, or has been used.')
}
