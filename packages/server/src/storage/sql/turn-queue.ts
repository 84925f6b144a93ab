/** One holder at a time, first come first served. */
export class TurnQueue {
  #taken = false
  readonly #waiting: (() => void)[] = []

  /** Resolves, when it is the caller's turn, to what gives it back; giving it back twice does nothing. */
  async take(): Promise<() => void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
    let given = false
    return () => {
      if (given) return
      given = true
      this.#giveOn()
    }
  }

  /** The turn passes straight to the next one, so that nobody can slip in between. */
  #giveOn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken = false
    else next()
  }
}
