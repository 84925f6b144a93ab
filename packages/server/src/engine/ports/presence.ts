/**
 * Which nodes run on a database now. What a node holds here ends with its connection, however that ends.
 * Methods reject with `StoreUnavailable` when the database does not answer.
 */
export interface Presence {
  /** Makes this node the one that writes this journal. False: another one does. */
  claim(journalId: string): Promise<boolean>
  release(journalId: string): Promise<void>
  /** Of these, those that nodes have claimed, this one included. */
  claimed(journalIds: readonly string[]): Promise<ReadonlySet<string>>
  /** From now on this node vouches for the database. */
  vouch(): Promise<void>
  unvouch(): Promise<void>
  /** Whether another node does. */
  isVouchedFor(): Promise<boolean>
  /** `lost`: all of it is gone, and nothing may be answered; `back`: the connection is there again, with none of it. */
  watch(watcher: { lost(): void; back(): void }): void
}
