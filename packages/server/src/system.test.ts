import { describe, expect, test } from 'vitest'
import { createClock, createRandom } from './system.ts'

describe('the clock', () => {
  test('stands still while the system’s runs back, and goes on with it', () => {
    const times = [100, 200, 150, 199, 200, 201]
    const clock = createClock(() => times.shift() ?? 0)
    expect(Array.from({ length: 6 }, () => clock.nowMs())).toEqual([100, 200, 200, 200, 200, 201])
  })
})

describe('random bytes', () => {
  test('are as many as asked for, also beyond the pool, and never given twice', () => {
    const random = createRandom()
    expect(random(0)).toHaveLength(0)
    expect(random(10_000)).toHaveLength(10_000)
    const seen = new Set(Array.from({ length: 5_000 }, () => Buffer.from(random(16)).toString('hex')))
    expect(seen.size).toBe(5_000)
  })

  test('given out belong to the caller', () => {
    const random = createRandom()
    const first = random(32)
    const copy = Uint8Array.from(first)
    random(32)
    expect(first).toEqual(copy)
  })
})
