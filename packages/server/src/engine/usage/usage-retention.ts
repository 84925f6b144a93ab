import { bucketMinutes, type UsageBucket, type UsageHorizon } from '../ports/usage.ts'

/** For how many days usage is kept by day. By minute and hour it is kept for less. */
export type UsageRetention = { readonly days: number }

export const defaultUsageRetention: UsageRetention = { days: 400 }

/** What an always used key costs is mostly its minutes and hours: a week of the ones, a quarter of the others. */
const mostDays = { minute: 7, hour: 90, day: Infinity } as const

const minuteMs = 60_000
const dayMinutes = bucketMinutes.day

/** The first bucket that is kept: they go by whole days, and today is one more than the days that are kept. */
export function firstKept(bucket: UsageBucket, nowMs: number, { days }: UsageRetention): number {
  const today = Math.floor(nowMs / minuteMs / dayMinutes)
  const firstDay = today - Math.min(days, mostDays[bucket])
  return (firstDay * dayMinutes) / bucketMinutes[bucket]
}

export function horizonOf(nowMs: number, retention: UsageRetention): UsageHorizon {
  return {
    minute: firstKept('minute', nowMs, retention),
    hour: firstKept('hour', nowMs, retention),
    day: firstKept('day', nowMs, retention),
  }
}
