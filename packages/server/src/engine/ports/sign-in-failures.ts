/** How often in a row an address was tried in vain, by a keyed digest of it, whether or not somebody has it. */
export interface SignInFailureStore {
  /** How many there are with this one. */
  add(addressHmac: string, atMs: number): Promise<number>
  clear(addressHmac: string): Promise<void>
  deleteBefore(beforeMs: number, limit: number): Promise<number>
}
