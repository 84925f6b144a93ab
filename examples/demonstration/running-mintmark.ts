/** Where a Mintmark is opened. */
export type MintmarkPlace = {
  readonly contractFile: string
  readonly dataDir: string
}

/** What every example has of its Mintmark, wherever that runs. */
export type RunningMintmark = {
  readonly url: string
  readonly operatorKey: string
  /** Rejects when it ends without having been asked to. */
  readonly failed: Promise<never>
  close(): Promise<void>
}
