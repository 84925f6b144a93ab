import type { CompiledQuery } from 'kysely'

/**
 * Statements that are sent together with COMMIT, as a unit of work's last ones: the locks they take are held for no
 * round trip of ours, however busy this process is. What reads what they write runs them first.
 */
export class LastStatements {
  readonly #run: (query: CompiledQuery) => Promise<unknown>
  #waiting: CompiledQuery[] = []

  constructor(run: (query: CompiledQuery) => Promise<unknown>) {
    this.#run = run
  }

  add(query: CompiledQuery): void {
    this.#waiting.push(query)
  }

  /** Runs them now. */
  async flush(): Promise<void> {
    for (const query of this.take()) await this.#run(query)
  }

  /** Hands them over, in order, to whoever sends COMMIT. */
  take(): readonly CompiledQuery[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }
}
