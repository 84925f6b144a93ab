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

/**
 * Whose claims end with an organization is told by texts alone: a principal inside one begins with its id and `:`, and a
 * resource that has no id of its own for all times is named from it: its id, or its id, `/` and the rest.
 */
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
  /** Whether nobody else has (principal, keyHmac) in flight. From then on nobody can, until this transaction ends. */
  lock(principal: string, keyHmac: string): Promise<boolean>
  /** Completes this transaction's claim. */
  complete(
    principal: string,
    keyHmac: string,
    result: { readonly status: number; readonly resourceId: string | null },
  ): Promise<void>
  find(principal: string, keyHmac: string, sinceMs: number): Promise<IdempotencyRecord | null>
  /** Forgets what the answers were about, keeps that they were given: a retry is refused, never a second mint. */
  erase(resourceId: string): Promise<void>
  /** Deletes some claims of before then, oldest first; how many. */
  deleteBefore(beforeMs: number, limit: number): Promise<number>
  /** Deletes every claim of a principal who is gone, and so can never send again. */
  forget(principal: string): Promise<void>
}
