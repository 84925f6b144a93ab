/** Which bit stands for which permission: position in `names`, which are sorted. */
export interface PermissionOrder {
  readonly names: readonly string[]
  readonly indexByName: ReadonlyMap<string, number>
}

/**
 * An immutable set of permissions of one catalogue, as bits in the catalogue's order.
 * Sets of different catalogues never mix: their bits mean different permissions, so combining them throws.
 */
export class PermissionSet {
  readonly #order: PermissionOrder
  readonly #words: Uint32Array
  #names: readonly string[] | null = null

  /** Made by a catalogue only: `words` has a bit for each name of the order, and belongs to the set from now on. */
  private constructor(order: PermissionOrder, words: Uint32Array) {
    this.#order = order
    this.#words = words
  }

  static of(order: PermissionOrder, indexes: Iterable<number>): PermissionSet {
    const words = emptyWords(order)
    for (const index of indexes) words[index >>> 5] = (words[index >>> 5] ?? 0) | (1 << (index & 31))
    return new PermissionSet(order, words)
  }

  /** What any of them holds. */
  static unionOf(order: PermissionOrder, sets: readonly PermissionSet[]): PermissionSet {
    const words = emptyWords(order)
    for (const set of sets) {
      requireSameOrder(set.#order, order)
      for (let at = 0; at < words.length; at += 1) words[at] = (words[at] ?? 0) | (set.#words[at] ?? 0)
    }
    return new PermissionSet(order, words)
  }

  has(name: string): boolean {
    const index = this.#order.indexByName.get(name)
    return index !== undefined && ((this.#words[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0)
  }

  /** What both hold. */
  intersect(other: PermissionSet): PermissionSet {
    requireSameOrder(other.#order, this.#order)
    const words = new Uint32Array(this.#words.length)
    for (let at = 0; at < words.length; at += 1) words[at] = (this.#words[at] ?? 0) & (other.#words[at] ?? 0)
    return new PermissionSet(this.#order, words)
  }

  /** What this holds and `other` does not. */
  without(other: PermissionSet): PermissionSet {
    requireSameOrder(other.#order, this.#order)
    const words = new Uint32Array(this.#words.length)
    for (let at = 0; at < words.length; at += 1) words[at] = (this.#words[at] ?? 0) & ~(other.#words[at] ?? 0)
    return new PermissionSet(this.#order, words)
  }

  isSubsetOf(other: PermissionSet): boolean {
    return this.#firstIndexNotIn(other) === null
  }

  /** The first permission, by name, that this holds and `other` lacks; `null` where this is a subset. */
  firstMissingFrom(other: PermissionSet): string | null {
    const index = this.#firstIndexNotIn(other)
    return index === null ? null : (this.#order.names[index] ?? null)
  }

  /** The names, sorted. */
  names(): readonly string[] {
    this.#names ??= Object.freeze(this.#order.names.filter((name) => this.has(name)))
    return this.#names
  }

  #firstIndexNotIn(other: PermissionSet): number | null {
    requireSameOrder(other.#order, this.#order)
    for (let at = 0; at < this.#words.length; at += 1) {
      const missing = (this.#words[at] ?? 0) & ~(other.#words[at] ?? 0)
      if (missing !== 0) return at * 32 + 31 - Math.clz32(missing & -missing)
    }
    return null
  }
}

function emptyWords(order: PermissionOrder): Uint32Array {
  return new Uint32Array((order.names.length + 31) >>> 5)
}

function requireSameOrder(left: PermissionOrder, right: PermissionOrder): void {
  if (left !== right) throw new Error('These permission sets belong to different catalogues.')
}
