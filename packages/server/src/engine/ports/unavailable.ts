import type { Reason } from '@mintmark/core'

export type StoreName = 'database' | 'windows' | 'journal'

/**
 * A store did not answer, or its answer cannot be trusted: neither yes nor no. What was asked of it may have happened.
 * Becomes 503, or what a named policy says; never a denial. `cause` says why.
 */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
  /** As clients of the interface see it: a guard tells an outage so, whichever side of a socket it stands on. */
  readonly reason: Reason = 'unavailable'
  readonly store: StoreName

  constructor(store: StoreName, options?: { readonly cause?: unknown }) {
    super(`the ${store} store does not answer`, options)
    this.store = store
  }
}

/** A store has no room for what was asked of it: nothing of it has happened, and it may be tried again. */
export class StoreFull extends StoreUnavailable {
  override readonly name = 'StoreFull'
}
