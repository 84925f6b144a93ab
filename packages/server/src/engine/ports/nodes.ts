/** The nodes that share a database. Times are the authority's. */
export interface NodeStore {
  /** This node is there. */
  beat(id: string): Promise<void>
  /** The other nodes that have been heard of within that time. */
  listOthers(id: string, silentMs: number): Promise<readonly string[]>
  /** It is going, and has written all that it had. */
  leave(id: string): Promise<void>
  /** Strikes off those that have been silent for longer than that; when each of them was heard of last. */
  strikeOff(silentMs: number): Promise<readonly number[]>
}
