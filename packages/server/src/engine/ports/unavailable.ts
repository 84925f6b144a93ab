/**
 * A store did not answer, or its answer cannot be trusted: neither yes nor no. What was asked of it may have happened.
 * Becomes 503, or what a named policy says; never a denial. `cause` says why.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly store: 'database' | 'windows'

  constructor(store: 'database' | 'windows', options?: { readonly cause?: unknown }) {
    super(`the ${store} store does not answer`, options)
    this.store = store
  }
}
