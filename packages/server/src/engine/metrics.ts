import { reasonTable, type Reason } from '@mintmark/core'
import { StoreUnavailable, type StoreName } from './ports/unavailable.ts'

/** Counts of values by upper bound, as Prometheus has them; the last count is of what is above every bound. */
export class Histogram {
  readonly bounds: readonly number[]
  readonly counts: Float64Array
  #sum = 0

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  get sum(): number {
    return this.#sum
  }

  observe(value: number): void {
    const { bounds, counts } = this
    let index = 0
    while (index < bounds.length && value > bounds[index]!) index += 1
    counts[index]! += 1
    this.#sum += value
  }
}

const reasons = Object.keys(reasonTable) as readonly Reason[]
const indexes = Object.fromEntries(reasons.map((reason, index) => [reason, index])) as Readonly<Record<Reason, number>>

const latencyBoundsSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const lookupBounds = [1, 2, 4, 8, 16, 32]
const spendBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/**
 * What this process counts while it works: numbers in arrays, nothing made for a request. Whoever wants to know reads
 * them.
 */
export class Metrics {
  /** From a request's headers to its answer, seconds. */
  readonly verificationSeconds = new Histogram(latencyBoundsSeconds)
  /** Digests that were looked up in one statement, and windows that were spent from in one call. */
  readonly lookupBatches = new Histogram(lookupBounds)
  readonly spendBatches = new Histogram(spendBounds)
  readonly #refused = new Float64Array(reasons.length)
  readonly #storeErrors: Record<StoreName, number> = { database: 0, windows: 0, journal: 0 }
  #accepted = 0
  #undecided = 0
  #nodesLost = 0
  #passwordHashes = 0

  get accepted(): number {
    return this.#accepted
  }

  /** Passwords hashed, to keep one or to compare it. */
  get passwordHashes(): number {
    return this.#passwordHashes
  }

  passwordHashed(): void {
    this.#passwordHashes += 1
  }

  /** Verifications that nobody could decide: a store did not answer. */
  get undecided(): number {
    return this.#undecided
  }

  /** Other nodes that this one found to be gone without a word. */
  get nodesLost(): number {
    return this.#nodesLost
  }

  get storeErrors(): Readonly<Record<StoreName, number>> {
    return this.#storeErrors
  }

  /** Reasons that were given, with how often. */
  refusals(): readonly (readonly [Reason, number])[] {
    return reasons.map((reason, index) => [reason, this.#refused[index]!] as const).filter(([, count]) => count > 0)
  }

  /** @param reason null: accepted */
  judged(reason: Reason | null): void {
    if (reason === null) this.#accepted += 1
    else this.#refused[indexes[reason]]! += 1
  }

  /** The same of a verification that came over HTTP. `startedAtMs` is of `performance.now()`. */
  answered(reason: Reason | null, startedAtMs: number): void {
    this.judged(reason)
    this.verificationSeconds.observe((performance.now() - startedAtMs) / 1000)
  }

  /** A verification ended without a verdict. */
  failed(error: unknown): void {
    if (error instanceof StoreUnavailable) this.#undecided += 1
    this.storeFailed(error)
  }

  nodeLost(): void {
    this.#nodesLost += 1
  }

  /** Of whatever ended with this error. */
  storeFailed(error: unknown): void {
    if (error instanceof StoreUnavailable) this.#storeErrors[error.store] += 1
  }
}
