import type { RateLimit } from '../../engine/ports/organizations.ts'

export type RateLimitColumns = { readonly rate_limit: number | null; readonly rate_window_seconds: number | null }

export function toRateLimit(row: RateLimitColumns): RateLimit | null {
  if (row.rate_limit === null || row.rate_window_seconds === null) return null
  return { limit: row.rate_limit, windowSeconds: row.rate_window_seconds }
}

export function fromRateLimit(rateLimit: RateLimit | null): RateLimitColumns {
  return { rate_limit: rateLimit?.limit ?? null, rate_window_seconds: rateLimit?.windowSeconds ?? null }
}
