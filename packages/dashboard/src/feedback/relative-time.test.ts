import { expect, test } from 'vitest'
import { writeRelative } from './relative-time.ts'

const nowMs = Date.UTC(2026, 10, 21)
const dayMs = 86_400_000

test.each([
  [0, 'now'],
  [-4_000, '4 sec. ago'],
  [-59_999, '60 sec. ago'],
  [-60_000, '1 min. ago'],
  [-dayMs, 'yesterday'],
  [90 * dayMs - 1000, 'in 3 mo.'],
  [365 * dayMs, 'next yr.'],
])('%d ms from now is %s', (differenceMs, text) => {
  expect(writeRelative(nowMs + differenceMs, nowMs)).toBe(text)
})
