import type { WindowDecision, WindowLimit } from '@mintmark/core'

/** One question of a call of the script: what is asked of the key at the same place in KEYS. */
export type Check = { readonly limit: WindowLimit; readonly cost: number }

const CHECK_BYTES = 12
const DECISION_BYTES = 12

/** limit, windowMs, cost (uint32, little-endian) for each check. */
export function writeChecks(checks: readonly Check[]): Buffer {
  const bytes = Buffer.allocUnsafe(CHECK_BYTES * checks.length)
  let at = 0
  for (const { limit, cost } of checks) {
    at = bytes.writeUInt32LE(limit.limit, at)
    at = bytes.writeUInt32LE(limit.windowMs, at)
    at = bytes.writeUInt32LE(cost, at)
  }
  return bytes
}

/** What the script answered to these checks. Throws RangeError unless there is exactly one decision for each. */
export function readDecisions(bytes: Buffer, checks: readonly Check[]): WindowDecision[] {
  if (bytes.length !== DECISION_BYTES * checks.length) {
    throw new RangeError(`${bytes.length} bytes cannot be the decisions on ${checks.length} checks`)
  }
  return checks.map(({ limit }, index) => {
    const at = DECISION_BYTES * index
    const retryAfterMs = bytes.readUInt32LE(at + 8)
    return {
      admitted: retryAfterMs === 0,
      limit: limit.limit,
      windowMs: limit.windowMs,
      remaining: bytes.readUInt32LE(at),
      resetMs: bytes.readUInt32LE(at + 4),
      retryAfterMs,
    }
  })
}
