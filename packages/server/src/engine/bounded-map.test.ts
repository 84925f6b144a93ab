import { describe, expect, test } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

const keysOf = (map: BoundedMap<number, string>, upTo: number): number[] =>
  Array.from({ length: upTo }, (_, key) => key).filter((key) => map.get(key) !== undefined)

describe('a bounded map', () => {
  test('pushes out what was inserted first, not what was written or read last', () => {
    const map = new BoundedMap<number, string>(3)
    for (const key of [0, 1, 2]) map.set(key, 'first')
    map.set(0, 'second')
    map.get(0)
    map.set(3, 'first')
    expect(keysOf(map, 10)).toEqual([1, 2, 3])
  })

  test('writes to a key that is there without pushing out another', () => {
    const map = new BoundedMap<number, string>(2)
    map.set(0, 'a')
    map.set(1, 'a')
    map.set(1, 'b')
    expect(keysOf(map, 10)).toEqual([0, 1])
    expect(map.get(1)).toBe('b')
  })

  test('goes on pushing out the oldest after deletions and a time of being empty', () => {
    const map = new BoundedMap<number, string>(2)
    map.set(0, 'a')
    map.set(1, 'a')
    map.set(2, 'a')
    map.delete(1)
    map.delete(2)
    expect(map.size).toBe(0)
    for (const key of [3, 4, 5, 6]) map.set(key, 'a')
    expect(keysOf(map, 10)).toEqual([5, 6])
    map.delete(5)
    map.set(5, 'back, so the youngest')
    map.set(7, 'a')
    expect(keysOf(map, 10)).toEqual([5, 7])
  })

  test('never holds more than its capacity', () => {
    const map = new BoundedMap<number, string>(100)
    for (let key = 0; key < 5_000; key++) {
      map.set(key, 'a')
      if (key % 7 === 0) map.delete(key - 3)
      expect(map.size).toBeLessThanOrEqual(100)
    }
    expect(keysOf(map, 5_000).at(-1)).toBe(4_999)
  })

  test('refuses to hold nothing', () => {
    expect(() => new BoundedMap(0)).toThrow(RangeError)
    expect(() => new BoundedMap(Number.NaN)).toThrow(RangeError)
  })
})
