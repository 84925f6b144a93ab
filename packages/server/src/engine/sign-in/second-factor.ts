import { createHash } from 'node:crypto'
import type { PlaintextKey, UserId } from '@mintmark/core'
import type { Keyring } from '../keyring.ts'
import type { SecondFactor } from '../ports/second-factors.ts'
import type { Stores } from '../ports/storage.ts'
import { refuse } from '../refused.ts'
import { seal, unseal } from '../sealing.ts'
import { beginTrial, requireStillRight, tryPassword, wrongCode, wrongOwnPassword } from './attempts.ts'
import { asPerson, present, renewSignIn, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'
import { isLongEnoughAlone } from './password-policy.ts'
import { base32, totpSecretBytes, totpStepOf, totpUri } from './totp.ts'

const recoveryCodes = 10
/** Enough that a plain digest of it gives nothing away (SP 800-63B-4 section 3.1.2.2). */
const recoveryCodeBytes = 15

export type Enrolment = { readonly secret: string; readonly uri: string }
export type Confirmed = { readonly recoveryCodes: readonly string[]; readonly cookie: PlaintextKey }

/** Whether this person must show a code besides his password. */
export async function hasSecondFactor(stores: Stores, userId: UserId): Promise<boolean> {
  return ((await stores.secondFactors.find(userId))?.confirmedAtMs ?? null) !== null
}

/** Begins with a new secret. It asks for nothing before a code of it has been shown. */
export async function enrolSecondFactor(
  parts: SignInParts,
  browser: Browser,
  { password }: { readonly password: string },
): Promise<Enrolment> {
  const { person } = await present(parts, browser)
  const shown = await tryPassword(parts, browser, { email: person.email, password })
  if (shown === null) throw wrongOwnPassword()
  const secret = parts.random(totpSecretBytes)
  return asPerson(parts, browser, {
    async work({ stores, nowMs }) {
      await requireStillRight(stores, shown)
      await shown.trial.clear(stores)
      const { userId, email } = shown.person
      const sealed = sealSecret(parts, userId, secret)
      if (!(await stores.secondFactors.begin({ userId, ...sealed, createdAtMs: await nowMs() }))) {
        throw refuse('conflict', 'You have a second factor already. Disable it first.')
      }
      return { secret: base32(secret), uri: totpUri(secret, parts.contract.name, email) }
    },
  })
}

/** Puts it in force: from now on to sign in takes a code. */
export async function confirmSecondFactor(
  parts: SignInParts,
  browser: Browser,
  { code }: { readonly code: string },
): Promise<Confirmed> {
  const { person } = await present(parts, browser)
  const trial = await beginTrial(parts, browser, { email: person.email, factor: 'code' })
  const confirmed = await asPerson(parts, browser, {
    async work(unit, { signIn }) {
      const { stores, nowMs, tell } = unit
      const { userId } = signIn
      const atMs = await nowMs()
      const factor = await stores.secondFactors.find(userId)
      if (factor === null || factor.confirmedAtMs !== null) throw refuse('conflict', 'There is nothing to confirm.')
      if (!trial.isOpen || !(await useTotp(parts, stores, factor, code, atMs))) throw wrongCode()
      await trial.clear(stores)
      await stores.secondFactors.confirm(userId, atMs)
      const codes = Array.from({ length: recoveryCodes }, () => writeRecoveryCode(parts.random(recoveryCodeBytes)))
      await stores.secondFactors.putRecoveryCodes(userId, codes.map(digestRecoveryCode))
      await tell({ action: 'person.second_factor_enabled', target: { type: 'person', id: userId } })
      return { recoveryCodes: codes, cookie: await renewSignIn(parts, unit, signIn, { steppedUpAtMs: atMs }) }
    },
  })
  trial.succeeded()
  return confirmed
}

/** A password that was long enough beside a second factor may not be without one. */
export async function disableSecondFactor(
  parts: SignInParts,
  browser: Browser,
  { password }: { readonly password: string },
): Promise<PlaintextKey> {
  const { person } = await present(parts, browser)
  const shown = await tryPassword(parts, browser, { email: person.email, password })
  if (shown === null) throw wrongOwnPassword()
  if (!isLongEnoughAlone(password)) {
    throw refuse('conflict', 'Without a second factor your password must be longer. Change it first.')
  }
  return asPerson(parts, browser, {
    async work(unit, { signIn }) {
      const { stores, tell } = unit
      await requireStillRight(stores, shown)
      await shown.trial.clear(stores)
      if (!(await stores.secondFactors.delete(signIn.userId))) throw refuse('conflict', 'You have no second factor.')
      await tell({ action: 'person.second_factor_disabled', target: { type: 'person', id: signIn.userId } })
      return renewSignIn(parts, unit, signIn, {})
    },
  })
}

/** A code of the app, or one of those kept for when it is lost: each is good once. */
export async function useCode(
  parts: SignInParts,
  stores: Stores,
  userId: UserId,
  code: string,
  nowMs: number,
): Promise<boolean> {
  const factor = await stores.secondFactors.find(userId)
  if (factor === null || factor.confirmedAtMs === null) return false
  if (await useTotp(parts, stores, factor, code, nowMs)) return true
  return stores.secondFactors.takeRecoveryCode(userId, digestRecoveryCode(code))
}

async function useTotp(
  parts: SignInParts,
  stores: Stores,
  factor: SecondFactor,
  code: string,
  nowMs: number,
): Promise<boolean> {
  const { userId } = factor
  const opened = openSecret(parts.keyring, factor)
  const step = opened === null ? null : totpStepOf(opened.secret, code.replaceAll(' ', ''), nowMs)
  if (opened === null || step === null || !(await stores.secondFactors.useStep(userId, step))) return false
  if (opened.isUnderPrevious) {
    const { secret, pepperVersion } = sealSecret(parts, userId, opened.secret)
    await stores.secondFactors.reseal(userId, secret, pepperVersion)
  }
  return true
}

function sealSecret({ keyring, random }: SignInParts, userId: UserId, secret: Uint8Array) {
  const pepperVersion = keyring.digesters.current.version
  return { secret: seal(keyring.current.secondFactor, secret, contextOf(userId), random), pepperVersion }
}

function openSecret({ current, previous }: Keyring, { userId, secret }: SecondFactor) {
  const own = unseal(current.secondFactor, secret, contextOf(userId))
  if (own !== null) return { secret: own, isUnderPrevious: false }
  const older = previous === null ? null : unseal(previous.secondFactor, secret, contextOf(userId))
  return older === null ? null : { secret: older, isUnderPrevious: true }
}

function contextOf(userId: UserId): string {
  return `second-factor\n${userId}`
}

/** 120 bits in six groups of four. */
function writeRecoveryCode(bytes: Uint8Array): string {
  return (base32(bytes).toLowerCase().match(/.{4}/g) ?? []).join('-')
}

function digestRecoveryCode(code: string): Uint8Array {
  return createHash('sha256').update(code.toLowerCase().replace(/[\s-]/g, '')).digest()
}
