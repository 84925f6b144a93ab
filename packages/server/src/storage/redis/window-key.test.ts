import { describe, expect, test } from 'vitest'
import { probeKey, windowKey, windowTagOf, WINDOW_TAGS } from './window-key.ts'

describe('the place of a window in Redis', () => {
  test('never changes: nodes of different releases must find the same window', () => {
    expect(windowKey('key_0123456789abcdef')).toBe('mintmark:{w25}:key_0123456789abcdef')
    expect(windowKey('')).toBe('mintmark:{w217}:')
    expect(probeKey(7)).toBe('mintmark:{w7}')
  })

  test('spreads ids evenly over the tags', () => {
    const counts = Array.from({ length: WINDOW_TAGS }, () => 0)
    for (let id = 0; id < 256_000; id++) counts[windowTagOf(`key_${id.toString(36)}`)]! += 1
    // 1,000 each, give or take 6 standard deviations.
    expect(Math.min(...counts)).toBeGreaterThan(810)
    expect(Math.max(...counts)).toBeLessThan(1_190)
  })
})
