import type { WindowDecision } from '@mintmark/core'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { readDecisions, writeChecks, type Check } from './spend-codec.ts'

/** Sends one call: the checks' keys, and what is asked of each. */
export type SendChecks = (keys: readonly string[], checks: Buffer) => Promise<Buffer>

type Waiting = Check & {
  readonly key: string
  readonly decided: (decision: WindowDecision) => void
  readonly failed: (error: StoreUnavailable) => void
}

/** While one call is under way the next is on its way; more would only make the batches smaller. */
const CALLS_IN_FLIGHT = 2
/** Holds Redis up for about 2 ms. */
const MOST_CHECKS_A_CALL = 256
const MOST_WAITING = 16_384

/**
 * Gathers the checks of a tick, and those that come while two calls are in flight, into one call of the script.
 * When a call fails, whatever waits behind it fails too, unsent: it would only wait for the same.
 */
export class SpendLane {
  readonly #send: SendChecks
  readonly #onBatch: (size: number) => void
  #waiting: Waiting[] = []
  #inFlight = 0
  #isScheduled = false

  constructor(send: SendChecks, onBatch: (size: number) => void = () => {}) {
    this.#send = send
    this.#onBatch = onBatch
  }

  spend(key: string, check: Check): Promise<WindowDecision> {
    if (this.#waiting.length >= MOST_WAITING) {
      return Promise.reject(new StoreUnavailable('windows', { cause: new Error('too many checks are waiting') }))
    }
    return new Promise((decided, failed) => {
      this.#waiting.push({ key, limit: check.limit, cost: check.cost, decided, failed })
      if (this.#isScheduled || this.#inFlight === CALLS_IN_FLIGHT) return
      this.#isScheduled = true
      setImmediate(() => {
        this.#isScheduled = false
        this.#sendWaiting()
      })
    })
  }

  #sendWaiting(): void {
    while (this.#inFlight < CALLS_IN_FLIGHT && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_CHECKS_A_CALL)
      this.#inFlight++
      this.#onBatch(batch.length)
      void this.#settle(batch)
    }
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const keys = batch.map(({ key }) => key)
      const decisions = readDecisions(await this.#send(keys, writeChecks(batch)), batch)
      for (const [index, decision] of decisions.entries()) batch[index]?.decided(decision)
    } catch (cause) {
      const error = new StoreUnavailable('windows', { cause })
      const unsent = this.#waiting
      this.#waiting = []
      for (const { failed } of [...batch, ...unsent]) failed(error)
    }
    this.#inFlight--
    this.#sendWaiting()
  }
}
