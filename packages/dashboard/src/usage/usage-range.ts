const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How far back, and in what steps: few enough for a phone. */
export const usageRanges = {
  hour: { lengthMs: hourMs, bucket: 'minute', bucketMs: minuteMs },
  day: { lengthMs: dayMs, bucket: 'hour', bucketMs: hourMs },
  week: { lengthMs: 7 * dayMs, bucket: 'day', bucketMs: dayMs },
  month: { lengthMs: 30 * dayMs, bucket: 'day', bucketMs: dayMs },
  quarter: { lengthMs: 90 * dayMs, bucket: 'day', bucketMs: dayMs },
} as const

export type UsageRange = keyof typeof usageRanges

type Bucket = {
  readonly at: string
  readonly accepted: number
  readonly refused: Readonly<Partial<Record<string, number>>>
}

/** Every step of the range, also those in which nothing happened: the interface tells of the others alone. */
export function fillBuckets(data: readonly Bucket[], range: UsageRange, nowMs: number): readonly Bucket[] {
  const { lengthMs, bucketMs } = usageRanges[range]
  const known = new Map(data.map((bucket) => [Date.parse(bucket.at), bucket]))
  const lastMs = Math.floor(nowMs / bucketMs) * bucketMs
  const count = Math.round(lengthMs / bucketMs)
  return Array.from({ length: count }, (_, index) => {
    const atMs = lastMs - (count - 1 - index) * bucketMs
    return known.get(atMs) ?? { at: new Date(atMs).toISOString(), accepted: 0, refused: {} }
  })
}

/** The reasons that any of them was refused for, the most frequent first. */
export function reasonsIn(data: readonly Bucket[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { refused } of data) {
    for (const [reason, count] of Object.entries(refused)) counts.set(reason, (counts.get(reason) ?? 0) + (count ?? 0))
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([reason]) => reason)
}
