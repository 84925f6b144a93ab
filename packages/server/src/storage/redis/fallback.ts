import { assertSpendable, type WindowDecision, type WindowLimit } from '@mintmark/core'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { KeyWindow, WindowStore } from '../../engine/ports/windows.ts'
import { createMemoryWindows, type MemoryWindows } from '../memory/windows.ts'
import type { RedisWindows } from './windows.ts'

/** The first part that fails is a change, and so is the return of the last; `reason` is null when all is well. */
export type FallbackChange = { readonly isAvailable: boolean; readonly reason: string | null }

export type FallbackOptions = {
  readonly primary: Pick<RedisWindows, 'spend' | 'forget' | 'parts' | 'partOf' | 'probe' | 'close'>
  /**
   * `local`: this node enforces the full limit by itself, so that at most one more limit for each node is admitted in
   * the window around an outage. `refuse`: every spend rejects with StoreUnavailable.
   */
  readonly whenUnavailable: 'local' | 'refuse'
  /** For the local windows: whole milliseconds UTC. */
  readonly nowMs: () => number
  readonly onChange: (change: FallbackChange) => void
  /** Told of each spend that the primary did not answer. */
  readonly onFailure?: (error: StoreUnavailable) => void
}

/** An outage is noticed within this and one deadline although nobody spends, and so is its end. */
const BEAT_MS = 500
/** Of the parts that seem well, how many are tried at a beat, in turn: a cluster has 256. */
const PROBES_A_BEAT = 4

/**
 * The primary's windows while it answers; while it does not, what `whenUnavailable` says, without waiting for it.
 *
 * A spend whose outcome is unknown is never sent again: it may count in the primary, and it is decided here as well.
 * Hits admitted here during an outage go on counting after it, beside the primary's, until they leave the window.
 */
export function createFallbackWindows(options: FallbackOptions): WindowStore {
  return new FallbackWindows(options)
}

class FallbackWindows implements WindowStore {
  readonly #options: FallbackOptions
  readonly #local: MemoryWindows
  /** Parts of the primary that failed last, with how. */
  readonly #down = new Map<number, StoreUnavailable>()
  /** How often each part came back: a failure that began before says nothing about now. */
  readonly #returns: Uint32Array
  readonly #beat: NodeJS.Timeout
  #isBeating = false
  #isClosed = false
  #nextProbe = 0

  constructor(options: FallbackOptions) {
    this.#options = options
    this.#local = createMemoryWindows({ nowMs: options.nowMs })
    this.#returns = new Uint32Array(options.primary.parts)
    this.#beat = setInterval(() => void this.#probeSome(), BEAT_MS)
    this.#beat.unref()
  }

  async spend(keyId: string, limit: WindowLimit, cost: number): Promise<WindowDecision> {
    assertSpendable(limit, cost)
    const part = this.#options.primary.partOf(keyId)
    const outage = this.#down.get(part)
    if (outage !== undefined) return this.#spendWithout(outage, keyId, limit, cost)
    const returns = this.#returns[part]
    try {
      return await this.#spendShared(keyId, limit, cost)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      this.#options.onFailure?.(error)
      if (returns === this.#returns[part]) this.#markDown(part, error)
      return this.#spendWithout(error, keyId, limit, cost)
    }
  }

  open(keyId: string): KeyWindow {
    return { spend: (limit, cost) => this.spend(keyId, limit, cost) }
  }

  /** Never fails for an outage: a window that could not be erased expires by itself. */
  async forget(keyId: string): Promise<void> {
    this.#local.forget(keyId)
    const { primary } = this.#options
    if (this.#down.has(primary.partOf(keyId))) return
    try {
      await primary.forget(keyId)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
    }
  }

  state(): 'exact' | 'local' {
    return this.#down.size > 0 ? 'local' : 'exact'
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#beat)
    await this.#options.primary.close()
    await this.#local.close()
  }

  #spendWithout(outage: StoreUnavailable, keyId: string, limit: WindowLimit, cost: number): WindowDecision {
    if (this.#options.whenUnavailable === 'refuse') throw outage
    return this.#local.spend(keyId, limit, cost)
  }

  async #spendShared(keyId: string, limit: WindowLimit, cost: number): Promise<WindowDecision> {
    const { primary } = this.#options
    if (this.#local.size === 0) return primary.spend(keyId, limit, cost)
    const local = this.#local.spend(keyId, limit, 0)
    const left = local.remaining
    if (left === limit.limit) return primary.spend(keyId, limit, cost)
    if (cost > 0 && cost <= left) {
      const shared = await primary.spend(keyId, { limit: left, windowMs: limit.windowMs }, cost)
      return { ...shared, limit: limit.limit, resetMs: Math.max(shared.resetMs, local.resetMs) }
    }
    const shared = await primary.spend(keyId, limit, 0)
    const resetMs = Math.max(shared.resetMs, local.resetMs)
    return {
      ...shared,
      admitted: cost === 0,
      remaining: Math.max(0, shared.remaining - (limit.limit - left)),
      resetMs,
      // Later than need be, and certainly enough: then neither window holds a hit.
      retryAfterMs: cost === 0 ? 0 : resetMs,
    }
  }

  #markDown(part: number, error: StoreUnavailable): void {
    const isFirst = this.#down.size === 0
    this.#down.set(part, error)
    if (!isFirst || this.#isClosed) return
    const reason = error.cause instanceof Error ? error.cause.message : error.message
    this.#options.onChange({ isAvailable: false, reason })
  }

  #markUp(part: number): void {
    this.#returns[part] = (this.#returns[part] ?? 0) + 1
    this.#down.delete(part)
    if (this.#down.size === 0) this.#options.onChange({ isAvailable: true, reason: null })
  }

  /** Requests never wait for a part that is down: whether it is back is found out here alone. */
  async #probeSome(): Promise<void> {
    if (this.#isBeating) return
    this.#isBeating = true
    const parts = new Set(this.#down.keys())
    for (let probe = 0; probe < PROBES_A_BEAT; probe++) {
      parts.add(this.#nextProbe)
      this.#nextProbe = (this.#nextProbe + 1) % this.#options.primary.parts
    }
    await Promise.all(Array.from(parts, (part) => this.#probe(part)))
    this.#isBeating = false
  }

  async #probe(part: number): Promise<void> {
    const wasDown = this.#down.has(part)
    try {
      await this.#options.primary.probe(part)
      if (wasDown) this.#markUp(part)
    } catch (error) {
      this.#markDown(
        part,
        error instanceof StoreUnavailable ? error : new StoreUnavailable('windows', { cause: error }),
      )
    }
  }
}
