/**
 * Whose turn it is to do what is done by one node at a time. Obligations: of any number of nodes that claim a job at
 * once, one gets it; times are the authority's; the job of a node that died is free when its lease has ended.
 */
export interface JobStore {
  /** True where the job is due and nobody's: then it is the holder's for that long. */
  claim(name: string, holder: string, leaseMs: number): Promise<boolean>
  /** True while it is still the holder's: then it is again for that long. */
  renew(name: string, holder: string, leaseMs: number): Promise<boolean>
  /** Gives it back; it is due again after that long. Changes nothing where it is another's by now. */
  release(name: string, holder: string, dueAfterMs: number): Promise<void>
}
