/** Slots of a ring that has just been made; most keys never need more. */
export const FIRST_CAPACITY = 16

/**
 * When each hit was made, oldest first, in a ring of 4-byte slots: milliseconds modulo 2^32. Every stored hit lies
 * less than 2^32 ms (49 days) before the newest, so that `newestMs`, which is kept whole, gives each its full time.
 */
export interface HitRing {
  slots: Uint32Array
  /** Position in `slots` of the oldest stored hit. */
  first: number
  /** How many hits are stored. */
  stored: number
  /** Milliseconds UTC; -Infinity before the first hit. */
  newestMs: number
}

/** How many milliseconds before the newest hit the one at `index` was made; 0 is the oldest stored. */
export function behindNewestMs(ring: HitRing, index: number): number {
  const position = ring.first + index
  const { slots } = ring
  const slot = slots[position < slots.length ? position : position - slots.length] ?? 0
  return (ring.newestMs - slot) >>> 0
}

/**
 * How many of the stored hits are at least `ageMs` old at `atMs`, which must not be before the newest hit.
 * They are the oldest, so it gallops from there: the logarithm of the answer, not of the ring.
 */
export function countAged(ring: HitRing, ageMs: number, atMs: number): number {
  const reachMs = ageMs - (atMs - ring.newestMs)
  const { stored } = ring
  if (stored === 0 || reachMs <= 0) return stored
  if (behindNewestMs(ring, 0) < reachMs) return 0
  let aged = 0
  let young = 1
  while (young < stored && behindNewestMs(ring, young) >= reachMs) {
    aged = young
    young *= 2
  }
  young = Math.min(young, stored)
  while (young - aged > 1) {
    const middle = (aged + young) >>> 1
    if (behindNewestMs(ring, middle) >= reachMs) aged = middle
    else young = middle
  }
  return young
}

/** Forgets the `count` oldest hits. */
export function forgetOldest(ring: HitRing, count: number): void {
  ring.first = (ring.first + count) % ring.slots.length
  ring.stored -= count
}

/** Stores `count` hits made at `atMs`, not before the newest. A full ring doubles, up to `mostSlots`. */
export function append(ring: HitRing, count: number, atMs: number, mostSlots: number): void {
  const needed = ring.stored + count
  if (needed > ring.slots.length) layOut(ring, Math.max(needed, Math.min(2 * ring.slots.length, mostSlots)))
  const { slots } = ring
  let position = (ring.first + ring.stored) % slots.length
  for (let written = 0; written < count; written++) {
    // A typed array of this kind stores a number modulo 2^32.
    slots[position] = atMs
    position = position + 1 === slots.length ? 0 : position + 1
  }
  ring.stored = needed
  ring.newestMs = atMs
}

/** The slots of all stored hits, oldest first. */
export function slotsInOrder(ring: HitRing, capacity: number): Uint32Array {
  const { slots, first, stored } = ring
  const ordered = new Uint32Array(capacity)
  const beforeWrap = Math.min(stored, slots.length - first)
  ordered.set(slots.subarray(first, first + beforeWrap))
  ordered.set(slots.subarray(0, stored - beforeWrap), beforeWrap)
  return ordered
}

function layOut(ring: HitRing, capacity: number): void {
  ring.slots = slotsInOrder(ring, capacity)
  ring.first = 0
}
