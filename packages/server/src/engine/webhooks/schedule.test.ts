import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterAttempt, afterTurn, maxAttempts, toleratedFailureMs } from './schedule.ts'

const nowMs = Date.UTC(2026, 10, 21)
const seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
const failure = fc.oneof(fc.constant(null), fc.integer({ min: 100, max: 199 }), fc.integer({ min: 300, max: 599 }))
const success = fc.integer({ min: 200, max: 299 })
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('after an attempt', () => {
  test('that failed, the next one is made after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, then never', () => {
    const pauses = Array.from({ length: maxAttempts }, (_, index) => {
      const { nextAttemptAtMs } = afterAttempt(index + 1, 500, nowMs, 0)
      return nextAttemptAtMs === null ? null : (nextAttemptAtMs - nowMs) / 1000
    })
    expect(pauses).toEqual([...seconds, null])
    expect(afterAttempt(maxAttempts, 500, nowMs, 0).status).toBe('failed')
  })

  test('it is never sooner than that, and never a fifth later', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: maxAttempts - 1 }), failure, chance, (attempt, status, luck) => {
        fc.pre(status !== 410)
        const next = afterAttempt(attempt, status, nowMs, luck)
        const pauseMs = (seconds[attempt - 1] ?? 0) * 1000
        expect(next.status).toBe('pending')
        expect(next.nextAttemptAtMs).toBeGreaterThanOrEqual(nowMs + pauseMs)
        expect(next.nextAttemptAtMs).toBeLessThanOrEqual(nowMs + pauseMs * 1.2 + 1)
      }),
    )
  })

  test('that got a 2xx there is none, nor after a 410', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: maxAttempts }), success, chance, (attempt, status, luck) => {
        expect(afterAttempt(attempt, status, nowMs, luck)).toEqual({ status: 'delivered', nextAttemptAtMs: null })
        expect(afterAttempt(attempt, 410, nowMs, luck)).toEqual({ status: 'failed', nextAttemptAtMs: null })
      }),
    )
  })
})

describe('after a turn', () => {
  const health = fc.record({
    failures: fc.nat(1_000),
    failingSinceMs: fc.option(fc.integer({ min: nowMs - toleratedFailureMs * 2, max: nowMs })),
  })

  test('in which anything got through, all is well', () => {
    fc.assert(
      fc.property(health, fc.array(failure), success, fc.array(failure), (before, some, good, others) => {
        fc.pre(![...some, ...others].includes(410))
        const { health: after, disable, restUntilMs } = afterTurn(before, [...some, good, ...others], nowMs)
        expect([after, disable, restUntilMs]).toEqual([{ failures: 0, failingSinceMs: null }, null, nowMs])
      }),
    )
  })

  test('in which nothing did, it rests, for five minutes at most', () => {
    fc.assert(
      fc.property(health, fc.array(failure, { minLength: 1 }), (before, statuses) => {
        fc.pre(!statuses.includes(410))
        const after = afterTurn(before, statuses, nowMs)
        expect(after.health.failures).toBe(before.failures + 1)
        expect(after.health.failingSinceMs).toBe(before.failingSinceMs ?? nowMs)
        expect(after.restUntilMs - nowMs).toBe(before.failures === 0 ? 5_000 : 300_000)
      }),
    )
  })

  test('a webhook is switched off when nothing got through for three days, not a moment before', () => {
    const since = (failingSinceMs: number) => afterTurn({ failures: 9, failingSinceMs }, [500], nowMs).disable
    expect(since(nowMs - toleratedFailureMs)).toBe('failing')
    expect(since(nowMs - toleratedFailureMs + 1)).toBeNull()
    expect(afterTurn({ failures: 0, failingSinceMs: null }, [500], nowMs).disable).toBeNull()
    // It got through in time.
    expect(
      afterTurn({ failures: 9, failingSinceMs: nowMs - 2 * toleratedFailureMs }, [500, 204], nowMs).disable,
    ).toBeNull()
  })

  test('nor for fewer failures than one event alone may have: what it waited with may have been erased meanwhile', () => {
    const failing = { failures: maxAttempts - 2, failingSinceMs: nowMs - 2 * toleratedFailureMs }
    const { disable, health: after } = afterTurn(failing, [500], nowMs)
    expect(disable).toBeNull()
    expect(afterTurn(after, [500], nowMs).disable).toBe('failing')
  })

  test('with a 410 in it, it is switched off at once, whatever else got through', () => {
    expect(afterTurn({ failures: 0, failingSinceMs: null }, [204, 410], nowMs).disable).toBe('gone')
  })

  test('in which nothing was sent, nothing is known', () => {
    const before = { failures: 3, failingSinceMs: nowMs - 1 }
    expect(afterTurn(before, [], nowMs)).toEqual({ health: before, restUntilMs: nowMs, disable: null })
  })

  test('one event alone, that is never taken, has its webhook switched off with its last attempts', () => {
    let health = { failures: 0, failingSinceMs: null as number | null }
    let atMs = nowMs
    const disabledAt = []
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const turn = afterTurn(health, [null], atMs)
      health = turn.health
      if (turn.disable !== null) disabledAt.push(attempt)
      const { nextAttemptAtMs } = afterAttempt(attempt, null, atMs, 0)
      if (nextAttemptAtMs === null) break
      // It never rests longer than the event waits.
      expect(turn.restUntilMs).toBeLessThanOrEqual(nextAttemptAtMs)
      atMs = nextAttemptAtMs
    }
    expect(disabledAt).toEqual([maxAttempts])
  })
})
