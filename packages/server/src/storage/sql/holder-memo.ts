import type { KeyDigest } from '@mintmark/core'
import { BoundedMap } from '../../engine/bounded-map.ts'

/**
 * What was made of a row, kept for as long as the row says the same. It never answers by itself: whoever asks it has
 * just read the row.
 */
export class HolderMemo<Holder> {
  readonly #make: (text: string) => Holder
  readonly #known: BoundedMap<KeyDigest, { readonly text: string; readonly holder: Holder }>

  constructor(make: (text: string) => Holder, capacity: number) {
    this.#make = make
    this.#known = new BoundedMap(capacity)
  }

  /** @param text the row as it was just read; null: there is none, and what was known of it is forgotten */
  holderOf(digest: KeyDigest, text: string | null): Holder | null {
    if (text === null) {
      this.#known.delete(digest)
      return null
    }
    const known = this.#known.get(digest)
    if (known !== undefined && known.text === text) return known.holder
    const holder = this.#make(text)
    this.#known.set(digest, { text: copyOf(text), holder })
    return holder
  }
}

/** A slice of an answer would keep the whole answer in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString()
}
