const dayMs = 86_400_000

/** What is said of a key's expiry, and how long before it, latest first. */
const notices = [
  { action: 'api_key.expired', beforeMs: 0, days: null },
  { action: 'api_key.expiring', beforeMs: dayMs, days: 1 },
  { action: 'api_key.expiring', beforeMs: 7 * dayMs, days: 7 },
] as const

export type ExpiryNotice = (typeof notices)[number]

/** When something is to be said next, after then; null: all has been said. */
export function nextNoticeMs(expiresAtMs: number | null, afterMs: number): number | null {
  if (expiresAtMs === null) return null
  const times = notices.map(({ beforeMs }) => expiresAtMs - beforeMs)
  return times.findLast((atMs) => atMs > afterMs) ?? null
}

/** What there is to say now: the latest alone, where the time of several has come. Null: nothing yet. */
export function noticeAt(expiresAtMs: number | null, nowMs: number): ExpiryNotice | null {
  if (expiresAtMs === null) return null
  return notices.find(({ beforeMs }) => nowMs >= expiresAtMs - beforeMs) ?? null
}
