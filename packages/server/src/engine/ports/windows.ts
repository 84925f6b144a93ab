import type { WindowDecision, WindowLimit } from '@mintmark/core'

/**
 * The windows that keys spend from, one for each key id and nothing else.
 *
 * Obligations: `spend` is atomic and exact, by one clock that is the store's own: in no `windowMs` are more than
 * `limit` hits admitted, whoever asks, from whichever node. A refused cost changes nothing; cost 0 looks and is never
 * refused. A key that was never seen has an empty window. A changed limit applies at once to the hits already there.
 * Throws (or rejects with) RangeError for a cost above the limit or outside 0 to 1,000, and StoreUnavailable when it
 * cannot tell: then the cost may or may not have been spent, and nobody sends it again.
 * It answers synchronously where the windows are in this process.
 */
export interface WindowStore {
  spend(keyId: string, limit: WindowLimit, cost: number): WindowDecision | Promise<WindowDecision>
  /** The same window at hand, for whoever spends from it often. Opening changes nothing, and nobody need close it. */
  open(keyId: string): KeyWindow
  /** Erases the window of a deleted key. Where that fails, the window disappears when its last hit stops counting. */
  forget(keyId: string): void | Promise<void>
  /** `local`: degraded, each node enforces the full limit by itself, or refuses if it is told to. */
  state(): 'exact' | 'local'
  close(): Promise<void>
}

/** The window of one key. */
export interface KeyWindow {
  /** As `WindowStore.spend` of this key. */
  spend(limit: WindowLimit, cost: number): WindowDecision | Promise<WindowDecision>
}
