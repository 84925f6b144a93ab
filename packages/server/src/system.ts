import { randomFillSync } from 'node:crypto'
import type { Clock, Random } from './engine/ports/clock.ts'

/** Random bytes are drawn from the kernel in blocks: one call for each key would cost more than the key. */
const poolBytes = 8192

/** The system's clock, held where it is while it is set back: what has expired stays expired. */
export function createClock(systemMs: () => number = Date.now): Clock {
  let latest = 0
  return {
    nowMs() {
      latest = Math.max(latest, systemMs())
      return latest
    },
  }
}

export function createRandom(): Random {
  const pool = new Uint8Array(poolBytes)
  let used = poolBytes
  return (byteCount) => {
    if (byteCount > poolBytes) return randomFillSync(new Uint8Array(byteCount))
    if (used + byteCount > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    const bytes = pool.slice(used, used + byteCount)
    // Nothing that a secret was made of stays in memory longer than it must.
    pool.fill(0, used, used + byteCount)
    used += byteCount
    return bytes
  }
}
