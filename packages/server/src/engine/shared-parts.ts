/** Values kept at most. Beyond it all are let go, and shared anew. */
const maxShared = 4_096
/** Characters of a name that is worth remembering. */
const maxNameLength = 1_024

/**
 * Immutable values that are the same for many keys, kept once. A verification of one key among 10,000 costs mostly
 * what it waits for memory: what all keys share is in the processor's cache already.
 */
export class SharedParts<T> {
  readonly #values = new Map<string, T>()

  /** @param name says everything that `make` depends on */
  get(name: string, make: () => T): T {
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const made = make()
    if (name.length > maxNameLength) return made
    if (this.#values.size >= maxShared) this.#values.clear()
    this.#values.set(name, made)
    return made
  }
}
