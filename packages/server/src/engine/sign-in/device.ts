import { linkTokenFormat, parseChosenId, type OrganizationId, type PlaintextKey, type UserId } from '@mintmark/core'
import { personCaller } from '../caller.ts'
import type { DeviceSignIn } from '../ports/device-sign-ins.ts'
import type { SignIn } from '../ports/sign-ins.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, notFound, refuse } from '../refused.ts'
import { absoluteMs, asPerson, beginSignIn, digestsUnderEach, type Browser } from './browser.ts'
import type { SignInParts } from './parts.ts'
import { mintSessionOf } from './session-token.ts'

/** RFC 8628 section 6.1: no vowels, so that no words come out, and nothing that is taken for something else. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const codeLength = 8
const expiresInMs = 10 * 60 * 1000
const intervalSeconds = 5
/** Section 3.5: what `slow_down` adds. */
const slowDownSeconds = 5
const maxTries = 5

export type BegunDevice = {
  readonly deviceCode: PlaintextKey
  readonly userCode: string
  readonly verificationUri: string
  readonly expiresInSeconds: number
  readonly intervalSeconds: number
}

export type DeviceToken =
  | { readonly status: 'pending' | 'slow_down' | 'expired' | 'denied' }
  | {
      readonly status: 'approved'
      readonly token: PlaintextKey
      readonly expiresAt: string
      readonly organizationId: OrganizationId
      readonly userId: UserId
    }

/** Begins a sign-in for a program that has no browser (RFC 8628). Nothing comes of it before a person approves. */
export async function beginDevice(parts: SignInParts, browser: Browser): Promise<BegunDevice> {
  parts.addresses.begin(browser.origin.ip)
  const deviceCode = linkTokenFormat.mint('live', parts.random)
  const { current } = parts.keyring.digesters
  const userCode = await parts.storage.transaction('every-organization', async (stores) => {
    const createdAtMs = await stores.nowMs()
    for (let tries = 0; tries < maxTries; tries += 1) {
      const code = drawUserCode(parts)
      const digests = { digest: current.digest(deviceCode), userCodeDigest: current.digest(code) }
      const times = { createdAtMs, expiresAtMs: createdAtMs + expiresInMs, intervalSeconds }
      if (await stores.deviceSignIns.insert({ ...digests, ...times })) return code
    }
    throw new Error('Every user code that was drawn is taken')
  })
  return {
    deviceCode,
    userCode: `${userCode.slice(0, 4)}-${userCode.slice(4)}`,
    verificationUri: `${parts.publicUrl()}/device`,
    expiresInSeconds: expiresInMs / 1000,
    intervalSeconds,
  }
}

/** By rejection: each letter is as likely as any other. */
function drawUserCode({ random }: SignInParts): string {
  let code = ''
  const limit = 256 - (256 % alphabet.length)
  while (code.length < codeLength) {
    for (const byte of random(codeLength)) {
      if (byte < limit && code.length < codeLength) code += alphabet.charAt(byte % alphabet.length)
    }
  }
  return code
}

/** A person who is signed in lets the program act as him in one organization. */
export async function approveDevice(
  parts: SignInParts,
  browser: Browser,
  input: { readonly userCode: string; readonly organizationId: string },
): Promise<void> {
  const organizationId = parseChosenId('org', input.organizationId)
  if (organizationId === null) throw notFound()
  await decide(parts, browser, input.userCode, async (stores, { number, userId }) => {
    const member = await stores.members.lock(organizationId, userId)
    if (member === null) throw notFound()
    if (member.status !== 'active') throw refuse('owner_suspended')
    return { decision: 'approved', signInNumber: number, organizationId }
  })
}

export async function denyDevice(
  parts: SignInParts,
  browser: Browser,
  { userCode }: { readonly userCode: string },
): Promise<void> {
  await decide(parts, browser, userCode, async () => ({ decision: 'denied' }))
}

type Decision = Parameters<Stores['deviceSignIns']['decide']>[1]

async function decide(
  parts: SignInParts,
  browser: Browser,
  userCode: string,
  make: (stores: Stores, signIn: SignIn) => Promise<Decision>,
): Promise<void> {
  const attempt = parts.addresses.begin(browser.origin.ip)
  const code = userCode.toUpperCase().replace(/[^A-Z]/g, '')
  const { current, previous } = parts.keyring.digesters
  const digests = [current.digest(code), ...(previous === null ? [] : [previous.digest(code)])]
  await asPerson(parts, browser, {
    async work({ stores, nowMs, tell }, { signIn }) {
      const decision = await make(stores, signIn)
      if (!(await stores.deviceSignIns.decide(digests, decision, await nowMs()))) {
        throw invalid('userCode', 'This code is unknown, used or expired.')
      }
      const target = { type: 'person', id: signIn.userId }
      const organizationId = decision.decision === 'approved' ? decision.organizationId : null
      await tell({ action: `person.device_${decision.decision}`, target, changes: { organizationId } })
    },
  })
  attempt.succeeded()
}

/** What has become of it. The token is told once. */
export async function takeDeviceToken(
  parts: SignInParts,
  browser: Browser,
  { deviceCode }: { readonly deviceCode: string },
): Promise<DeviceToken> {
  const parsed = deviceCode.length > 256 ? null : linkTokenFormat.parse(deviceCode)
  if (parsed === null) return { status: 'expired' }
  const attempt = parts.addresses.begin(browser.origin.ip)
  const digests = digestsUnderEach(parts.keyring, parsed.plaintext)
  const polled = await parts.storage.transaction('every-organization', async (stores) => {
    const device = await stores.deviceSignIns.lock(digests)
    const nowMs = await stores.nowMs()
    const status = statusOfDevice(device, nowMs)
    if (device === null || status === 'expired') return { status, userId: null, device }
    if (status === 'denied') await stores.deviceSignIns.delete(digests)
    else {
      const interval = device.intervalSeconds + (status === 'slow_down' ? slowDownSeconds : 0)
      await stores.deviceSignIns.poll(digests, nowMs, interval)
    }
    const approving = device.signInNumber === null ? null : await stores.signIns.lock(device.signInNumber)
    return { status, userId: approving?.userId ?? null, device }
  })
  const { status, userId, device } = polled
  if (device !== null) attempt.succeeded()
  if (status !== 'approved') return { status }
  if (userId === null || device?.organizationId == null) return { status: 'denied' }
  return mintDeviceToken(parts, browser, { digests, userId, organizationId: device.organizationId })
}

function statusOfDevice(device: DeviceSignIn | null, nowMs: number): DeviceToken['status'] {
  if (device === null || nowMs >= device.expiresAtMs) return 'expired'
  if (device.decision !== null) return device.decision
  const { polledAtMs, intervalSeconds: seconds } = device
  return polledAtMs !== null && nowMs < polledAtMs + seconds * 1000 ? 'slow_down' : 'pending'
}

type Approved = {
  readonly digests: ReturnType<typeof digestsUnderEach>
  readonly userId: UserId
  readonly organizationId: OrganizationId
}

/** The program is signed in by itself: it stays so when the browser signs out, and ends with all of the person's. */
async function mintDeviceToken(
  parts: SignInParts,
  browser: Browser,
  { digests, userId, organizationId }: Approved,
): Promise<DeviceToken> {
  const { value } = await parts.mutate<DeviceToken>({
    caller: personCaller(userId, browser.origin),
    chain: organizationId,
    async work(unit) {
      const { stores, nowMs } = unit
      const nothing = (status: 'expired' | 'denied') => ({ result: { status }, resourceId: null })
      await stores.identity.lock(userId)
      const device = await stores.deviceSignIns.lock(digests)
      if (device === null) return nothing('expired')
      await stores.deviceSignIns.delete(digests)
      const approving = device.signInNumber === null ? null : await stores.signIns.lock(device.signInNumber)
      if (approving === null || (await nowMs()) >= approving.expiresAtMs) return nothing('denied')
      const program = { ...browser, cookie: null }
      const { signIn } = await beginSignIn(parts, unit, program, { userId, awaitsCode: false })
      // Whoever approved has shown who he is in his browser, then and not now.
      const { steppedUpAtMs } = approving
      await stores.signIns.update(signIn.number, { steppedUpAtMs })
      const own = { ...signIn, steppedUpAtMs }
      const minted = await mintSessionOf(parts, unit, own, { organizationId, lastsMs: absoluteMs })
      const { token, expiresAt } = minted
      return { result: { status: 'approved', token, expiresAt, organizationId, userId }, resourceId: null }
    },
  })
  return value
}
