import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { BatchLine } from './batcher.ts'
import type { Batch, BatchAnswer } from './lookup-queue.ts'
import type { LookupSession } from './lookup-session.ts'

const firstPauseMs = 25
/** With the 2 s that an attempt may take: less than 5 s from the server's return to the first answer. */
const maxPauseMs = 1_000

export type LookupLineOptions = {
  readonly open: () => Promise<LookupSession>
  readonly onIdle: () => void
  /** Told of each lost connection and each failed attempt. */
  readonly onTrouble: (cause: unknown) => void
}

/** Keeps one session open: a lost one is replaced, with pauses that grow until a batch has been answered again. */
export class LookupLine implements BatchLine {
  readonly #options: LookupLineOptions
  readonly #end = new AbortController()
  readonly #ended: Promise<void>
  #session: LookupSession | null = null
  #busy = false
  #failures = 0

  constructor(options: LookupLineOptions) {
    this.#options = options
    this.#ended = this.#keepOpen()
  }

  get idle(): boolean {
    return this.#session !== null && this.#session.usable && !this.#busy
  }

  /** Null while there is no connection. */
  get synchronous(): boolean | null {
    return this.#session?.synchronous ?? null
  }

  async ask(batch: Pick<Batch, 'kind' | 'digests'>): Promise<BatchAnswer> {
    const session = this.#session
    if (session === null || this.#busy) throw new StoreUnavailable('database')
    this.#busy = true
    try {
      const answer = await session.ask(batch)
      this.#failures = 0
      return answer
    } catch (error) {
      // Whatever it was, nobody knows what the session still has to say.
      session.destroy(error)
      throw new StoreUnavailable('database', { cause: error })
    } finally {
      this.#busy = false
    }
  }

  renew(cause: unknown): void {
    this.#session?.destroy(cause)
  }

  async close(): Promise<void> {
    this.#end.abort()
    await this.#session?.close()
    await this.#ended
  }

  async #keepOpen(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const cause = await this.#openUntilLost().catch((error: unknown) => error)
      this.#session = null
      if (this.#end.signal.aborted) return
      this.#options.onTrouble(cause)
      this.#failures += 1
      await sleep(pauseMs(this.#failures), undefined, { signal: this.#end.signal }).catch(() => {})
    }
  }

  async #openUntilLost(): Promise<unknown> {
    const session = await this.#options.open()
    if (this.#end.signal.aborted) {
      await session.close()
      return null
    }
    this.#session = session
    this.#options.onIdle()
    return session.lost
  }
}

/** Random, so that the connections of many nodes do not come back at the same instant. */
function pauseMs(failures: number): number {
  return Math.min(maxPauseMs, firstPauseMs * 2 ** failures) * (0.5 + Math.random() / 2)
}
