import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyWindow, spend, type SlidingWindow, type WindowLimit } from './sliding-window.ts'
import { windowFromBytes, windowToBytes } from './window-bytes.ts'

const START_MS = 1_763_000_000_000
const limit: WindowLimit = { limit: 40, windowMs: 60_000 }

function busyWindow(costs: readonly number[]): SlidingWindow {
  const window = emptyWindow()
  for (const [index, cost] of costs.entries()) spend(window, limit, cost, START_MS + index * 3_000)
  return window
}

describe('a saved window', () => {
  test('decides as the one it was made of', () => {
    const costs = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 })
    fc.assert(
      fc.property(costs, costs, (before, after) => {
        const original = busyWindow(before)
        const restored = windowFromBytes(windowToBytes(original))
        for (const [index, cost] of after.entries()) {
          const nowMs = START_MS + (before.length + index) * 3_000
          expect(spend(restored, limit, cost, nowMs)).toEqual(spend(original, limit, cost, nowMs))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('has 16 bytes and 4 for each hit that is stored', () => {
    expect(windowToBytes(emptyWindow()).length).toBe(16)
    expect(windowToBytes(busyWindow([3, 4])).length).toBe(16 + 4 * 7)
  })

  test('may lie anywhere in its buffer', () => {
    const bytes = windowToBytes(busyWindow([3, 4]))
    const longer = new Uint8Array(bytes.length + 6)
    longer.set(bytes, 3)
    expect(windowFromBytes(longer.subarray(3, 3 + bytes.length)).stored).toBe(7)
  })
})

describe('windowFromBytes throws RangeError', () => {
  const bytes = windowToBytes(busyWindow([3, 4, 1]))
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const copy = bytes.slice()
    change(new DataView(copy.buffer))
    return copy
  }

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a header cut short', bytes.subarray(0, 15)],
    ['a hit cut short', bytes.subarray(0, bytes.length - 1)],
    ['its last hit missing', bytes.subarray(0, bytes.length - 4)],
    ['no time of the newest hit', changed((view) => view.setFloat64(0, Number.NaN, true))],
    ['hits, but none is the newest', changed((view) => view.setFloat64(0, Number.NEGATIVE_INFINITY, true))],
    ['a window above a day', changed((view) => view.setUint32(8, 86_400_001, true))],
    ['a limit above 100,000', changed((view) => view.setUint32(12, 100_001, true))],
    ['more hits than the largest limit', changed((view) => view.setUint32(12, 7, true))],
    ['a hit older than the longest window', changed((view) => view.setUint32(8, 6_000, true))],
    ['hits out of order', changed((view) => view.setUint32(20, view.getUint32(20, true) + 1, true))],
  ])('at %s', (_, broken) => {
    expect(() => windowFromBytes(broken)).toThrow(RangeError)
  })
})
