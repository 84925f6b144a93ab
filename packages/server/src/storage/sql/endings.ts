import { entryOf } from '../../engine/ending.ts'
import type { Ending, Journal, JournalEntry } from '../../engine/ports/journal.ts'
import { StoreFull, StoreUnavailable } from '../../engine/ports/unavailable.ts'

/** What one unit of work ends for good, until the journal has it. */
export class Endings {
  readonly #journal: Journal
  readonly #beforeCommit: JournalEntry[] = []
  readonly #afterCommit: JournalEntry[] = []
  #settle: () => void = () => {}
  #isReplay = false

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /**
   * Keys, sessions and organizations are in the journal first: nothing is ever seen revoked that a restored backup could
   * bring back. A secret ends because another takes its place: were it in the journal and the other, by a crash, not in
   * the database, a replay would leave the key without any. So it follows, before it is acknowledged.
   */
  add(ending: Ending): void {
    const entries = ending.what === 'secret ended' ? this.#afterCommit : this.#beforeCommit
    entries.push(entryOf(ending))
  }

  replay(): void {
    this.#isReplay = true
  }

  async beforeCommit(): Promise<void> {
    if (this.#isReplay) return
    this.#settle = await this.#journal.write(this.#beforeCommit)
  }

  async committed(): Promise<void> {
    this.#settle()
    if (this.#isReplay) return
    const settle = await this.#journal.write(this.#afterCommit, { isCommitted: true })
    settle()
  }

  /** What became of a commit that was not answered is for the next start to settle. */
  failed(error: unknown): void {
    if (error instanceof StoreFull || !(error instanceof StoreUnavailable)) this.#settle()
  }
}
