import { parseMadeId, type Environment, type ProjectId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { isoTime } from '../keys/key-view.ts'
import type { Storage } from '../ports/storage.ts'
import { bucketMinutes, type UsageBucket, type UsageFilter, type UsageRange, type UsageSum } from '../ports/usage.ts'
import { invalid } from '../refused.ts'
import { firstKept, type UsageRetention } from './usage-retention.ts'

export type UsageQuery = {
  readonly keyId?: string
  readonly projectId?: ProjectId
  readonly environment?: Environment
  /** Rounded down to a whole bucket. Default: the last hour, day or 30 days. */
  readonly fromMs?: number
  /** Rounded up to a whole bucket. Default: now. */
  readonly toMs?: number
  /** Default: day. */
  readonly bucket?: UsageBucket
}

export type Counts = { readonly accepted: number; readonly refused: Readonly<Record<string, number>> }

/** Buckets in which nothing was asked are left out. */
export type UsageView = {
  readonly data: readonly (Counts & { readonly at: string })[]
  readonly totals: Counts
}

/** What one answer tells of at most: a day of minutes, two months of hours, four years of days. */
export const maxBuckets = 1_500
/** Buckets that are told of where nobody says from when. */
const usualBuckets = { minute: 60, hour: 24, day: 30 } as const
/** Counts read at once: some milliseconds, in which a process on SQLite verifies nothing. */
const maxCountsAtOnce = 6_000
/** A key is mostly accepted, and sometimes refused. */
const usualOutcomes = 2
const maxKeysAtOnce = 500

const minuteMs = 60_000

export type ReadUsage = (caller: CallerIn, query: UsageQuery) => Promise<UsageView>

/** What keys have been used for, by time, with totals: of one key, a project or the organization. */
export function createReadUsage({
  storage,
  retention,
}: {
  readonly storage: Storage
  readonly retention: UsageRetention
}): ReadUsage {
  return async (caller, query) => {
    const { organizationId } = caller
    const filter = narrow(caller, query)
    const { keys, range } = await storage.read(organizationId, async (stores) => {
      const range = rangeOf(query, await stores.nowMs(), retention)
      const keys = filter === null ? [] : await stores.usage.listKeyNumbers(organizationId, filter)
      return { keys, range }
    })
    const counted: Counted = new Map()
    for (const some of chunksOf(keys, range)) {
      addTo(counted, await storage.read(organizationId, (stores) => stores.usage.sum(some, range)))
    }
    return viewUsage(counted, range.bucket)
  }
}

/** What is asked for, within what may be seen. Null: they exclude one another, or what was named cannot be a key. */
export function narrow(
  caller: CallerIn,
  query: Pick<UsageQuery, 'keyId' | 'projectId' | 'environment'>,
): UsageFilter | null {
  const { projectId = null, environment = null } = query
  const keyId = query.keyId === undefined ? null : parseMadeId('key', query.keyId)
  if (query.keyId !== undefined && keyId === null) return null
  if (caller.kind === 'operator') return { keyId, projectId, environment, ownerUserId: null }
  const { subject } = caller
  if (subject.projectId !== null && projectId !== null && projectId !== subject.projectId) return null
  if (subject.environment !== null && environment !== null && environment !== subject.environment) return null
  return {
    keyId,
    projectId: projectId ?? subject.projectId,
    environment: environment ?? subject.environment,
    ownerUserId: null,
  }
}

export function rangeOf(
  query: Pick<UsageQuery, 'bucket' | 'fromMs' | 'toMs'>,
  nowMs: number,
  retention: UsageRetention,
): UsageRange {
  const { bucket = 'day', fromMs, toMs = nowMs + 1 } = query
  const bucketMs = bucketMinutes[bucket] * minuteMs
  const to = Math.ceil(toMs / bucketMs)
  const from = fromMs === undefined ? to - usualBuckets[bucket] : Math.floor(fromMs / bucketMs)
  if (fromMs !== undefined && fromMs >= toMs) throw invalid('to', 'Give a to that is later than from.')
  const kept = firstKept(bucket, nowMs, retention)
  const saysWhen = fromMs !== undefined || query.toMs !== undefined
  if (saysWhen && bucket !== 'day' && from < kept) {
    const since = isoTime(kept * bucketMs)
    throw invalid(
      fromMs === undefined ? 'to' : 'from',
      `By ${bucket}, usage is kept since ${since}: ask from then on, or by a longer bucket.`,
    )
  }
  if (to - from > maxBuckets) {
    throw invalid(
      'from',
      `From ${isoTime(from * bucketMs)} that is ${to - from} buckets: ask for ${maxBuckets} at most.`,
    )
  }
  return { bucket, from, to }
}

/** Each chunk is read by itself, so that nobody waits long for a large organization. */
export function chunksOf(keys: readonly number[], { from, to }: UsageRange): (readonly number[])[] {
  const fitting = Math.floor(maxCountsAtOnce / ((to - from) * usualOutcomes))
  const size = Math.min(maxKeysAtOnce, Math.max(1, fitting))
  return Array.from({ length: Math.ceil(keys.length / size) }, (_, index) =>
    keys.slice(index * size, (index + 1) * size),
  )
}

/** By bucket, then by outcome. */
type Counted = Map<number, Map<string, number>>

function addTo(counted: Counted, sums: readonly UsageSum[]): void {
  for (const { at, outcome, count } of sums) {
    const within = counted.get(at) ?? new Map<string, number>()
    counted.set(at, within)
    within.set(outcome, (within.get(outcome) ?? 0) + count)
  }
}

function viewUsage(counted: Counted, bucket: UsageBucket): UsageView {
  const bucketMs = bucketMinutes[bucket] * minuteMs
  const all: Counted = new Map()
  for (const within of counted.values()) {
    addTo(
      all,
      Array.from(within, ([outcome, count]) => ({ at: 0, outcome, count })),
    )
  }
  return {
    data: [...counted]
      .toSorted(([one], [other]) => one - other)
      .map(([at, within]) => ({ at: isoTime(at * bucketMs), ...viewCounts(within) })),
    totals: viewCounts(all.get(0) ?? new Map()),
  }
}

export function viewCounts(counts: ReadonlyMap<string, number>): Counts {
  const { accepted = 0, ...refused } = Object.fromEntries(counts)
  return { accepted, refused }
}
