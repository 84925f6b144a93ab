import {
  judge,
  rateLimitOf,
  sentenceOf,
  statusOf,
  type Contract,
  type Demand,
  type RateLimit,
  type Reason,
  type Refusal,
  type WindowDecision,
} from '@mintmark/core'
import {
  mayComeFrom,
  type KeyHolder,
  type Rights,
  type SessionHolder,
  type VerifiedKey,
  type VerifiedSession,
} from './holder.ts'
import type { WindowStore } from './ports/windows.ts'
import type { Recognise, Recognition } from './recognise.ts'
import { invalid } from './refused.ts'
import type { UsageRecorder } from './usage.ts'
import { whenReady, type Ready } from './when-ready.ts'

/** A question about one credential, already parsed: every permission and role in `demand` exists. */
export type Question = {
  readonly key: string
  readonly demand: Demand
  /** The client's address, for keys with an allow-list; null: unknown. */
  readonly clientIp: string | null
  /** The client's User-Agent; null: unknown. */
  readonly agent: string | null
  /** What the request spends from the window, 0 to 1000. 0 looks without spending. */
  readonly cost: number
}

/** A verdict as data. What a refusal says is in `refusal`; the holder is there whenever the credential was his. */
export type Verdict = {
  readonly refusal: Refusal | null
  readonly holder: KeyHolder | SessionHolder | null
  readonly window: WindowDecision | null
}

/** A verdict as API.md section 5 writes it. */
export type VerdictView = {
  readonly valid: boolean
  readonly status: number
  readonly reason: Reason | null
  readonly message: string | null
  readonly key: VerifiedKey | null
  readonly session: VerifiedSession | null
  readonly rateLimit: RateLimit | null
}

type Parts = {
  readonly contract: Contract
  readonly rights: Rights
  readonly recognise: Recognise
  readonly windows: WindowStore
  readonly usage: UsageRecorder
  readonly markFirstUse: (secretNumber: number) => Promise<boolean>
}

/**
 * Judges one credential: 401, then 429, then 403 (DESIGN section 5). Nothing of an acceptance is kept.
 * Throws `RefusedError` for a cost above the limit, `StoreUnavailable` when it cannot be decided.
 */
export type Verify = {
  readonly judge: (question: Question) => Ready<Verdict>
  /**
   * The same for a credential that was looked up already, by `recognise.tenant(question.key)`: the look-up spends
   * nothing and notes nothing, so that it may be under way before it is known whether the asker may ask.
   */
  readonly judgeRecognised: (question: Question, recognition: Recognition<KeyHolder | SessionHolder>) => Ready<Verdict>
}

/** A secret that was replaced between look-up and mark is looked up again; more often than this is no race any more. */
const maxFirstUseAttempts = 3

export function createVerify(parts: Parts): Verify {
  const { recognise, windows, usage } = parts
  const { neverByKey } = parts.rights

  function afterRecognition(
    question: Question,
    recognition: Recognition<KeyHolder | SessionHolder>,
    attempt: number,
  ): Ready<Verdict> {
    const { holder, refusal, nowMs } = recognition
    if (holder === null) return { refusal, holder, window: null }
    if (refusal !== null) {
      if (holder.kind === 'key') usage.record(holder, refusal.reason, nowMs, question.clientIp, question.agent)
      return { refusal, holder, window: null }
    }
    if (holder.kind === 'session') {
      usage.see(holder, nowMs)
      const { subject } = holder
      const { demand } = question
      const refusal = judge({ subject, demand, window: null, isAddressAllowed: true, neverByKey, nowMs })
      return { refusal, holder, window: null }
    }
    if (holder.awaitsFirstUse) return markThenSpend(question, holder, nowMs, attempt)
    return spend(question, holder, nowMs)
  }

  async function markThenSpend(
    question: Question,
    holder: KeyHolder,
    nowMs: number,
    attempt: number,
  ): Promise<Verdict> {
    if (await parts.markFirstUse(holder.secretNumber)) return spend(question, holder, nowMs)
    if (attempt >= maxFirstUseAttempts) return { refusal: { reason: 'key_revoked' }, holder, window: null }
    return afterRecognition(question, await recognise.tenant(question.key), attempt + 1)
  }

  function spend(question: Question, holder: KeyHolder, nowMs: number): Ready<Verdict> {
    if (question.cost > holder.limit.limit) {
      throw invalid('cost', `The limit of this key is ${holder.limit.limit}: a cost above it can never be admitted.`)
    }
    const open = (holder.window ??= windows.open(holder.keyId))
    return whenReady(open.spend(holder.limit, question.cost), (window) => {
      const { demand, clientIp } = question
      const isAddressAllowed = mayComeFrom(holder, clientIp)
      const refusal = judge({ subject: holder.subject, demand, window, isAddressAllowed, neverByKey, nowMs })
      usage.record(holder, refusal === null ? 'accepted' : refusal.reason, nowMs, clientIp, question.agent)
      return { refusal, holder, window }
    })
  }

  return {
    judge: (question) =>
      whenReady(recognise.tenant(question.key), (recognition) => afterRecognition(question, recognition, 1)),
    judgeRecognised: (question, recognition) => afterRecognition(question, recognition, 1),
  }
}

export function viewVerdict(verdict: Verdict, contract: Contract): VerdictView {
  const { refusal, holder, window } = verdict
  return {
    valid: refusal === null,
    status: refusal === null ? 200 : statusOf(refusal.reason),
    reason: refusal === null ? null : refusal.reason,
    message: refusal === null ? null : sentenceOf(refusal, contract.messages),
    key: holder?.kind === 'key' ? holder.view : null,
    session: holder?.kind === 'session' ? holder.view : null,
    rateLimit: window === null ? null : rateLimitOf(window),
  }
}
