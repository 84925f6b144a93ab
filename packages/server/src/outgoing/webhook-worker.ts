import type { SendWebhook } from '../engine/ports/webhook-sender.ts'
import type { Dispatcher, TakenTurn } from '../engine/webhooks/dispatcher.ts'

/** Webhooks that are sent to at the same time. Those that do not answer never have all the places. */
const maxTurns = 256
const maxFailingTurns = 128
/** What others have committed, and what is due again, is found within this; what this node commits, at once. */
const pollMs = 1_000
/** What is committed in one breath is sent in one. */
const gatherMs = 25
/** After the storage did not answer. */
const outagePauseMs = 5_000
/** What is under way when the node stops may be answered until then. */
const graceMs = 1_000

/** Sends webhooks for as long as the process lives. A slow receiver takes up a place, and nobody's time. */
export class WebhookWorker {
  readonly #send: SendWebhook
  readonly #onError: (error: unknown) => void
  readonly #stopping = new AbortController()
  readonly #running = new Map<Promise<void>, { readonly failing: boolean }>()
  #dispatcher: Dispatcher | null = null
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | null = null
  #isWanted = false
  #isStopped = false
  #isOutage = false

  constructor(options: { readonly send: SendWebhook; readonly onError: (error: unknown) => void }) {
    this.#send = options.send
    this.#onError = options.onError
  }

  /** A node that comes and goes, such as a command of the host, leaves what is due to those that stay. */
  start(dispatcher: Dispatcher): void {
    this.#dispatcher = dispatcher
    this.#schedule(pollMs)
  }

  /** There is something to send. */
  wake(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    if (this.#round === null && !this.#isOutage) this.#schedule(gatherMs)
  }

  /** Takes no more turns, lets those under way end for a moment, gives up the rest: others may take them. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#round
    const grace = setTimeout(() => this.#stopping.abort(), graceMs)
    await Promise.all(this.#running.keys())
    clearTimeout(grace)
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped || this.#dispatcher === null) return
    const dispatcher = this.#dispatcher
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#round = this.#runRound(dispatcher)
    }, delayMs)
    this.#timer.unref()
  }

  async #runRound(dispatcher: Dispatcher): Promise<void> {
    this.#isWanted = false
    const pauseMs = await this.#take(dispatcher)
    this.#round = null
    this.#schedule(this.#isWanted ? gatherMs : pauseMs)
  }

  async #take(dispatcher: Dispatcher): Promise<number> {
    const free = maxTurns - this.#running.size
    const failing = [...this.#running.values()].filter((turn) => turn.failing).length
    try {
      const taken = await dispatcher.take({ answering: free, failing: Math.min(free, maxFailingTurns - failing) })
      for (const turn of taken) this.#start(dispatcher, turn)
      this.#isOutage = false
      return pollMs
    } catch (error) {
      // Said once for an outage.
      if (!this.#isOutage) this.#onError(error)
      this.#isOutage = true
      return outagePauseMs
    }
  }

  #start(dispatcher: Dispatcher, taken: TakenTurn): void {
    const turn: Promise<void> = this.#run(dispatcher, taken).then((mayHaveMore) => this.#finish(turn, mayHaveMore))
    this.#running.set(turn, { failing: taken.turn.health.failures > 0 })
  }

  async #run(dispatcher: Dispatcher, taken: TakenTurn): Promise<boolean> {
    try {
      return await dispatcher.run(taken, this.#send, this.#stopping.signal)
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#onError(error)
      return false
    }
  }

  #finish(turn: Promise<void>, mayHaveMore: boolean): void {
    const wasFull = this.#running.size >= maxTurns
    this.#running.delete(turn)
    if (mayHaveMore || wasFull) this.wake()
  }
}
