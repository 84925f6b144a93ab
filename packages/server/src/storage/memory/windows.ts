import {
  charge,
  emptyWindow,
  isIdle,
  spend,
  windowFromBytes,
  windowToBytes,
  type SlidingWindow,
  type WindowDecision,
  type WindowLimit,
} from '@mintmark/core'
import type { KeyWindow, WindowStore } from '../../engine/ports/windows.ts'

export type SavedWindow = { readonly keyId: string; readonly bytes: Uint8Array }

/** Windows in this process. They are gone with it, unless they are saved. */
export interface MemoryWindows extends WindowStore {
  spend(keyId: string, limit: WindowLimit, cost: number): WindowDecision
  open(keyId: string): { spend(limit: WindowLimit, cost: number): WindowDecision }
  forget(keyId: string): void
  /** Counts hits that were admitted before an unclean start, as made now; they stay for `windowMs`. */
  charge(keyId: string, hits: number, windowMs: number): void
  /** Every window that still counts, for a process that is about to end. */
  save(): Iterable<SavedWindow>
  /** Throws RangeError for bytes that `save` did not give. */
  restore(saved: Iterable<SavedWindow>): void
  readonly size: number
}

/** `nowMs`: whole milliseconds UTC; the same clock across restarts, for what is saved. */
export function createMemoryWindows(options: { readonly nowMs: () => number }): MemoryWindows {
  return new WindowsByKey(options.nowMs)
}

/** How many windows one sweep looks at: two for each new one, so that idle windows never outnumber the others. */
const SWEPT_AT_ONCE = 2
/** Spends between two sweeps while no window is added, so that a past crowd leaves too. */
const SPENDS_BETWEEN_SWEEPS = 16

const nothingSpent = emptyWindow()

class WindowsByKey implements MemoryWindows {
  readonly #nowMs: () => number
  readonly #windows = new Map<string, KeptWindow>()
  #sweep = this.#windows.entries()
  #spendsUntilSweep = SPENDS_BETWEEN_SWEEPS

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#windows.size
  }

  spend(keyId: string, limit: WindowLimit, cost: number): WindowDecision {
    return new OpenWindow(this, keyId).spend(limit, cost)
  }

  open(keyId: string): OpenWindow {
    return new OpenWindow(this, keyId)
  }

  spendFrom(opened: OpenWindow, limit: WindowLimit, cost: number): WindowDecision {
    const nowMs = this.#nowMs()
    let window = opened.kept
    if (window === null || !window.isKept) {
      window = this.#windows.get(opened.keyId) ?? null
      opened.kept = window
      if (window === null) return this.#spendFirst(opened, limit, cost, nowMs)
    }
    const decision = spend(window, limit, cost, nowMs)
    // Only now: a sweep in between could drop the window that has just been found idle, and the hit with it.
    if (--this.#spendsUntilSweep <= 0) this.#sweepSome(nowMs)
    return decision
  }

  charge(keyId: string, hits: number, windowMs: number): void {
    const nowMs = this.#nowMs()
    const window = this.#windows.get(keyId) ?? keep(emptyWindow())
    charge(window, hits, windowMs, nowMs)
    this.#add(keyId, window, nowMs)
  }

  forget(keyId: string): void {
    const window = this.#windows.get(keyId)
    if (window !== undefined) this.#drop(keyId, window)
  }

  *save(): Iterable<SavedWindow> {
    const nowMs = this.#nowMs()
    for (const [keyId, window] of this.#windows) {
      if (!isIdle(window, nowMs)) yield { keyId, bytes: windowToBytes(window) }
    }
  }

  restore(saved: Iterable<SavedWindow>): void {
    const nowMs = this.#nowMs()
    for (const { keyId, bytes } of saved) {
      const window = keep(windowFromBytes(bytes))
      this.forget(keyId)
      this.#add(keyId, window, nowMs)
    }
  }

  state(): 'exact' {
    return 'exact'
  }

  async close(): Promise<void> {
    for (const [keyId, window] of this.#windows) this.#drop(keyId, window)
  }

  #spendFirst(opened: OpenWindow, limit: WindowLimit, cost: number, nowMs: number): WindowDecision {
    if (cost === 0) return spend(nothingSpent, limit, cost, nowMs)
    const added = keep(emptyWindow())
    const decision = spend(added, limit, cost, nowMs)
    this.#add(opened.keyId, added, nowMs)
    opened.kept = added
    return decision
  }

  #add(keyId: string, window: KeptWindow, nowMs: number): void {
    this.#sweepSome(nowMs)
    this.#windows.set(keyId, window)
    window.isKept = true
  }

  #drop(keyId: string, window: KeptWindow): void {
    this.#windows.delete(keyId)
    window.isKept = false
  }

  /** An iterator over a Map stays good while entries come and go, so that a sweep can go on where it stopped. */
  #sweepSome(nowMs: number): void {
    this.#spendsUntilSweep = SPENDS_BETWEEN_SWEEPS
    for (let looked = 0; looked < SWEPT_AT_ONCE; looked++) {
      const next = this.#sweep.next()
      if (next.done) {
        this.#sweep = this.#windows.entries()
        return
      }
      const [keyId, window] = next.value
      if (isIdle(window, nowMs)) this.#drop(keyId, window)
    }
  }
}

/** A window while it is in the store's map, and what is left of it afterwards, which nobody may count by. */
type KeptWindow = SlidingWindow & { isKept: boolean }

function keep({ slots, first, stored, newestMs, longestMs, largestLimit }: SlidingWindow): KeptWindow {
  return { slots, first, stored, newestMs, longestMs, largestLimit, isKept: true }
}

/** Spares the look-up by key id, which costs as much as the window itself. */
class OpenWindow implements KeyWindow {
  readonly #windows: WindowsByKey
  readonly keyId: string
  /** Where this key's window was last. */
  kept: KeptWindow | null = null

  constructor(windows: WindowsByKey, keyId: string) {
    this.#windows = windows
    this.keyId = keyId
  }

  spend(limit: WindowLimit, cost: number): WindowDecision {
    return this.#windows.spendFrom(this, limit, cost)
  }
}
