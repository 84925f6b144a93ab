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

  test('of two that are near, the nearer, wherever it stands', () => {
    expect(nearestName('sites:reed', ['sites:rode', 'sites:read'])).toBe('sites:read')
    expect(nearestName('sites:reed', ['sites:read', 'sites:rode'])).toBe('sites:read')
  })
})
