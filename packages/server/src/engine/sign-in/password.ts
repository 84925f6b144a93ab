import type { PlaintextKey, UserId } from '@mintmark/core'
import { personCaller, type OperatorCaller } from '../caller.ts'
import { requireEmail } from '../members/email.ts'
import type { Stores } from '../ports/storage.ts'
import { notFound, refuse } from '../refused.ts'
import type { Unit } from '../unit-of-work.ts'
import { failuresOf, requireStillRight, tryPassword, wrongOwnPassword } from './attempts.ts'
import { asPerson, beginSignIn, present, type Browser } from './browser.ts'
import { digestsOfLink, insertLink, linkTo, takeLink, unknownLink } from './links.ts'
import type { SignInParts } from './parts.ts'
import { requirePassword } from './password-policy.ts'
import { hasSecondFactor } from './second-factor.ts'

/** Of one person's, good at once: nobody's mail is flooded by whoever knows his address. */
const maxResetLinks = 5

/**
 * Sends a link to whoever has this address. It is answered before anything is looked up, so that neither what is said
 * nor how long it takes tells whether somebody has it.
 */
export function forgetPassword(parts: SignInParts, browser: Browser, { email }: { readonly email: string }): void {
  parts.addresses.begin(browser.origin.ip)
  requireEmail(email)
  mailResetLink(parts, browser, email).catch(parts.onError)
}

async function mailResetLink(parts: SignInParts, browser: Browser, email: string): Promise<void> {
  const { mailer } = parts
  if (mailer === null) return
  const person = await parts.storage.read('every-organization', ({ identity }) => identity.findByEmail(email))
  if (person === null) return
  const { value: token } = await parts.mutate({
    caller: personCaller(person.userId, browser.origin),
    async work({ stores, nowMs, tell }) {
      const { userId } = person
      await stores.identity.lock(userId)
      if ((await stores.links.countOf(userId, await nowMs())) >= maxResetLinks)
        return { result: null, resourceId: null }
      const token = await insertLink(parts, stores, { purpose: 'password-reset', userId, wasMailed: true })
      await tell({ action: 'person.password_reset_asked', target: { type: 'person', id: userId } })
      return { result: token, resourceId: null }
    },
  })
  if (token === null) return
  await mailer.send({
    to: person.email,
    subject: `Choose a new password for ${parts.contract.ui.product}`,
    text: [
      `Hello ${person.name},`,
      'somebody, probably you, asked for a new password. This link lets you choose one. It is good once, for an hour:',
      linkTo(parts.publicUrl(), 'reset-password', token),
      'If it was not you, there is nothing to do: your password stays as it is.',
    ].join('\n\n'),
  })
}

export type ResetLinkInput = {
  readonly email: string
  /** For who has lost his second factor and all its recovery codes: it is taken away. Default: it stays. */
  readonly withoutSecondFactor?: boolean
}

/** For the host: the same link, to be handed on. */
export async function createResetLink(
  parts: SignInParts,
  caller: OperatorCaller,
  { email, withoutSecondFactor = false }: ResetLinkInput,
): Promise<{ readonly url: string }> {
  requireEmail(email)
  // Until he chooses another, no password is his: the one he had was only ever good beside the second factor.
  const nobodys = withoutSecondFactor ? await parts.hasher.hash(Buffer.from(parts.random(32)).toString('hex')) : null
  const { value } = await parts.mutate({
    caller,
    async work(unit) {
      const { stores, tell } = unit
      const person = await stores.identity.findByEmail(email)
      if (person === null) throw notFound()
      const { userId } = person
      if (nobodys !== null) {
        await stores.identity.lock(userId)
        if (!(await stores.secondFactors.delete(userId))) throw refuse('conflict', 'There is no second factor.')
        await tell({ action: 'person.second_factor_disabled', target: { type: 'person', id: userId } })
        await setPassword(unit, userId, nobodys, 'person.password_reset')
      }
      const token = await insertLink(parts, stores, { purpose: 'password-reset', userId, wasMailed: false })
      await tell({ action: 'person.reset_link_created', target: { type: 'person', id: userId } })
      return { result: { url: linkTo(parts.publicUrl(), 'reset-password', token) }, resourceId: null }
    },
  })
  return value
}

/** Gives whoever has the link a new password. Wherever he is signed in, that ends. */
export async function resetPassword(
  parts: SignInParts,
  browser: Browser,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<void> {
  parts.addresses.begin(browser.origin.ip)
  const digests = digestsOfLink(parts, token)
  const { userId, owner } = await parts.storage.read('every-organization', async (stores) => {
    const link = await stores.links.find(digests)
    if (link?.userId == null) throw unknownLink()
    return { userId: link.userId, owner: await ownerOf(stores, link.userId) }
  })
  requirePassword('password', password, owner)
  const hash = await parts.hasher.hash(password)
  await parts.mutate({
    caller: personCaller(userId, browser.origin),
    async work(unit) {
      const { stores } = unit
      await stores.identity.lock(userId)
      requirePassword('password', password, await ownerOf(stores, userId))
      const link = await takeLink(stores, digests, 'password-reset')
      if (link.wasMailed) await stores.identity.markEmailVerified(userId)
      await stores.signInFailures.clear(failuresOf(parts, owner.email, 'password'))
      // What the host hands on is for who has failed at his codes, too.
      if (!link.wasMailed) await stores.signInFailures.clear(failuresOf(parts, owner.email, 'code'))
      await setPassword(unit, userId, hash, 'person.password_reset')
      return { result: null, resourceId: null }
    },
  })
}

/** Wherever he is signed in, that ends, and what came of it; here he is signed in anew. */
export async function changePassword(
  parts: SignInParts,
  browser: Browser,
  { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
): Promise<PlaintextKey> {
  const { person } = await present(parts, browser)
  const owner = await parts.storage.read('every-organization', (stores) => ownerOf(stores, person.userId))
  requirePassword('newPassword', newPassword, owner)
  const shown = await tryPassword(parts, browser, { email: person.email, password: currentPassword })
  if (shown === null) throw wrongOwnPassword()
  const hash = await parts.hasher.hash(newPassword)
  return asPerson(parts, browser, {
    async work(unit, { signIn: { userId } }) {
      await requireStillRight(unit.stores, shown)
      requirePassword('newPassword', newPassword, await ownerOf(unit.stores, userId))
      await shown.trial.clear(unit.stores)
      await setPassword(unit, userId, hash, 'person.password_changed')
      const { cookie } = await beginSignIn(parts, unit, { ...browser, cookie: null }, { userId, awaitsCode: false })
      return cookie
    },
  })
}

/** Whoever holds a link of before, or is signed in by the password of before, has nothing by it. */
async function setPassword({ stores, nowMs, tell }: Unit, userId: UserId, hash: string, action: string): Promise<void> {
  await stores.identity.setPasswordHash(userId, hash)
  await stores.links.deleteOf(userId)
  const signIns = await stores.signIns.endAll(userId, await nowMs())
  await tell({ action, target: { type: 'person', id: userId }, changes: { signIns } })
}

/** Looked at again once the person is locked: the second factor, beside which less will do, may have gone. */
async function ownerOf(stores: Stores, userId: UserId) {
  const person = await stores.identity.find(userId)
  if (person === null) throw unknownLink()
  const { email, name } = person
  return { email, name, hasSecondFactor: await hasSecondFactor(stores, userId) }
}
