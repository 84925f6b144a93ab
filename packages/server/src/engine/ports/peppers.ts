/** Fingerprints of the peppers that digests in this database were made with. Never a pepper. */
export interface PepperStore {
  /** No other transaction adds one until this one ends. */
  lock(): Promise<void>
  /** Oldest first. None: nothing was ever digested. */
  list(): Promise<readonly string[]>
  /** Adding one that is known already changes nothing. */
  add(version: string, nowMs: number): Promise<void>
  /** How many secrets and sessions were digested with each: what is left to re-key. */
  count(): Promise<ReadonlyMap<string, number>>
}
