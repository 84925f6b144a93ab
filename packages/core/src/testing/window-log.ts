import type { WindowDecision, WindowLimit } from '../sliding-window.ts'

/** A window as plainly as it can be said: every hit in a list, every decision by filtering it. */
export interface WindowLog {
  spend(limit: WindowLimit, cost: number, nowMs: number): WindowDecision
}

/** Forgets nothing, ever. */
export class CompleteLog implements WindowLog {
  protected hitsMs: number[] = []
  protected longestMs = 0

  spend(limit: WindowLimit, cost: number, nowMs: number): WindowDecision {
    if (cost > 0) this.hitsMs = this.hitsAt(nowMs)
    const timeMs = this.timeAt(nowMs)
    const counting = this.hitsAt(nowMs).filter((hitMs) => timeMs - hitMs < limit.windowMs)
    const admitted = cost === 0 || counting.length + cost <= limit.limit
    let retryAfterMs = 0
    if (admitted) {
      for (let hit = 0; hit < cost; hit++) counting.push(timeMs)
      if (cost > 0) this.admit(limit, cost, timeMs)
    } else {
      // The first hit after whose leaving the rest and the cost fit.
      const blocking = counting.find((_, index) => counting.length - index - 1 + cost <= limit.limit) ?? Number.NaN
      retryAfterMs = blocking + limit.windowMs - nowMs
    }
    return {
      admitted,
      limit: limit.limit,
      windowMs: limit.windowMs,
      remaining: Math.max(0, limit.limit - counting.length),
      resetMs: counting.length === 0 ? 0 : Math.max(...counting) + limit.windowMs - nowMs,
      retryAfterMs,
    }
  }

  protected admit(limit: WindowLimit, cost: number, timeMs: number): void {
    const counts = this.hitsMs.some((hitMs) => timeMs - hitMs < Math.max(this.longestMs, limit.windowMs))
    this.longestMs = counts ? Math.max(this.longestMs, limit.windowMs) : limit.windowMs
    for (let hit = 0; hit < cost; hit++) this.hitsMs.push(timeMs)
  }

  private timeAt(nowMs: number): number {
    return Math.max(nowMs, ...this.hitsAt(nowMs).slice(-1))
  }

  /** A clock set back by more than the longest window: whatever counted at the newest hit counts as made now. */
  private hitsAt(nowMs: number): number[] {
    const newestMs = this.hitsMs.at(-1) ?? nowMs
    if (newestMs - nowMs <= this.longestMs) return this.hitsMs
    return this.hitsMs.filter((hitMs) => newestMs - hitMs < this.longestMs).map(() => nowMs)
  }
}

/** Forgets, at an admission, what is older than the longest window or beyond the largest limit since it was empty. */
export class ForgetfulLog extends CompleteLog {
  private largestLimit = 0

  protected override admit(limit: WindowLimit, cost: number, timeMs: number): void {
    super.admit(limit, cost, timeMs)
    const kept = this.hitsMs.filter((hitMs) => timeMs - hitMs < this.longestMs)
    this.largestLimit = kept.length === cost ? limit.limit : Math.max(this.largestLimit, limit.limit)
    this.hitsMs = kept.slice(-this.largestLimit)
  }
}
