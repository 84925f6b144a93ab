import { judge, noDemand, type Refusal, type WindowDecision } from '@mintmark/core'
import { actAsOperator } from './act-as-operator.ts'
import type { CredentialDigests } from './credential-digests.ts'
import type { Caller, KeyCaller, MemberCaller, Origin } from './caller.ts'
import { mayComeFrom, type KeyHolder, type Rights, type SessionHolder } from './holder.ts'
import type { Storage } from './ports/storage.ts'
import type { WindowStore } from './ports/windows.ts'
import type { Recognise, Recognition } from './recognise.ts'
import type { UsageRecorder } from './usage.ts'
import { whenReady, type Ready } from './when-ready.ts'

/** What a request presents. `null` is absent; a header that is there but empty is absent too. */
export type Presented = {
  readonly credential: string | null
  /** `Mintmark-Organization` and `Mintmark-User`. */
  readonly organizationId: string | null
  readonly userId: string | null
  readonly origin: Origin
  /** The User-Agent; absent: unknown. */
  readonly agent?: string | null
  /** What the request's policy says to the key, by which the request is counted; absent: it has none. */
  readonly refusalByPolicy?: (caller: KeyCaller) => Refusal | null
  /** What the request costs shows only in its body: a key is asked for nothing until `settle`. */
  readonly spendsLater?: true
}

/** Who it is, or why not. `window` is there whenever a recognised, active key spent from (or met) its window. */
export type Authentication = {
  readonly caller: Caller | null
  readonly refusal: Refusal | null
  readonly window: WindowDecision | null
  /** There, and to be called once, while a request that spends later has not spent. */
  readonly settle?: Settle
}

/**
 * Spends `cost`, 1 or more, at once and as a whole, or is refused and spends nothing. A cost that can never be admitted
 * is a mistake, which has cost one.
 */
export type Settle = (cost: number) => Promise<Pick<Authentication, 'refusal' | 'window'>>

export type AuthenticateParts = {
  readonly recognise: Recognise
  readonly rights: Rights
  readonly windows: WindowStore
  readonly usage: UsageRecorder
  readonly storage: Storage
  readonly markFirstUse: (secretNumber: number) => Promise<boolean>
}

export type Authenticate = {
  /** Any credential, for a request to Mintmark itself: a key spends one from its window. */
  request(presented: Presented): Promise<Authentication>
  /** Whether the operator key with these digests may verify: null, or why not. At once where the authority is here. */
  verifier(digests: CredentialDigests): Ready<Refusal | null>
}

const requestCost = 1

/** Resolves every kind of principal; nothing else reads a credential. Missing, empty or partial is never a stronger one. */
export function createAuthenticate(parts: AuthenticateParts): Authenticate {
  return {
    request: (presented) => authenticate(parts, presented),
    // Every operator key may verify, those that can do nothing else too.
    verifier: (digests) =>
      whenReady(parts.recognise.operatorByDigests(digests), ({ holder, refusal, nowMs }) => {
        if (holder === null || refusal !== null) return refusal ?? { reason: 'invalid_key' }
        parts.usage.record(holder, 'accepted', nowMs, null)
        return null
      }),
  }
}

async function authenticate(parts: AuthenticateParts, presented: Presented): Promise<Authentication> {
  const { credential } = presented
  if (credential === null || credential === '') return refusedAs({ reason: 'missing_key' })
  const recognition = await parts.recognise.any(credential)
  const { holder, refusal, nowMs } = recognition
  if (holder === null || refusal !== null) return refuseUnrecognised(parts, recognition, presented)
  switch (holder.kind) {
    case 'operator':
      parts.usage.record(holder, 'accepted', nowMs, presented.origin.ip, presented.agent)
      return actAsOperator(parts, holder, presented, nowMs)
    case 'session':
      return actAsSession(parts, holder, presented, nowMs)
    case 'key':
      return actAsKey(parts, holder, presented, nowMs)
  }
}

function refuseUnrecognised(
  { usage }: AuthenticateParts,
  { holder, refusal, nowMs }: Recognition,
  { origin, agent }: Presented,
): Authentication {
  if (holder?.kind === 'key' && refusal !== null) usage.record(holder, refusal.reason, nowMs, origin.ip, agent)
  return refusedAs(refusal ?? { reason: 'invalid_key' })
}

async function actAsKey(
  parts: AuthenticateParts,
  holder: KeyHolder,
  presented: Presented,
  nowMs: number,
): Promise<Authentication> {
  const { origin } = presented
  const { subject, keyId, organizationId, ownerUserId } = holder
  // Replaced since it was looked up: it is looked up again, and is then no longer awaited.
  if (holder.awaitsFirstUse && !(await parts.markFirstUse(holder.secretNumber))) return authenticate(parts, presented)
  const caller: KeyCaller = {
    kind: 'key',
    actor: { type: 'key', id: keyId },
    organizationId,
    keyId,
    prefix: holder.view.prefix,
    userId: ownerUserId,
    subject,
    origin,
  }
  const judged = judgeSpending(parts, holder, presented, { caller, nowMs })
  const spent = presented.spendsLater === true ? await judged.look() : await judged.settle(requestCost)
  return { caller, ...spent, refusal: spent.refusal ?? refuseActing(presented) }
}

/** What a key's request may, by what it spends. */
function judgeSpending(
  { windows, rights: { neverByKey }, usage }: AuthenticateParts,
  holder: KeyHolder,
  { origin, agent, refusalByPolicy }: Presented,
  { caller, nowMs }: { readonly caller: KeyCaller; readonly nowMs: number },
) {
  const { subject, keyId, limit } = holder
  const isAddressAllowed = mayComeFrom(holder, origin.ip)
  const spend = async (cost: number): Promise<Pick<Authentication, 'refusal' | 'window'>> => {
    const window = await windows.spend(keyId, limit, cost)
    return { refusal: judge({ subject, demand: noDemand, window, isAddressAllowed, neverByKey, nowMs }), window }
  }
  const settle: Settle = async (cost) => {
    const payable = cost > limit.limit ? requestCost : cost
    const spent = await spend(payable)
    const outcome = (spent.refusal ?? refusalByPolicy?.(caller))?.reason ?? 'accepted'
    // Counted as what it costs: as so many requests.
    for (let one = 0; one < payable; one++) usage.record(holder, outcome, nowMs, origin.ip, agent)
    if (spent.refusal !== null || payable === cost) return spent
    const message = `The limit of this key is ${limit.limit}: a cost of ${cost} can never be admitted.`
    return { ...spent, refusal: { reason: 'invalid_request', message } }
  }
  /** Spends nothing where all may still go well. */
  const look = async (): Promise<Pick<Authentication, 'refusal' | 'window' | 'settle'>> => {
    const seen = await spend(0)
    return seen.refusal === null ? { ...seen, settle } : settle(requestCost)
  }
  return { settle, look }
}

function actAsSession(
  { rights, usage }: AuthenticateParts,
  holder: SessionHolder,
  presented: Presented,
  nowMs: number,
): Authentication {
  const { subject, userId, organizationId, sessionId, expiresAtMs } = holder
  const { neverByKey } = rights
  usage.see(holder, nowMs)
  const refusal = judge({ subject, demand: noDemand, window: null, isAddressAllowed: true, neverByKey, nowMs })
  const caller: MemberCaller = {
    kind: 'member',
    actor: { type: 'member', id: userId },
    organizationId,
    userId,
    operatorKeyId: null,
    subject,
    sessionId,
    sessionExpiresAtMs: expiresAtMs,
    origin: presented.origin,
  }
  return { caller, refusal: refusal ?? refuseActing(presented), window: null }
}

/** Only an operator key acts for others: elsewhere the headers are a mistake, never a wish. */
function refuseActing({ organizationId, userId }: Presented): Refusal | null {
  if (organizationId === null && userId === null) return null
  const message = 'Mintmark-Organization and Mintmark-User go with an operator key only.'
  return { reason: 'invalid_request', message }
}

export function refusedAs(refusal: Refusal): Authentication {
  return { caller: null, refusal, window: null }
}
