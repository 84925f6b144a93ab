import { decideAccess, judge, noDemand, parseChosenId, type Refusal, type WindowDecision } from '@mintmark/core'
import type { Caller, MemberCaller, OperatorCaller, Origin } from './caller.ts'
import { memberSubject, type KeyHolder, type OperatorHolder, type Rights, type SessionHolder } from './holder.ts'
import type { Member } from './ports/members.ts'
import type { Organization } from './ports/organizations.ts'
import type { Storage } from './ports/storage.ts'
import type { WindowStore } from './ports/windows.ts'
import type { CredentialDigests, Recognise } from './recognise.ts'
import { invalid, notFound } from './refused.ts'
import type { UsageRecorder } from './usage.ts'
import { whenReady, type Ready } from './when-ready.ts'

/** What a request presents. `null` is absent; a header that is there but empty is absent too. */
export type Presented = {
  readonly credential: string | null
  /** `Mintmark-Organization` and `Mintmark-User`. */
  readonly organizationId: string | null
  readonly userId: string | null
  readonly origin: Origin
}

/** Who it is, or why not. `window` is there whenever a recognised, active key spent from (or met) its window. */
export type Authentication = {
  readonly caller: Caller | null
  readonly refusal: Refusal | null
  readonly window: WindowDecision | null
}

type Parts = {
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
export function createAuthenticate(parts: Parts): Authenticate {
  const { recognise, windows, usage, rights, storage } = parts

  async function request(presented: Presented): Promise<Authentication> {
    if (presented.credential === null || presented.credential === '') return refusedAs({ reason: 'missing_key' })
    const recognition = await recognise.any(presented.credential)
    const { holder, refusal } = recognition
    if (holder === null || refusal !== null) {
      if (holder?.kind === 'key' && refusal !== null) {
        usage.record(holder.row, refusal.reason, recognition.nowMs, presented.origin.ip)
      }
      return refusedAs(refusal ?? { reason: 'invalid_key' })
    }
    if (holder.kind === 'operator') {
      usage.record(holder.row, 'accepted', recognition.nowMs, presented.origin.ip)
      return actAsOperator(holder, presented)
    }
    if (presented.organizationId !== null || presented.userId !== null) {
      const answer = refusedAs({
        reason: 'invalid_request',
        message: 'Mintmark-Organization and Mintmark-User go with an operator key only.',
      })
      return holder.kind === 'key' ? { ...answer, window: await spend(holder) } : answer
    }
    if (holder.kind === 'session') return actAsSession(holder, presented.origin)
    return actAsKey(holder, recognition.nowMs, presented)
  }

  function spend(holder: KeyHolder): WindowDecision | Promise<WindowDecision> {
    return windows.spend(holder.keyId, holder.limit, requestCost)
  }

  async function actAsKey(holder: KeyHolder, nowMs: number, presented: Presented): Promise<Authentication> {
    const { origin } = presented
    if (holder.row.awaitsFirstUse && !(await parts.markFirstUse(holder.row.secretNumber))) return request(presented)
    const window = await spend(holder)
    const addressAllowed =
      holder.isAddressAllowed === null || (origin.ip !== null && holder.isAddressAllowed(origin.ip))
    const refusal = judge(window, holder.subject, noDemand, addressAllowed, rights.neverByKey)
    usage.record(holder.row, refusal === null ? 'accepted' : refusal.reason, nowMs, origin.ip)
    const caller: Caller = {
      kind: 'key',
      actor: { type: 'key', id: holder.keyId },
      organizationId: holder.organizationId,
      keyId: holder.keyId,
      userId: holder.row.ownerUserId,
      subject: holder.subject,
      origin,
    }
    return { caller, refusal, window }
  }

  function actAsSession(holder: SessionHolder, origin: Origin): Authentication {
    const caller: MemberCaller = {
      kind: 'member',
      actor: { type: 'member', id: holder.userId },
      organizationId: holder.organizationId,
      userId: holder.userId,
      subject: holder.subject,
      sessionId: holder.sessionId,
      sessionExpiresAtMs: holder.expiresAtMs,
      origin,
    }
    return { caller, refusal: decideAccess(holder.subject, noDemand, true, rights.neverByKey), window: null }
  }

  async function actAsOperator(holder: OperatorHolder, presented: Presented): Promise<Authentication> {
    const operator = operatorCaller(holder, presented.origin)
    if (presented.organizationId === null && presented.userId === null) {
      return { caller: operator, refusal: null, window: null }
    }
    if (operator.onlyVerify) return refusedAs(onlyVerifyRefusal)
    if (presented.organizationId === null) {
      return refusedAs({ reason: 'invalid_request', message: 'Mintmark-User needs Mintmark-Organization beside it.' })
    }
    const organizationId = parseChosenId('org', presented.organizationId)
    if (organizationId === null) throw invalid('Mintmark-Organization', 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
    return storage.read('every-organization', async (stores) => {
      const organization = await stores.organizations.find(organizationId)
      if (organization === null) throw notFound()
      if (presented.userId === null) {
        return { caller: { ...operator, organizationId: organization.id }, refusal: null, window: null }
      }
      const userId = parseChosenId('usr', presented.userId)
      const member = userId === null ? null : await stores.members.find(organization.id, userId)
      if (member === null) throw notFound()
      return actAsMember(operator, organization, member)
    })
  }

  function actAsMember(operator: OperatorCaller, organization: Organization, member: Member): Authentication {
    const subject = memberSubject(rights, organization, member)
    const caller: MemberCaller = {
      kind: 'member',
      actor: { type: 'member', id: member.userId },
      organizationId: organization.id,
      userId: member.userId,
      subject,
      sessionId: null,
      sessionExpiresAtMs: null,
      origin: operator.origin,
    }
    return { caller, refusal: decideAccess(subject, noDemand, true, rights.neverByKey), window: null }
  }

  return {
    request,
    verifier(digests) {
      // Every operator key may verify, those that can do nothing else too.
      return whenReady(recognise.operatorByDigests(digests), ({ holder, refusal, nowMs }) => {
        if (holder === null || refusal !== null) return refusal ?? { reason: 'invalid_key' }
        usage.record(holder.row, 'accepted', nowMs, null)
        return null
      })
    },
  }
}

const onlyVerifyRefusal: Refusal = { reason: 'forbidden', message: 'This operator key can do nothing but verify.' }

function refusedAs(refusal: Refusal): Authentication {
  return { caller: null, refusal, window: null }
}

function operatorCaller(holder: OperatorHolder, origin: Origin): OperatorCaller {
  return {
    kind: 'operator',
    actor: { type: 'operator', id: holder.keyId },
    name: holder.row.name,
    organizationId: null,
    onlyVerify: holder.onlyVerify,
    origin,
  }
}
