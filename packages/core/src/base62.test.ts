import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BASE62_ALPHABET, isBase62, randomBase62, toBase62 } from './base62.ts'
import type { RandomBytes } from './base62.ts'

// SECURITY R-A1: 61 degrees of freedom, p = 0.001.
const CHI_SQUARE_BOUND = 100.9
const SAMPLE = 1_000_000

/** A reproducible stream of bytes without bias: SHAKE-256 of a label. */
function shake(label: string, byteCount: number): RandomBytes {
  const stream = createHash('shake256', { outputLength: byteCount }).update(label).digest()
  let offset = 0
  return (count) => stream.subarray(offset, (offset += count))
}

function chiSquare(characters: Iterable<string>): number {
  const counts = new Map(Array.from(BASE62_ALPHABET, (character) => [character, 0]))
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1)
  expect(counts.size).toBe(62)
  const expected = SAMPLE / 62
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('randomBase62', () => {
  it('gives every character as often as any other', () => {
    const characters = randomBase62(SAMPLE, shake('unbiased', 1.1 * SAMPLE))
    expect(characters).toHaveLength(SAMPLE)
    expect(chiSquare(characters)).toBeLessThan(CHI_SQUARE_BOUND)
  })

  it('would be caught taking each byte modulo 62', () => {
    const bytes = shake('unbiased', SAMPLE)(SAMPLE)
    const biased = Array.from(bytes, (byte) => BASE62_ALPHABET.charAt(byte % 62))
    expect(chiSquare(biased)).toBeGreaterThan(50 * CHI_SQUARE_BOUND)
  })

  it('maps exactly four bytes to each character and rejects the last eight', () => {
    let next = 0
    const counting: RandomBytes = (count) => Uint8Array.from({ length: count }, () => next++ & 255)
    expect(randomBase62(248, counting)).toBe(BASE62_ALPHABET.repeat(4))
    expect(next).toBe(248)
    expect(randomBase62(1, counting)).toBe('0')
    expect(next).toBe(256 + 1)
  })

  it('asks again only for what is missing', () => {
    const asked: number[] = []
    const first = Uint8Array.of(255, 1, 248, 247)
    const random: RandomBytes = (count) => {
      asked.push(count)
      return asked.length === 1 ? first : new Uint8Array(count)
    }
    expect(randomBase62(4, random)).toBe('1z00')
    expect(asked).toEqual([4, 2])
  })

  it('stops at a source that is broken', () => {
    expect(() => randomBase62(32, (count) => new Uint8Array(count).fill(255))).toThrow('no usable bytes')
    expect(() => randomBase62(32, () => new Uint8Array())).toThrow(RangeError)
    expect(() => randomBase62(32, (count) => new Uint8Array(count + 1))).toThrow(RangeError)
  })
})

describe('isBase62', () => {
  it('is true for the 62 digits and for no other code unit', () => {
    const digits = Array.from({ length: 65_536 }, (_, code) => code).filter(isBase62)
    expect(String.fromCharCode(...digits)).toBe(BASE62_ALPHABET)
  })
})

describe('toBase62', () => {
  it.each([
    [0, 6, '000000'],
    [61, 1, 'z'],
    [62, 2, '10'],
    [62 ** 6 - 1, 6, 'zzzzzz'],
    [2 ** 32 - 1, 6, '4gfFC3'],
    [2 ** 32 - 1, 4, 'fFC3'],
    [123, 0, ''],
  ])('writes %i with %i digits', (value, digitCount, text) => {
    expect(toBase62(value, digitCount)).toBe(text)
  })
})
