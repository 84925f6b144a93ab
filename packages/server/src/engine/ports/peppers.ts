/** Fingerprints of the peppers that digests in this database were made with. Never a pepper. */
export interface PepperStore {
  /** No other transaction adds one until this one ends. */
  lock(): Promise<void>
  /** Oldest first. None: nothing was ever digested. */
  list(): Promise<readonly string[]>
  /** Adding one that is known already changes nothing. */
  add(version: string, nowMs: number): Promise<void>
  /** What works at that time, by the pepper that it needs. */
  count(nowMs: number): Promise<ReadonlyMap<string, PepperUse>>
}

/** How many were digested, or sealed, with one pepper. */
export type PepperUse = {
  /** Of keys that are active. */
  readonly secrets: number
  readonly sessions: number
  readonly invitations: number
  readonly webhooks: number
}
