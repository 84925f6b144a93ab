import { windowToBytes, emptyWindow, type WindowLimit } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import { describeWindowStore } from '../contract/windows.ts'
import { createMemoryWindows } from './windows.ts'

const minute: WindowLimit = { limit: 3, windowMs: 60_000 }

function startClock() {
  const clock = { atMs: 1_763_000_000_000 }
  return { clock, windows: createMemoryWindows({ nowMs: () => clock.atMs }) }
}

describeWindowStore('memory', async () => {
  const { clock, windows } = startClock()
  return {
    stores: [windows],
    nowMs: () => clock.atMs,
    async pass(durationMs) {
      clock.atMs += durationMs
    },
    async close() {},
  }
})

describe('windows in memory', () => {
  test('answer synchronously', () => {
    const { windows } = startClock()
    expect(windows.spend('key_a', minute, 1)).toMatchObject({ admitted: true, remaining: 2 })
  })

  test('are not made by looking', () => {
    const { windows } = startClock()
    expect(windows.spend('key_a', minute, 0).remaining).toBe(3)
    expect(windows.size).toBe(0)
    expect(() => windows.spend('key_a', minute, 4)).toThrow(RangeError)
    expect(windows.size).toBe(0)
  })

  test('that stay open are one window, also after it was swept away or forgotten', () => {
    const { clock, windows } = startClock()
    const [one, other] = [windows.open('key_a'), windows.open('key_a')]
    const sweep = (): void => {
      for (let request = 0; request < 64; request++) windows.spend('key_b', minute, 0)
      for (let request = 0; request < 64; request++) windows.spend(`key_c${request}`, minute, 1)
    }
    for (const end of [
      () => {
        clock.atMs += 60_000
        sweep()
      },
      () => windows.forget('key_a'),
    ]) {
      expect(one.spend(minute, 2).remaining).toBe(1)
      expect(other.spend(minute, 1).remaining).toBe(0)
      expect(one.spend(minute, 1).admitted).toBe(false)
      expect(windows.spend('key_a', minute, 1).admitted).toBe(false)
      end()
      expect(other.spend(minute, 0).remaining).toBe(3)
    }
    // The one that was not asked since has not brought its old hits back.
    expect(other.spend(minute, 3).admitted).toBe(true)
    expect(one.spend(minute, 1).admitted).toBe(false)
  })

  test('that are idle never outnumber the others for long, while keys come and go', () => {
    const { clock, windows } = startClock()
    let most = 0
    for (let key = 0; key < 50_000; key++) {
      clock.atMs += 60
      windows.spend(`key_${key}`, minute, 1)
      most = Math.max(most, windows.size)
    }
    // 1,000 of them count at any time.
    expect(most).toBeLessThanOrEqual(2_010)
  })

  test('that are idle leave although no key is added', () => {
    const { clock, windows } = startClock()
    for (let key = 0; key < 1_000; key++) windows.spend(`key_${key}`, minute, 1)
    clock.atMs += 60_000
    for (let request = 0; request < 16 * 1_000; request++) windows.spend('key_0', minute, request % 2)
    expect(windows.size).toBe(1)
  })

  test('are exact at whatever request the sweep comes by', () => {
    for (let before = 0; before < 40; before++) {
      const { clock, windows } = startClock()
      for (let request = 0; request < before; request++) windows.spend('key_a', minute, 1)
      clock.atMs += 60_000
      const admitted = [1, 2, 3, 4, 5].filter(() => windows.spend('key_a', minute, 1).admitted)
      expect(admitted).toEqual([1, 2, 3])
    }
  })

  test('charged after an unclean start count until they leave', () => {
    const { clock, windows } = startClock()
    windows.charge('key_a', 5, 60_000)
    windows.charge('key_b', 2, 60_000)
    windows.charge('key_b', 1, 60_000)
    clock.atMs += 59_999
    expect(windows.spend('key_a', minute, 1)).toMatchObject({ admitted: false, retryAfterMs: 1 })
    expect(windows.spend('key_b', minute, 1)).toMatchObject({ admitted: false, retryAfterMs: 1 })
    clock.atMs += 1
    expect(windows.spend('key_a', minute, 3).admitted).toBe(true)
  })
})

describe('saved windows', () => {
  test('go on where they stopped', () => {
    const { clock, windows } = startClock()
    windows.spend('key_a', minute, 2)
    clock.atMs += 10_000
    windows.spend('key_a', minute, 1)
    windows.spend('key_b', minute, 1)
    const next = createMemoryWindows({ nowMs: () => clock.atMs })
    next.restore([...windows.save()])
    clock.atMs += 10_000
    expect(next.spend('key_a', minute, 1)).toEqual(windows.spend('key_a', minute, 1))
    expect(next.spend('key_a', minute, 1)).toMatchObject({ admitted: false, retryAfterMs: 40_000 })
    expect(next.spend('key_b', minute, 2).admitted).toBe(true)
  })

  test('leave out what does not count any more', () => {
    const { clock, windows } = startClock()
    windows.spend('key_a', minute, 2)
    clock.atMs += 60_000
    expect([...windows.save()]).toEqual([])
  })

  test('from a clock that was a year ahead block for one window, no longer', () => {
    const { clock, windows } = startClock()
    clock.atMs += 365 * 86_400_000
    windows.spend('key_a', minute, 3)
    const saved = [...windows.save()]
    clock.atMs -= 365 * 86_400_000
    const next = createMemoryWindows({ nowMs: () => clock.atMs })
    next.restore(saved)
    expect(next.spend('key_a', minute, 1)).toMatchObject({ admitted: false, retryAfterMs: 60_000 })
    clock.atMs += 60_000
    expect(next.spend('key_a', minute, 1).admitted).toBe(true)
  })

  test('that are broken are refused', () => {
    const { windows } = startClock()
    const bytes = windowToBytes(emptyWindow()).subarray(1)
    expect(() => windows.restore([{ keyId: 'key_a', bytes }])).toThrow(RangeError)
  })
})
