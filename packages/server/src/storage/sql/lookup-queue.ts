import type { KeyDigest } from '@mintmark/core'
import type { DirectoryKind, Found } from '../../engine/ports/directory.ts'

/** What the authority said to one batch: the rows' texts by digest, absent where it knows none, and its clock. */
export type BatchAnswer = { readonly nowMs: number; readonly texts: ReadonlyMap<KeyDigest, string> }

/** Look-ups that share one statement. From the moment it exists nothing can be added to it. */
export interface Batch {
  readonly kind: DirectoryKind
  /** Each once. */
  readonly digests: readonly KeyDigest[]
  settle(answer: BatchAnswer): void
  fail(error: unknown): void
  /** Fails those whose deadline has passed and leaves the others to the answer. */
  failOverdue(nowMs: number, error: unknown): void
}

/** A queue as whoever empties it sees it. */
export interface WaitingQueue {
  /** How many promises are unanswered, not how many digests. */
  readonly waiting: number
  /** Hands over the oldest. An empty batch when nobody waits. */
  take(maxDigests: number): Batch
  /** Fails those whose deadline has passed. */
  failOverdue(nowMs: number, error: unknown): void
}

type Waiter<T> = { readonly resolve: (found: Found<T>) => void; readonly reject: (error: unknown) => void }

/** One digest and everybody who waits for it; all have the deadline of the first. */
type Lookup<T> = { readonly digest: KeyDigest; readonly deadlineMs: number; readonly waiters: Waiter<T>[] }

/**
 * Look-ups of one kind whose parameters are not handed to any connection yet.
 *
 * Why an answer is strict although it is shared: PostgreSQL takes a statement's snapshot after the statement was
 * sent, and everybody who is in a batch had asked before it was. Who asks later is never given an earlier answer.
 */
export class LookupQueue<T> implements WaitingQueue {
  readonly kind: DirectoryKind
  readonly #toFound: (digest: KeyDigest, text: string | null, nowMs: number) => Found<T>
  /** In the order of asking, so of deadlines. */
  readonly #lookups = new Map<KeyDigest, Lookup<T>>()
  #waiting = 0

  constructor(kind: DirectoryKind, toFound: (digest: KeyDigest, text: string | null, nowMs: number) => Found<T>) {
    this.kind = kind
    this.#toFound = toFound
  }

  get waiting(): number {
    return this.#waiting
  }

  add(digest: KeyDigest, deadlineMs: number): Promise<Found<T>> {
    return new Promise((resolve, reject) => {
      this.#waiting += 1
      const lookup = this.#lookups.get(digest)
      if (lookup === undefined) this.#lookups.set(digest, { digest, deadlineMs, waiters: [{ resolve, reject }] })
      else lookup.waiters.push({ resolve, reject })
    })
  }

  take(maxDigests: number): Batch {
    const taken: Lookup<T>[] = []
    for (const lookup of this.#lookups.values()) {
      if (taken.length === maxDigests) break
      this.#remove(lookup)
      taken.push(lookup)
    }
    return new LookupBatch(this.kind, taken, this.#toFound)
  }

  failOverdue(nowMs: number, error: unknown): void {
    for (const lookup of this.#lookups.values()) {
      if (lookup.deadlineMs > nowMs) return
      this.#remove(lookup)
      for (const waiter of lookup.waiters) waiter.reject(error)
    }
  }

  #remove(lookup: Lookup<T>): void {
    this.#lookups.delete(lookup.digest)
    this.#waiting -= lookup.waiters.length
  }
}

class LookupBatch<T> implements Batch {
  readonly kind: DirectoryKind
  readonly digests: readonly KeyDigest[]
  #lookups: Lookup<T>[]
  readonly #toFound: (digest: KeyDigest, text: string | null, nowMs: number) => Found<T>

  constructor(
    kind: DirectoryKind,
    lookups: Lookup<T>[],
    toFound: (digest: KeyDigest, text: string | null, nowMs: number) => Found<T>,
  ) {
    this.kind = kind
    this.digests = lookups.map((lookup) => lookup.digest)
    this.#lookups = lookups
    this.#toFound = toFound
  }

  settle(answer: BatchAnswer): void {
    for (const lookup of this.#takeAll()) this.#settleOne(lookup, answer)
  }

  fail(error: unknown): void {
    for (const { waiters } of this.#takeAll()) for (const waiter of waiters) waiter.reject(error)
  }

  failOverdue(nowMs: number, error: unknown): void {
    for (const { deadlineMs, waiters } of this.#lookups) {
      if (deadlineMs <= nowMs) for (const waiter of waiters) waiter.reject(error)
    }
    this.#lookups = this.#lookups.filter(({ deadlineMs }) => deadlineMs > nowMs)
  }

  /** A row that cannot be made a holder is its own mistake, not its neighbours'. */
  #settleOne({ digest, waiters }: Lookup<T>, { texts, nowMs }: BatchAnswer): void {
    try {
      const found = this.#toFound(digest, texts.get(digest) ?? null, nowMs)
      for (const waiter of waiters) waiter.resolve(found)
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error)
    }
  }

  #takeAll(): Lookup<T>[] {
    const lookups = this.#lookups
    this.#lookups = []
    return lookups
  }
}
