/** Something that is done again and again, by one node at a time. */
export type Job = {
  readonly name: string
  /** About so often, on all nodes together. */
  readonly everyMs: number
  /**
   * Does a part of what is due, of some milliseconds. True: there is more. Must be right whoever else does it at the
   * same time: the turn is there to save work.
   */
  readonly step: () => Promise<boolean>
}
