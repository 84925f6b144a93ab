import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  charge,
  emptyWindow,
  isIdle,
  MAX_WINDOW_LIMIT,
  spend,
  type WindowDecision,
  type WindowLimit,
} from './sliding-window.ts'
import { CompleteLog, ForgetfulLog, type WindowLog } from './testing/window-log.ts'

const START_MS = 1_763_000_000_000
const WRAP = 2 ** 32
/** The first instant after START_MS at which slots begin again at 0. */
const NEXT_WRAP_MS = Math.ceil(START_MS / WRAP) * WRAP

type Step = { readonly limit: WindowLimit; readonly cost: number; readonly nowMs: number }

const minute = (limit: number): WindowLimit => ({ limit, windowMs: 60_000 })

function spendTimes(times: number, limit: WindowLimit, nowMs: number, window = emptyWindow()) {
  for (let index = 0; index < times; index++) expect(spend(window, limit, 1, nowMs).admitted).toBe(true)
  return window
}

describe('a window', () => {
  test('admits the limit, then refuses until the first hit has left', () => {
    const window = emptyWindow()
    expect(spend(window, minute(2), 1, START_MS)).toEqual({
      admitted: true,
      limit: 2,
      windowMs: 60_000,
      remaining: 1,
      resetMs: 60_000,
      retryAfterMs: 0,
    } satisfies WindowDecision)
    expect(spend(window, minute(2), 1, START_MS + 100)).toMatchObject({ admitted: true, remaining: 0 })
    expect(spend(window, minute(2), 1, START_MS + 59_999)).toMatchObject({
      admitted: false,
      remaining: 0,
      resetMs: 101,
      retryAfterMs: 1,
    })
    expect(spend(window, minute(2), 1, START_MS + 60_000)).toMatchObject({ admitted: true, remaining: 0 })
    expect(spend(window, minute(2), 1, START_MS + 60_099).admitted).toBe(false)
    expect(spend(window, minute(2), 1, START_MS + 60_100).admitted).toBe(true)
  })

  test('refuses without cost: nothing of it changes, the block does not grow', () => {
    const window = spendTimes(5, minute(5), START_MS)
    const before = structuredClone(window)
    for (let atMs = START_MS; atMs < START_MS + 60_000; atMs += 500) {
      expect(spend(window, minute(5), 1, atMs)).toMatchObject({
        admitted: false,
        retryAfterMs: START_MS + 60_000 - atMs,
      })
    }
    expect(window).toEqual(before)
  })

  test('admits all of a cost or nothing', () => {
    const window = spendTimes(6, minute(10), START_MS)
    expect(spend(window, minute(10), 5, START_MS)).toMatchObject({ admitted: false, remaining: 4 })
    expect(spend(window, minute(10), 4, START_MS)).toMatchObject({ admitted: true, remaining: 0 })
  })

  test('never refuses cost 0, and it changes nothing', () => {
    const window = spendTimes(3, minute(3), START_MS)
    const before = structuredClone(window)
    expect(spend(window, minute(3), 0, START_MS + 1)).toMatchObject({ admitted: true, remaining: 0, resetMs: 59_999 })
    expect(spend(window, minute(1), 0, START_MS + 1)).toMatchObject({ admitted: true, remaining: 0 })
    expect(spend(window, minute(3), 0, START_MS - 10 * 86_400_000)).toMatchObject({ remaining: 0, resetMs: 60_000 })
    expect(spend(window, minute(3), 0, START_MS + 60_000)).toMatchObject({ remaining: 3, resetMs: 0 })
    expect(window).toEqual(before)
    expect(spend(emptyWindow(), minute(3), 0, START_MS)).toMatchObject({ remaining: 3, resetMs: 0, retryAfterMs: 0 })
  })

  test.each([
    ['a cost above the limit', minute(3), 4],
    ['a negative cost', minute(3), -1],
    ['a broken cost', minute(3), 1.5],
    ['no cost', minute(3), Number.NaN],
    ['a cost above 1,000', minute(5_000), 1_001],
    ['a limit of 0', minute(0), 0],
    ['no limit', minute(Number.NaN), 0],
    ['a limit above 100,000', minute(100_001), 1],
    ['a window under a second', { limit: 1, windowMs: 999 }, 1],
    ['a window above a day', { limit: 1, windowMs: 86_400_001 }, 1],
  ])('throws RangeError at %s', (_, limit, cost) => {
    expect(() => spend(emptyWindow(), limit, cost, START_MS)).toThrow(RangeError)
  })

  test('keeps only as many slots as it needs, and never more than the limit', () => {
    const window = spendTimes(16, minute(600), START_MS)
    expect(window.slots.length).toBe(16)
    spendTimes(1, minute(600), START_MS, window)
    expect(window.slots.length).toBe(32)
    spendTimes(583, minute(600), START_MS, window)
    expect(window.slots.length).toBe(600)
    const busy = emptyWindow()
    for (let index = 0; index < 5_000; index++) spend(busy, minute(100), 1, START_MS + index * 601)
    expect(busy.slots.length).toBe(100)
  })

  test('holds the largest limit there is', () => {
    const window = emptyWindow()
    for (let index = 0; index < 100; index++) {
      expect(spend(window, minute(MAX_WINDOW_LIMIT), 1_000, START_MS + index).admitted).toBe(true)
    }
    expect(spend(window, minute(MAX_WINDOW_LIMIT), 1, START_MS + 100)).toMatchObject({ retryAfterMs: 59_900 })
    expect(spend(window, minute(MAX_WINDOW_LIMIT), 1_000, START_MS + 60_000).admitted).toBe(true)
  })
})

describe('a changed limit', () => {
  test('lowered: refuses until enough hits have left', () => {
    const window = spendTimes(10, minute(10), START_MS)
    spend(window, minute(12), 2, START_MS + 1_000)
    expect(spend(window, minute(3), 1, START_MS + 2_000)).toMatchObject({
      admitted: false,
      remaining: 0,
      retryAfterMs: 58_000,
    })
    expect(spend(window, minute(3), 1, START_MS + 60_000)).toMatchObject({ admitted: true, remaining: 0 })
  })

  test('raised: admits more at once, and what was spent still counts', () => {
    const window = spendTimes(10, minute(10), START_MS)
    expect(spend(window, minute(25), 15, START_MS + 1)).toMatchObject({ admitted: true, remaining: 0 })
    expect(spend(window, minute(25), 1, START_MS + 1).admitted).toBe(false)
  })

  test('lowered and raised again: no hit is forgotten', () => {
    const window = spendTimes(100, minute(100), START_MS)
    expect(spend(window, minute(10), 1, START_MS + 30_000).admitted).toBe(false)
    expect(spend(window, minute(100), 1, START_MS + 30_000)).toMatchObject({ admitted: false, retryAfterMs: 30_000 })
  })

  test('a shorter window, then the longer one again: no hit is forgotten', () => {
    const short = { limit: 5, windowMs: 1_000 }
    const window = spendTimes(5, minute(5), START_MS)
    expect(spend(window, short, 1, START_MS + 999)).toMatchObject({ admitted: false, retryAfterMs: 1 })
    expect(spend(window, short, 3, START_MS + 1_000)).toMatchObject({ admitted: true, remaining: 2 })
    expect(spend(window, minute(5), 1, START_MS + 1_001)).toMatchObject({ admitted: false, retryAfterMs: 58_999 })
  })

  test('a longer window: what is still stored counts under it', () => {
    const window = spendTimes(5, { limit: 5, windowMs: 1_000 }, START_MS)
    expect(spend(window, minute(5), 1, START_MS + 30_000)).toMatchObject({ admitted: false, retryAfterMs: 30_000 })
  })
})

describe('the clock', () => {
  test('running backwards within the window: time stands still, waiting as told still helps', () => {
    const window = spendTimes(2, minute(2), START_MS)
    const refused = spend(window, minute(2), 1, START_MS - 20_000)
    expect(refused).toMatchObject({ admitted: false, retryAfterMs: 80_000, resetMs: 80_000 })
    expect(spend(window, minute(2), 1, START_MS - 20_000 + refused.retryAfterMs).admitted).toBe(true)
  })

  test('set back by a year: blocks for one window at most, and admits nothing above the limit', () => {
    const window = spendTimes(2, minute(2), START_MS)
    const backMs = START_MS - 365 * 86_400_000
    expect(spend(window, minute(2), 1, backMs)).toMatchObject({ admitted: false, retryAfterMs: 60_000 })
    expect(spend(window, minute(2), 1, backMs + 59_999).admitted).toBe(false)
    expect(spend(window, minute(2), 1, backMs + 60_000).admitted).toBe(true)
  })

  test('leaping forward by exactly 2^32 ms does not bring old hits back', () => {
    const window = spendTimes(2, minute(2), START_MS)
    expect(spend(window, minute(2), 2, START_MS + WRAP)).toMatchObject({ admitted: true, remaining: 0 })
  })
})

describe('charge', () => {
  test('counts whatever the limit says, until the charged hits leave', () => {
    const window = emptyWindow()
    charge(window, 150, 60_000, START_MS)
    expect(spend(window, minute(100), 1, START_MS + 59_999)).toMatchObject({ admitted: false, retryAfterMs: 1 })
    expect(spend(window, minute(100), 100, START_MS + 60_000).admitted).toBe(true)
  })

  test('adds to what is there', () => {
    const window = spendTimes(40, minute(100), START_MS)
    charge(window, 50, 60_000, START_MS + 1_000)
    expect(spend(window, minute(100), 0, START_MS + 1_000).remaining).toBe(10)
    expect(spend(window, minute(100), 0, START_MS + 60_000).remaining).toBe(50)
    charge(window, 0, 60_000, START_MS + 1_000)
    expect(spend(window, minute(100), 0, START_MS + 1_000).remaining).toBe(10)
  })

  test('of more than any limit keeps as many as decide', () => {
    const window = emptyWindow()
    charge(window, 10 * MAX_WINDOW_LIMIT, 60_000, START_MS)
    expect(window.stored).toBe(MAX_WINDOW_LIMIT)
    expect(spend(window, minute(MAX_WINDOW_LIMIT), 1, START_MS).admitted).toBe(false)
  })
})

test('a window is idle exactly when nothing in it can count any more', () => {
  expect(isIdle(emptyWindow(), START_MS)).toBe(true)
  const window = spendTimes(1, minute(1), START_MS)
  spend(window, { limit: 5, windowMs: 1_000 }, 1, START_MS + 10)
  expect(isIdle(window, START_MS + 60_009)).toBe(false)
  expect(isIdle(window, START_MS + 60_010)).toBe(true)
})

const limits = fc.record({
  limit: fc.constantFrom(1, 2, 3, 5, 16, 17, 40, 100),
  windowMs: fc.constantFrom(1_000, 1_500, 60_000),
})
/** Steps in time that meet edges: exactly a window, one millisecond less or more, standing still, backwards, far. */
const leapsMs = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 1, 9, 250, 499, 501) },
  { weight: 4, arbitrary: fc.constantFrom(999, 1_000, 1_001, 1_499, 1_500, 59_999, 60_000, 60_001) },
  { weight: 2, arbitrary: fc.constantFrom(-1, -1_000, -1_001, -59_999, -60_000, -60_001, -WRAP, -86_400_000) },
  { weight: 1, arbitrary: fc.constantFrom(86_400_000, WRAP - 1, WRAP, WRAP + 1, 2 * WRAP) },
)
const costs = fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 3, arbitrary: fc.nat({ max: 100 }) })

function sequences(limitOf: fc.Arbitrary<WindowLimit>, leapOf: fc.Arbitrary<number>): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({ limit: limitOf, cost: costs, leapMs: leapOf })
  const startMs = fc.constantFrom(START_MS, NEXT_WRAP_MS - 1, NEXT_WRAP_MS - 30_000, NEXT_WRAP_MS)
  return fc.tuple(startMs, fc.array(step, { minLength: 1, maxLength: 120, size: 'max' })).map(([start, steps]) => {
    let nowMs = start
    return steps.map(({ limit, cost, leapMs }) => {
      nowMs += leapMs
      return { limit, cost: Math.min(cost, limit.limit), nowMs }
    })
  })
}

function followsLog(steps: readonly Step[], log: WindowLog): void {
  const window = emptyWindow()
  for (const { limit, cost, nowMs } of steps) {
    expect(spend(window, limit, cost, nowMs)).toEqual(log.spend(limit, cost, nowMs))
  }
}

describe('against a brute-force log', () => {
  test('one limit: decides as the complete log', () => {
    const oneLimit = limits.chain((limit) => sequences(fc.constant(limit), leapsMs))
    fc.assert(
      fc.property(oneLimit, (steps) => followsLog(steps, new CompleteLog())),
      { numRuns: 4_000 },
    )
  })

  test('changing limits: decides as a log that forgets only what the window promises to be able to forget', () => {
    fc.assert(
      fc.property(sequences(limits, leapsMs), (steps) => followsLog(steps, new ForgetfulLog())),
      { numRuns: 4_000 },
    )
  })

  test('limits changing below the first: decides as the complete log', () => {
    const first: Step = { limit: { limit: 100, windowMs: 60_000 }, cost: 1, nowMs: START_MS }
    const soon = fc.constantFrom(0, 0, 1, 9, 250, 499, 501, -1, -250)
    fc.assert(
      fc.property(sequences(limits, soon), (steps) => {
        const shifted = steps.map((step) => ({ ...step, nowMs: step.nowMs - (steps[0]?.nowMs ?? 0) + START_MS }))
        followsLog([first, ...shifted], new CompleteLog())
      }),
      { numRuns: 2_000 },
    )
  })

  test('one limit: a window that is dropped when idle is not missed', () => {
    const forward = leapsMs.filter((leapMs) => leapMs >= 0)
    const oneLimit = limits.chain((limit) => sequences(fc.constant(limit), forward))
    fc.assert(
      fc.property(oneLimit, (steps) => {
        const kept = emptyWindow()
        let dropped = emptyWindow()
        for (const { limit, cost, nowMs } of steps) {
          if (isIdle(dropped, nowMs)) dropped = emptyWindow()
          expect(spend(dropped, limit, cost, nowMs)).toEqual(spend(kept, limit, cost, nowMs))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('in no window are more than the limit admitted', () => {
    const forward = leapsMs.filter((leapMs) => leapMs >= 0)
    const oneLimit = limits.chain((limit) => sequences(fc.constant(limit), forward))
    fc.assert(
      fc.property(oneLimit, (steps) => {
        const window = emptyWindow()
        const admittedAtMs: number[] = []
        for (const { limit, cost, nowMs } of steps) {
          if (!spend(window, limit, cost, nowMs).admitted) continue
          for (let hit = 0; hit < cost; hit++) admittedAtMs.push(nowMs)
          const counting = admittedAtMs.filter((hitMs) => nowMs - hitMs < limit.windowMs)
          expect(counting.length).toBeLessThanOrEqual(limit.limit)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('a refused client that waits as told is admitted: to the millisecond, and after whole seconds', () => {
    fc.assert(
      fc.property(sequences(limits, leapsMs), (steps) => {
        const window = emptyWindow()
        for (const { limit, cost, nowMs } of steps) {
          const { admitted, retryAfterMs } = spend(window, limit, cost, nowMs)
          if (admitted) continue
          const seconds = Math.ceil(retryAfterMs / 1000)
          expect(spend(structuredClone(window), limit, cost, nowMs + retryAfterMs).admitted).toBe(true)
          expect(spend(structuredClone(window), limit, cost, nowMs + seconds * 1000).admitted).toBe(true)
          expect(spend(structuredClone(window), limit, cost, nowMs + retryAfterMs - 1).admitted).toBe(false)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('looks in between change no decision', () => {
    const looks = fc.array(fc.tuple(limits, leapsMs), { maxLength: 3 })
    fc.assert(
      fc.property(sequences(limits, leapsMs), looks, (steps, looksBetween) => {
        const [seen, unseen] = [emptyWindow(), emptyWindow()]
        for (const { limit, cost, nowMs } of steps) {
          for (const [lookLimit, leapMs] of looksBetween) spend(seen, lookLimit, 0, nowMs + leapMs)
          expect(spend(seen, limit, cost, nowMs)).toEqual(spend(unseen, limit, cost, nowMs))
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

type Vector = {
  readonly name: string
  readonly steps: readonly (Step & { readonly decision: Omit<WindowDecision, 'limit' | 'windowMs'> })[]
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/sliding-window.json', import.meta.url), 'utf8'),
)

describe('vectors', () => {
  test.each(vectors)('$name', ({ steps }) => {
    const window = emptyWindow()
    for (const { limit, cost, nowMs, decision } of steps) {
      expect(spend(window, limit, cost, nowMs)).toEqual({ ...limit, ...decision })
    }
  })

  test.each(vectors)('$name: as the brute-force log has it', ({ steps }) => followsLog(steps, new ForgetfulLog()))
})
