/** Remembers which POST was answered, never with what: an answer is made again from its resource. */
export type IdempotencyRecord = {
  /** HMAC of method, path and body, 64 hexadecimal characters. */
  readonly fingerprint: string
  readonly status: number
  /** What the answer was about, e.g. a key's id; null where nothing can be shown again. */
  readonly resourceId: string | null
  /** The resource has been deleted since. */
  readonly erased: boolean
}

export type IdempotencyClaim =
  | { readonly state: 'claimed' }
  | { readonly state: 'in_flight' }
  | { readonly state: 'known'; readonly record: IdempotencyRecord }

export interface IdempotencyStore {
  /**
   * Claims (principal, keyHmac) within this transaction: exactly one of any number of concurrent claims wins; a
   * claim that was rolled back, or is older than `sinceMs`, counts for nothing.
   */
  claim(claim: {
    readonly principal: string
    readonly keyHmac: string
    readonly fingerprint: string
    readonly atMs: number
    readonly sinceMs: number
  }): Promise<IdempotencyClaim>
  /** Completes this transaction's claim. */
  complete(
    principal: string,
    keyHmac: string,
    result: { readonly status: number; readonly resourceId: string | null },
  ): Promise<void>
  find(principal: string, keyHmac: string, sinceMs: number): Promise<IdempotencyRecord | null>
  /** Forgets what the answers were about, keeps that they were given: a retry is refused, never a second mint. */
  erase(resourceId: string): Promise<void>
  /** Deletes every claim of a principal who is gone, and so can never send again. */
  forget(principal: string): Promise<void>
}
