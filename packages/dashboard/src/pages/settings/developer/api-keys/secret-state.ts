import type { ApiKey } from '@mintmark/sdk'

export type Secret = ApiKey['secrets'][number]

/** Without a request for this long, whatever used it uses the other one. */
const quietAfterMs = 60 * 60 * 1000

/**
 * Whether the older of two secrets may be ended: only when the newer one is in use, and the older one has not been used
 * since, nor for an hour. Before, something would be cut off.
 */
export type OldSecretState = 'waiting' | 'in use' | 'quiet'

export function stateOfOld(older: Secret, newer: Secret, nowMs: number): OldSecretState {
  if (newer.lastUsedAt === null) return 'waiting'
  if (older.lastUsedAt === null) return 'quiet'
  const usedAtMs = Date.parse(older.lastUsedAt)
  const isQuiet = usedAtMs < Date.parse(newer.lastUsedAt) && nowMs - usedAtMs > quietAfterMs
  return isQuiet ? 'quiet' : 'in use'
}
