import type { PlaintextKey } from '@mintmark/core'
import { personCaller } from '../caller.ts'
import { refuse } from '../refused.ts'
import { beginTrial, requireStillRight, tryPassword, wrongCode, wrongOwnPassword, wrongPassword } from './attempts.ts'
import { asPerson, beginSignIn, present, renewSignIn, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'
import { hasSecondFactor, useCode } from './second-factor.ts'

export type SignInInput = { readonly email: string; readonly password: string }
export type BegunSignIn = { readonly cookie: PlaintextKey; readonly next: 'done' | 'second_factor' }

/** Signs a person in by his password. With a second factor, what he gets is good for showing a code and nothing else. */
export async function signIn(parts: SignInParts, browser: Browser, input: SignInInput): Promise<BegunSignIn> {
  const shown = await tryPassword(parts, browser, input)
  if (shown === null) throw wrongPassword()
  const { userId } = shown.person
  const { value } = await parts.mutate<BegunSignIn>({
    caller: personCaller(userId, browser.origin),
    async work(unit) {
      const { stores, tell } = unit
      await stores.identity.lock(userId)
      await requireStillRight(stores, shown)
      const awaitsCode = await hasSecondFactor(stores, userId)
      await shown.trial.clear(stores)
      const { cookie, signIn } = await beginSignIn(parts, unit, browser, { userId, awaitsCode })
      const action = awaitsCode ? 'person.password_shown' : 'person.signed_in'
      await tell({ action, target: { type: 'person', id: userId }, changes: { signInId: signIn.id } })
      return { result: { cookie, next: awaitsCode ? 'second_factor' : 'done' }, resourceId: null }
    },
  })
  return value
}

/** Ends a sign-in that was begun: by a code of the app, or one of those kept for when it is lost. */
export async function showCode(
  parts: SignInParts,
  browser: Browser,
  { code }: { readonly code: string },
): Promise<PlaintextKey> {
  const { person } = await present(parts, browser, 'awaits code')
  const trial = await beginTrial(parts, browser, { email: person.email, factor: 'code' })
  const cookie = await asPerson(parts, browser, {
    stage: 'awaits code',
    async work(unit, { signIn }) {
      const { stores, nowMs, tell } = unit
      const atMs = await nowMs()
      if (!trial.isOpen || !(await useCode(parts, stores, signIn.userId, code, atMs))) throw wrongCode()
      await trial.clear(stores)
      const target = { type: 'person', id: signIn.userId }
      await tell({ action: 'person.signed_in', target, changes: { signInId: signIn.id } })
      return renewSignIn(parts, unit, signIn, { awaitsCode: false, steppedUpAtMs: atMs, lastSeenAtMs: atMs })
    },
  })
  trial.succeeded()
  return cookie
}

export type StepUpInput = { readonly password?: string; readonly code?: string }

/** Shows once more that it is he: for five minutes he may do what is dangerous. */
export async function stepUp(parts: SignInParts, browser: Browser, input: StepUpInput): Promise<PlaintextKey> {
  const { password, code } = input
  if ((password === undefined) === (code === undefined)) {
    throw refuse('invalid_request', 'Send a password or a code, one of them.')
  }
  const { person } = await present(parts, browser)
  if (code !== undefined) return stepUpByCode(parts, browser, person.email, code)
  const shown = await tryPassword(parts, browser, { email: person.email, password: password ?? '' })
  if (shown === null) throw wrongOwnPassword()
  return asPerson(parts, browser, {
    async work(unit, { signIn }) {
      await requireStillRight(unit.stores, shown)
      await shown.trial.clear(unit.stores)
      return steppedUp(parts, unit, signIn)
    },
  })
}

async function stepUpByCode(parts: SignInParts, browser: Browser, email: string, code: string): Promise<PlaintextKey> {
  const trial = await beginTrial(parts, browser, { email, factor: 'code' })
  const cookie = await asPerson(parts, browser, {
    async work(unit, { signIn }) {
      const { stores, nowMs } = unit
      const isRight = await useCode(parts, stores, signIn.userId, code, await nowMs())
      if (!trial.isOpen || !isRight) throw wrongCode()
      await trial.clear(stores)
      return steppedUp(parts, unit, signIn)
    },
  })
  trial.succeeded()
  return cookie
}

async function steppedUp(
  parts: SignInParts,
  unit: Parameters<typeof renewSignIn>[1],
  signIn: Parameters<typeof renewSignIn>[2],
): Promise<PlaintextKey> {
  const target = { type: 'person', id: signIn.userId }
  await unit.tell({ action: 'person.stepped_up', target, changes: { signInId: signIn.id } })
  return renewSignIn(parts, unit, signIn, { steppedUpAtMs: await unit.nowMs() })
}
