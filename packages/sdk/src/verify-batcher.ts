import { MintmarkError, UnreachableError, type Answer } from './errors.ts'
import type { Attempt, Transport } from './transport.ts'
import type { Question, Verdict } from './verdict.ts'

export type VerifyBatcherOptions = {
  readonly transport: Transport
  /** Sends a body to a path. */
  readonly post: (path: string, body: string) => Attempt
  /** Questions in one request: 1 to 100. */
  readonly maxBatchSize: number
  /** How long a question may wait to be sent, and then for its answer, whatever is tried. */
  readonly timeoutMs: number
}

/** Requests under way: more would make batches smaller, not faster. */
const maxInFlight = 4
/** Where each question has a request of its own, there is nothing to wait for but the other side's patience. */
const maxInFlightAlone = 256
/** Questions that wait for a request; those beyond are refused at once. */
const maxWaiting = 10_000
/** A body may have 64 KiB. Characters outside ASCII have up to three bytes each. */
const maxBatchCharacters = 20_000

type Waiting = {
  readonly text: string
  readonly deadlineMs: number
  readonly resolve: (verdict: Verdict) => void
  readonly reject: (error: unknown) => void
  /** Whoever asked has given up. */
  isAbandoned: boolean
}

/**
 * Lets questions that are asked together share a request. A question joins only a request that has not been sent: so
 * every verdict is younger than its question, and no revocation that was acknowledged before is missed.
 */
export class VerifyBatcher {
  readonly #options: VerifyBatcherOptions
  readonly #maxInFlight: number
  #waiting: Waiting[] = []
  #inFlight = 0
  #isDue = false

  constructor(options: VerifyBatcherOptions) {
    this.#options = options
    this.#maxInFlight = options.maxBatchSize === 1 ? maxInFlightAlone : maxInFlight
  }

  ask(question: Question, signal: AbortSignal | null): Promise<Verdict> {
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new UnreachableError(`${maxWaiting} verifications wait for Mintmark already.`))
    }
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const text = JSON.stringify(question)
      const deadlineMs = performance.now() + this.#options.timeoutMs
      const waiting: Waiting = { text, deadlineMs, resolve, reject, isAbandoned: false }
      this.#waiting.push(signal === null ? waiting : abandoning(waiting, signal))
      this.#wake()
    })
  }

  /** In the next turn of the event loop, so that everything that is asked in this one can share a request. */
  #wake(): void {
    if (this.#isDue || this.#inFlight >= this.#maxInFlight) return
    this.#isDue = true
    nextTurn(() => {
      this.#isDue = false
      while (this.#waiting.length > 0 && this.#inFlight < this.#maxInFlight) this.#sendNext()
    })
  }

  #sendNext(): void {
    const batch = this.#take()
    if (batch.length === 0) return
    this.#inFlight += 1
    void this.#send(batch).finally(() => {
      this.#inFlight -= 1
      if (this.#waiting.length > 0) this.#wake()
    })
  }

  #take(): readonly Waiting[] {
    const { maxBatchSize } = this.#options
    const nowMs = performance.now()
    const batch: Waiting[] = []
    let characters = 0
    let taken = 0
    for (const waiting of this.#waiting) {
      const isFull = batch.length > 0 && characters + waiting.text.length > maxBatchCharacters
      if (batch.length >= maxBatchSize || isFull) break
      taken += 1
      if (waiting.isAbandoned) continue
      if (waiting.deadlineMs < nowMs) waiting.reject(new UnreachableError('Mintmark was too busy to be asked in time.'))
      else {
        batch.push(waiting)
        characters += waiting.text.length
      }
    }
    this.#waiting = this.#waiting.slice(taken)
    return batch
  }

  /** Never rejects: whoever waits is told. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    const [first, ...more] = batch
    if (first === undefined) return
    if (more.length === 0) return this.#sendAlone(first)
    try {
      const body = `{"requests":[${batch.map(({ text }) => text).join(',')}]}`
      const verdicts = readVerdicts(parse(await this.#post('/v1/verify/batch', body)), batch.length)
      for (const [index, verdict] of verdicts.entries()) settle(batch[index] as Waiting, verdict)
    } catch (error) {
      // One question was wrong, and nothing was decided of the others: each is asked by itself.
      if (isMistake(error)) await Promise.all(batch.map((waiting) => this.#sendAlone(waiting)))
      else for (const { reject } of batch) reject(error)
    }
  }

  async #sendAlone(waiting: Waiting): Promise<void> {
    try {
      const answer = await this.#post('/v1/verify', waiting.text)
      settle(waiting, readVerdict(parse(answer)))
    } catch (error) {
      waiting.reject(error)
    }
  }

  #post(path: string, body: string): Promise<Answer> {
    const { transport, post, timeoutMs } = this.#options
    return transport.send(post(path, body), { deadlineMs: performance.now() + timeoutMs })
  }
}

/** The same, until the signal says that nobody waits any more. */
function abandoning(waiting: Waiting, signal: AbortSignal): Waiting {
  const abandon = (): void => {
    own.isAbandoned = true
    waiting.reject(signal.reason)
  }
  const forget = (): void => signal.removeEventListener('abort', abandon)
  const own: Waiting = {
    ...waiting,
    resolve: (verdict) => (forget(), waiting.resolve(verdict)),
    reject: (error) => (forget(), waiting.reject(error)),
  }
  signal.addEventListener('abort', abandon)
  return own
}

/** A cost above the limit of the key shows only when the key is known; alone it would have been an error as well. */
function settle({ resolve, reject }: Waiting, verdict: Verdict): void {
  if (verdict.status !== 400) resolve(verdict)
  else reject(new MintmarkError(verdict.message ?? '', { reason: verdict.reason, status: 400 }))
}

function readVerdicts(value: unknown, count: number): readonly Verdict[] {
  if (!isRecord(value) || !Array.isArray(value['results']) || value['results'].length !== count) throw noVerdict()
  return value['results'].map(readVerdict)
}

function readVerdict(value: unknown): Verdict {
  if (isRecord(value) && typeof value['valid'] === 'boolean') return value as Verdict
  throw noVerdict()
}

function parse({ text }: Answer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw noVerdict()
  }
}

function noVerdict(): MintmarkError {
  return new MintmarkError('What answered gave no verdict. Is it Mintmark?', { reason: null, status: 200 })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isMistake(error: unknown): boolean {
  return error instanceof MintmarkError && (error.status === 400 || error.status === 413)
}

/** Browsers and workers have no `setImmediate`. */
const nextTurn: (work: () => void) => void =
  typeof setImmediate === 'function' ? (work) => void setImmediate(work) : (work) => void setTimeout(work, 0)
