import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

const candidates = ['prefixes', 'length', 'shown', 'sites:read', 'sites:write']

describe('the nearest name', () => {
  test.each([
    ['lenght', 'length'],
    ['prefix', 'prefixes'],
    ['SHOWN', 'shown'],
    ['site:read', 'sites:read'],
    ['sites:writes', 'sites:write'],
    ['sites:rite', 'sites:write'],
    ['length', 'length'],
  ])('%s: %s', (name, nearest) => {
    expect(nearestName(name, candidates)).toBe(nearest)
  })

  test.each(['', 'x', 'sh', 'colour', 'tests:deleted', 'x'.repeat(100_000)])('none is near %j', (name) => {
    expect(nearestName(name.slice(0, 100_000), candidates)).toBeNull()
  })

  test('a name of 64 characters is the longest that is compared', () => {
    expect(nearestName('x'.repeat(64), ['x'.repeat(63)])).toBe('x'.repeat(63))
    expect(nearestName('x'.repeat(65), ['x'.repeat(64)])).toBeNull()
  })

  test('of two that are near, the nearer, wherever it stands', () => {
    expect(nearestName('sites:reed', ['sites:rode', 'sites:read'])).toBe('sites:read')
    expect(nearestName('sites:reed', ['sites:read', 'sites:rode'])).toBe('sites:read')
  })
})

/** Levenshtein's distance as it is defined. */
function distance(from: string, to: string): number {
  if (from === '' || to === '') return from.length + to.length
  if (from[0] === to[0]) return distance(from.slice(1), to.slice(1))
  return 1 + Math.min(distance(from.slice(1), to), distance(from, to.slice(1)), distance(from.slice(1), to.slice(1)))
}

test('near is whatever differs in at most a third of its characters', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 })
  fc.assert(
    fc.property(word, word, (name, candidate) => {
      const isNear = distance(name, candidate) <= Math.floor(name.length / 3)
      expect(nearestName(name, [candidate])).toBe(isNear ? candidate : null)
    }),
    { numRuns: 2000 },
  )
})
