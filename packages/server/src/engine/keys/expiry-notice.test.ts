import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextNoticeMs, noticeAt } from './expiry-notice.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const endMs = 1_000 * dayMs

describe('what is said of a key’s expiry', () => {
  test.each([
    [endMs - 30 * dayMs, endMs - 7 * dayMs],
    [endMs - 7 * dayMs - 1, endMs - 7 * dayMs],
    [endMs - 7 * dayMs, endMs - dayMs],
    [endMs - dayMs, endMs],
    [endMs - 1, endMs],
    [endMs, null],
    [endMs + dayMs, null],
  ])('after %d it is due at %d', (afterMs, dueMs) => {
    expect(nextNoticeMs(endMs, afterMs)).toBe(dueMs)
  })

  test.each([
    [endMs - 7 * dayMs - 1, null],
    [endMs - 7 * dayMs, 7],
    [endMs - dayMs - 1, 7],
    [endMs - dayMs, 1],
    [endMs - 1, 1],
  ])('at %d: that it expires in %s days', (nowMs, days) => {
    expect(noticeAt(endMs, nowMs)?.days ?? null).toBe(days)
  })

  test('from its very instant on: that it expired', () => {
    for (const nowMs of [endMs, endMs + 1, endMs + 400 * dayMs]) {
      expect(noticeAt(endMs, nowMs)?.action).toBe('api_key.expired')
    }
  })

  test('nothing of one that does not expire', () => {
    expect(nextNoticeMs(null, 0)).toBeNull()
    expect(noticeAt(null, endMs)).toBeNull()
  })

  test('is said once, in order, and never too early or when it is no longer so, whenever somebody looks', () => {
    const hours = fc.integer({ min: 0, max: 24 * 20 })
    fc.assert(
      fc.property(hours, fc.array(hours), (lifeHours, looks) => {
        const createdMs = endMs - lifeHours * hourMs
        let dueMs = nextNoticeMs(endMs, createdMs)
        const said: (number | null)[] = []
        const times = looks.map((after) => createdMs + after * hourMs).toSorted((one, other) => one - other)
        for (const nowMs of [...times, endMs + dayMs]) {
          if (dueMs === null || dueMs > nowMs) continue
          const notice = noticeAt(endMs, nowMs)
          expect(notice).not.toBeNull()
          if (notice?.days === 7) expect(nowMs).toBeLessThan(endMs - dayMs)
          if (notice?.days === 1) expect(nowMs).toBeLessThan(endMs)
          said.push(notice?.days ?? null)
          dueMs = nextNoticeMs(endMs, nowMs)
        }
        expect(dueMs).toBeNull()
        expect(new Set(said).size).toBe(said.length)
        expect(said).toEqual([7, 1, null].filter((days) => said.includes(days)))
        // A key that lived to see it is always said to have expired; what had passed when it was made is never said.
        if (lifeHours > 0) expect(said.at(-1)).toBeNull()
        if (lifeHours <= 24) expect(said).not.toContain(1)
        if (lifeHours <= 24 * 7) expect(said).not.toContain(7)
      }),
    )
  })
})
