import { setTimeout as sleep } from 'node:timers/promises'

/** Until `performance.now()` has reached this, and not, as timers may be, a moment before. */
export async function sleepUntil(timeMs: number): Promise<void> {
  for (let leftMs = timeMs - performance.now(); leftMs > 0; leftMs = timeMs - performance.now()) {
    await sleep(Math.ceil(leftMs))
  }
}
