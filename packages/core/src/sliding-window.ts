import { append, behindNewestMs, countAged, FIRST_CAPACITY, forgetOldest, type HitRing } from './hit-ring.ts'

export const MAX_WINDOW_LIMIT = 100_000
export const MIN_WINDOW_MS = 1_000
export const MAX_WINDOW_MS = 86_400_000
export const MAX_COST = 1_000

/** At most `limit` (1 to 100,000) hits in any `windowMs` (1,000 to 86,400,000) milliseconds. Whole numbers. */
export type WindowLimit = { readonly limit: number; readonly windowMs: number }

/** What the window said. The durations count from the caller's own `nowMs`. */
export type WindowDecision = {
  readonly admitted: boolean
  readonly limit: number
  readonly windowMs: number
  /** How many hits more would be admitted now. */
  readonly remaining: number
  /** Until no hit counts any more if none is added; 0 when none does. */
  readonly resetMs: number
  /** Until this very cost is admitted if nobody else spends; 0 when it was admitted. */
  readonly retryAfterMs: number
}

/**
 * The hits of one key that may still count. A hit at t counts while now - t < windowMs.
 *
 * A hit is forgotten only when it is older than the longest window, or followed by as many hits as the largest limit,
 * under which the window has admitted since it was last empty. So under each of those limits a decision is what the
 * complete log would give, however limits change in between.
 *
 * Mutable, and owned by one store. Only an admitted cost above 0 changes it.
 */
export interface SlidingWindow extends HitRing {
  /** The longest window among those admissions, in milliseconds. */
  longestMs: number
  /** The largest limit among them. */
  largestLimit: number
}

export function emptyWindow(): SlidingWindow {
  return {
    slots: new Uint32Array(FIRST_CAPACITY),
    first: 0,
    stored: 0,
    newestMs: Number.NEGATIVE_INFINITY,
    longestMs: 0,
    largestLimit: 0,
  }
}

/**
 * Admits `cost` hits (0 to 1,000) at `nowMs` (whole milliseconds) if the limit leaves room for all of them, else none.
 * Cost 0 looks: it is always admitted and changes nothing. When the clock ran backwards the time is the newest hit's;
 * when it was set back by more than the window, so that this would block for too long, every stored hit counts as
 * made now. Throws RangeError for a cost above the limit, or anything outside its bounds.
 */
export function spend(window: SlidingWindow, limit: WindowLimit, cost: number, nowMs: number): WindowDecision {
  assertSpendable(limit, cost)
  if (cost === 0) return look(window, limit, nowMs)
  if (isSetBack(window, nowMs)) redate(window, nowMs)
  const atMs = Math.max(nowMs, window.newestMs)
  const gone = countAged(window, limit.windowMs, atMs)
  const counting = window.stored - gone
  const excess = counting + cost - limit.limit
  if (excess <= 0) {
    record(window, limit, cost, atMs)
    return decision(limit, { counting: counting + cost, newestMs: atMs, nowMs, retryAfterMs: 0 })
  }
  // The cost fits at the instant at which the youngest hit of the excess leaves.
  const leavesAtMs = window.newestMs - behindNewestMs(window, gone + excess - 1) + limit.windowMs
  return decision(limit, { counting, newestMs: window.newestMs, nowMs, retryAfterMs: leavesAtMs - nowMs })
}

/** Counts `hits` that were admitted elsewhere or before, as made now, whatever the limit; they stay for `windowMs`. */
export function charge(window: SlidingWindow, hits: number, windowMs: number, nowMs: number): void {
  const charged = Math.min(hits, MAX_WINDOW_LIMIT)
  if (charged <= 0) return
  if (isSetBack(window, nowMs)) redate(window, nowMs)
  const limit = Math.min(window.stored + charged, MAX_WINDOW_LIMIT)
  record(window, { limit, windowMs }, charged, Math.max(nowMs, window.newestMs))
}

/** No stored hit counts any more under any limit that admitted it: the window may be dropped. */
export function isIdle(window: SlidingWindow, nowMs: number): boolean {
  return nowMs - window.newestMs >= window.longestMs
}

/** Throws RangeError unless the limit is within its bounds and the cost within its own and the limit. */
export function assertSpendable(limit: WindowLimit, cost: number): void {
  const { limit: hits, windowMs } = limit
  if (!(Number.isInteger(hits) && hits >= 1 && hits <= MAX_WINDOW_LIMIT)) {
    throw new RangeError(`a limit is a whole number from 1 to ${MAX_WINDOW_LIMIT}, not ${hits}`)
  }
  if (!(Number.isInteger(windowMs) && windowMs >= MIN_WINDOW_MS && windowMs <= MAX_WINDOW_MS)) {
    throw new RangeError(`a window has ${MIN_WINDOW_MS} to ${MAX_WINDOW_MS} ms, not ${windowMs}`)
  }
  if (!(Number.isInteger(cost) && cost >= 0 && cost <= MAX_COST)) {
    throw new RangeError(`a cost is a whole number from 0 to ${MAX_COST}, not ${cost}`)
  }
  if (cost > hits) throw new RangeError(`a cost of ${cost} can never be admitted under a limit of ${hits}`)
}

function look(window: SlidingWindow, limit: WindowLimit, nowMs: number): WindowDecision {
  const { stored, newestMs } = window
  if (isSetBack(window, nowMs)) return decision(limit, { counting: stored, newestMs: nowMs, nowMs, retryAfterMs: 0 })
  const counting = stored - countAged(window, limit.windowMs, Math.max(nowMs, newestMs))
  return decision(limit, { counting, newestMs, nowMs, retryAfterMs: 0 })
}

function decision(
  limit: WindowLimit,
  after: { counting: number; newestMs: number; nowMs: number; retryAfterMs: number },
): WindowDecision {
  return {
    admitted: after.retryAfterMs === 0,
    limit: limit.limit,
    windowMs: limit.windowMs,
    remaining: Math.max(0, limit.limit - after.counting),
    resetMs: after.counting === 0 ? 0 : after.newestMs + limit.windowMs - after.nowMs,
    retryAfterMs: after.retryAfterMs,
  }
}

function record(window: SlidingWindow, limit: WindowLimit, hits: number, atMs: number): void {
  window.longestMs = Math.max(window.longestMs, limit.windowMs)
  window.largestLimit = Math.max(window.largestLimit, limit.limit)
  const aged = countAged(window, window.longestMs, atMs)
  if (aged === window.stored) {
    window.longestMs = limit.windowMs
    window.largestLimit = limit.limit
  }
  const surplus = window.stored + hits - window.largestLimit
  forgetOldest(window, Math.max(aged, surplus))
  append(window, hits, atMs, window.largestLimit)
}

function isSetBack(window: SlidingWindow, nowMs: number): boolean {
  return window.newestMs - nowMs > window.longestMs
}

function redate(window: SlidingWindow, nowMs: number): void {
  window.slots.fill(nowMs)
  window.newestMs = nowMs
}
