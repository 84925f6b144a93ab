/** How far a request has come, as its client knows: `sent` and not answered may have been done or not. */
export type Progress = 'none' | 'sent' | 'acknowledged'

/** One key by what its client asked and was told. Its name is asked for once. */
export type LedgerKey = {
  readonly name: string
  id: string | null
  mint: Progress
  readonly rotations: Progress[]
  revocation: Progress
  deletion: Progress
  /** Of the secrets that it was told of. */
  readonly secretIds: string[]
  /** The newest secret's text; null where its answer was lost. */
  secret: string | null
}

/** What one client asked of one organization. */
export class Ledger {
  readonly keys: LedgerKey[] = []
  readonly organizationId: string

  constructor(organizationId: string) {
    this.organizationId = organizationId
  }

  open(): LedgerKey {
    const key: LedgerKey = {
      name: `key ${this.keys.length}`,
      id: null,
      mint: 'none',
      rotations: [],
      revocation: 'none',
      deletion: 'none',
      secretIds: [],
      secret: null,
    }
    this.keys.push(key)
    return key
  }

  /** Requests of which nobody knows whether they were done. */
  get unanswered(): number {
    const states = this.keys.flatMap((key) => [key.mint, ...key.rotations, key.revocation, key.deletion])
    return states.filter((state) => state === 'sent').length
  }
}
