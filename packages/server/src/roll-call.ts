import type { Job } from './engine/jobs/job.ts'
import type { Storage } from './engine/ports/storage.ts'
import type { Metrics } from './engine/metrics.ts'
import type { Log } from './http/log.ts'
import { silentMs, type MeetingPoint } from './meeting-point.ts'
import type { OpenStores } from './open-stores.ts'

/** As often as usage is written: who is silent for five times as long has written none. */
const beatMs = 3_000

/** What a crash costs, for the operator. */
const lostNode = 'A node ended without being drained, or stands still: up to 5 s of its usage are lost'

export type RollCallParts = {
  readonly storage: Storage
  /** This node's name among the others. */
  readonly id: string
  readonly onLost: (lastSeenAtMs: number) => void
  /** Where nodes find out whether they count together. */
  readonly meetingPoint: Pick<MeetingPoint, 'meet'>
}

/** Nodes that share a database: each says that it is there, and the others notice when it is gone without a word. */
export class RollCall {
  readonly #parts: RollCallParts
  #timer: NodeJS.Timeout | null = null
  /** Since when the storage has taken every beat; null: it did not take the last one. */
  #steadySinceMs: number | null = null
  #beating: Promise<void> = Promise.resolve()

  constructor(parts: RollCallParts) {
    this.#parts = parts
  }

  start(): void {
    const beat = (): void => {
      this.#beating = this.#beat()
    }
    beat()
    this.#timer = setInterval(beat, beatMs)
    this.#timer.unref()
  }

  /** Done by one node: so each lost one is told of once. */
  get jobs(): readonly Job[] {
    return [{ name: 'nodes.strike_off', everyMs: silentMs, step: () => this.#strikeOff() }]
  }

  /** Once all has been written. Never rejects: who could not say that he leaves is missed. */
  async leave(): Promise<void> {
    if (this.#timer === null) return
    clearInterval(this.#timer)
    await this.#beating
    const { storage, id } = this.#parts
    await storage.transaction('every-organization', ({ nodes }) => nodes.leave(id)).catch(() => {})
  }

  async #strikeOff(): Promise<boolean> {
    // While the storage was away, all have been silent.
    if (this.#steadySinceMs === null || performance.now() - this.#steadySinceMs < silentMs) return false
    const { storage, onLost } = this.#parts
    const lost = await storage.transaction('every-organization', ({ nodes }) => nodes.strikeOff(silentMs))
    for (const lastSeenAtMs of lost) onLost(lastSeenAtMs)
    return false
  }

  async #beat(): Promise<void> {
    const { storage, id, meetingPoint } = this.#parts
    try {
      const others = await storage.transaction('every-organization', async ({ nodes }) => {
        await nodes.beat(id)
        return nodes.listOthers(id, silentMs)
      })
      this.#steadySinceMs ??= performance.now()
      await meetingPoint.meet(id, others)
    } catch {
      // An outage is told of by whoever notices it at work.
      this.#steadySinceMs = null
    }
  }
}

/** Null: there are no other nodes. */
export function createRollCall(
  { storage, meetingPoint }: OpenStores,
  id: string,
  { metrics, log }: { readonly metrics: Metrics; readonly log: Log },
): RollCall | null {
  if (meetingPoint === null) return null
  const onLost = (lastSeenAtMs: number): void => {
    metrics.nodeLost()
    log.warning(lostNode, { lastSeenAt: new Date(lastSeenAtMs).toISOString() })
  }
  return new RollCall({ storage, id, onLost, meetingPoint })
}
