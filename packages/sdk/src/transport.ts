import { errorOf, MintmarkError, UnreachableError, type Answer } from './errors.ts'
import { retryWaitMs } from './retry.ts'

export type TransportOptions = {
  /** For an answer to one attempt, its body included. */
  readonly timeoutMs: number
  /** Attempts after the first. */
  readonly maxRetries: number
}

/** One request, written anew for each attempt: a body can be read only once. */
export type Attempt = (signal: AbortSignal) => Promise<Response>

export type SendOptions = {
  readonly signal?: AbortSignal | null
  /** By `performance.now()`: no attempt begins or lasts after it. Default: none. */
  readonly deadlineMs?: number
  /** Whether what was asked is done already when it is found not to be there: a deletion. */
  readonly isDeletion?: boolean
}

/**
 * Sends requests until one is answered for good. Every request may be sent again, because none does more when it comes
 * twice: it reads, sets, deletes, or carries an Idempotency-Key.
 */
export class Transport {
  readonly #options: TransportOptions

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** A success as it came. Rejects with `MintmarkError`, or with the signal's reason where the caller gave up. */
  async send(attempt: Attempt, options: SendOptions = {}): Promise<Answer> {
    const { signal = null, deadlineMs = Number.POSITIVE_INFINITY, isDeletion = false } = options
    let wasUnanswered = false
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.#try(attempt, signal, deadlineMs)
      if (!(outcome instanceof MintmarkError)) return outcome
      if (isDeletion && wasUnanswered && outcome.reason === 'not_found') return deleted
      const waitMs = attempts > this.#options.maxRetries ? null : waitBefore(outcome, attempts, wasUnanswered)
      wasUnanswered ||= outcome instanceof UnreachableError
      if (waitMs === null || performance.now() + waitMs >= deadlineMs) throw outcome
      await sleep(waitMs, signal)
    }
  }

  /** An answer, or why there is none. */
  async #try(attempt: Attempt, signal: AbortSignal | null, deadlineMs: number): Promise<Answer | MintmarkError> {
    const timeoutMs = Math.min(this.#options.timeoutMs, Math.max(0, deadlineMs - performance.now()))
    const attempting = new AbortController()
    const giveUp = (): void => attempting.abort(signal?.reason)
    const timer = setTimeout(() => attempting.abort(), timeoutMs)
    signal?.addEventListener('abort', giveUp)
    try {
      signal?.throwIfAborted()
      const response = await attempt(attempting.signal)
      const answer = { status: response.status, headers: response.headers, text: await response.text() }
      if (!isSuccess(answer)) return errorOf(answer)
      return isWhole(answer) ? answer : new UnreachableError('The answer of Mintmark did not come whole.')
    } catch (cause) {
      signal?.throwIfAborted()
      if (!attempting.signal.aborted) return new UnreachableError('Mintmark could not be reached.', cause)
      return new UnreachableError(`Mintmark did not answer within ${Math.round(timeoutMs)} ms.`)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    }
  }
}

/** A page of a proxy that wants somebody to sign in has status 200 as well. */
function isSuccess({ status, headers }: Answer): boolean {
  if (status === 204) return true
  return status >= 200 && status < 300 && /^application\/json\b/.test(headers.get('content-type') ?? '')
}

/** What is between may have lost the rest, without its length nobody would notice. */
function isWhole({ status, text }: Answer): boolean {
  try {
    if (status !== 204) JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const deleted: Answer = { status: 204, headers: new Headers(), text: '' }

/** A conflict may be with the very request whose answer never came, and which is still being answered. */
function waitBefore(error: MintmarkError, attempts: number, wasUnanswered: boolean): number | null {
  const { reason, retryAfterSeconds } = error
  const isWithItself = wasUnanswered && reason === 'conflict'
  const status = error instanceof UnreachableError || isWithItself ? null : error.status
  return retryWaitMs({ status, reason, retryAfterSeconds }, attempts, Math.random())
}

function sleep(durationMs: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      if (signal?.aborted === true) reject(signal.reason)
      else resolve()
    }
    const timer = setTimeout(finish, durationMs)
    signal?.addEventListener('abort', finish)
    if (signal?.aborted === true) finish()
  })
}
