import type { KeyDigest } from '@mintmark/core'
import type { Found } from '../../engine/ports/directory.ts'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { Batch, BatchAnswer, LookupQueue, WaitingQueue } from './lookup-queue.ts'

/** One connection, that answers one batch at a time. */
export interface BatchLine {
  /** Connected, and without a batch. */
  readonly idle: boolean
  /** Rejects when the answer cannot be trusted or did not come. */
  ask(batch: Pick<Batch, 'kind' | 'digests'>): Promise<BatchAnswer>
  /** Gives up the connection, so that what it was asked rejects, and opens another. */
  renew(cause: unknown): void
}

export type BatcherLimits = {
  readonly maxBatchDigests: number
  /** Look-ups that wait for a connection; those beyond are refused at once. */
  readonly maxWaiting: number
  /** From asking to being refused for want of an answer. */
  readonly deadlineMs: number
  /** Told how many digests each batch asks for. */
  readonly onBatch?: (size: number) => void
}

/** How late a deadline may be noticed. */
const sweepMs = 50

type Flight = { readonly line: BatchLine; readonly batch: Batch; readonly deadlineMs: number }

/** Gives waiting look-ups of all queues, as batches, to whichever connection is idle. */
export class Batcher {
  readonly #queues: readonly WaitingQueue[]
  readonly #limits: BatcherLimits
  readonly #flights = new Set<Flight>()
  #lines: readonly BatchLine[] = []
  /** Which queue is asked first, so that neither kind waits for the other's flood. */
  #turn = 0
  #handOverDue = false
  #sweep: NodeJS.Timeout | null = null
  #closed = false

  constructor(queues: readonly WaitingQueue[], limits: BatcherLimits) {
    this.#queues = queues
    this.#limits = limits
  }

  /** A line must call `wake` whenever it has become idle by itself. */
  use(lines: readonly BatchLine[]): void {
    this.#lines = lines
    this.wake()
  }

  /** Rejects with `StoreUnavailable`: too many wait, or no answer came before the deadline. */
  find<T>(queue: LookupQueue<T>, digest: KeyDigest): Promise<Found<T>> {
    if (this.#closed) return Promise.reject(unavailable('The directory is closed'))
    if (this.#queues.reduce((sum, { waiting }) => sum + waiting, 0) >= this.#limits.maxWaiting) {
      return Promise.reject(unavailable('Too many look-ups wait for the database'))
    }
    const found = queue.add(digest, performance.now() + this.#limits.deadlineMs)
    this.#sweep ??= setTimeout(() => this.#failOverdue(), sweepMs)
    this.wake()
    return found
  }

  /** In the next turn of the event loop, so that everything asked in this one can share a batch. */
  wake(): void {
    if (this.#handOverDue) return
    this.#handOverDue = true
    setImmediate(() => this.#handOver())
  }

  close(): void {
    this.#closed = true
    if (this.#sweep !== null) clearTimeout(this.#sweep)
    const error = unavailable('The directory is closed')
    for (const queue of this.#queues) queue.failOverdue(Number.POSITIVE_INFINITY, error)
    for (const { batch } of this.#flights) batch.fail(error)
  }

  #handOver(): void {
    this.#handOverDue = false
    for (const line of this.#lines) {
      if (!line.idle) continue
      const queue = this.#nextQueue()
      if (queue === undefined) return
      void this.#fly(line, queue.take(this.#limits.maxBatchDigests))
    }
  }

  #nextQueue(): WaitingQueue | undefined {
    for (let tried = 0; tried < this.#queues.length; tried++) {
      this.#turn = (this.#turn + 1) % this.#queues.length
      const queue = this.#queues[this.#turn]
      if (queue !== undefined && queue.waiting > 0) return queue
    }
    return undefined
  }

  async #fly(line: BatchLine, batch: Batch): Promise<void> {
    const flight = { line, batch, deadlineMs: performance.now() + this.#limits.deadlineMs }
    this.#flights.add(flight)
    this.#limits.onBatch?.(batch.digests.length)
    try {
      batch.settle(await line.ask(batch))
    } catch (error) {
      batch.fail(error instanceof StoreUnavailable ? error : new StoreUnavailable('database', { cause: error }))
    } finally {
      this.#flights.delete(flight)
      this.wake()
    }
  }

  #failOverdue(): void {
    const nowMs = performance.now()
    const error = unavailable('The database did not answer in time')
    for (const queue of this.#queues) queue.failOverdue(nowMs, error)
    for (const { batch } of this.#flights) batch.failOverdue(nowMs, error)
    if ([...this.#flights].some(({ deadlineMs }) => deadlineMs <= nowMs)) this.#renewLines(nowMs, error)
    const busy = this.#flights.size > 0 || this.#queues.some(({ waiting }) => waiting > 0)
    this.#sweep = busy ? setTimeout(() => this.#failOverdue(), sweepMs) : null
  }

  /** What one silent connection shows is likely true of the idle ones: each would cost others their deadline. */
  #renewLines(nowMs: number, cause: unknown): void {
    for (const { line, deadlineMs } of this.#flights) if (deadlineMs <= nowMs) line.renew(cause)
    for (const line of this.#lines) if (line.idle) line.renew(cause)
  }
}

function unavailable(reason: string): StoreUnavailable {
  return new StoreUnavailable('database', { cause: new Error(reason) })
}
