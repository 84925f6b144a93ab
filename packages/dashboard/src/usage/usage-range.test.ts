import { expect, test } from 'vitest'
import { fillBuckets, reasonsIn, usageRanges, type UsageRange } from './usage-range.ts'

const nowMs = Date.UTC(2026, 10, 21, 12, 34, 56)
const one = { at: '2026-11-21T12:00:00.000Z', accepted: 3, refused: { rate_limit: 2 } }

test.each(Object.keys(usageRanges) as UsageRange[])('%s ends with the step of now, and has every step', (range) => {
  const { lengthMs, bucketMs } = usageRanges[range]
  const times = fillBuckets([], range, nowMs).map(({ at }) => Date.parse(at))
  expect(times).toHaveLength(lengthMs / bucketMs)
  expect(nowMs - (times.at(-1) ?? 0)).toBeLessThan(bucketMs)
  expect(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) === bucketMs)).toBe(true)
})

test('what is known stands in its step', () => {
  expect(fillBuckets([one], 'day', nowMs).at(-1)).toEqual(one)
})

test('reasons come by how often they were given', () => {
  const other = { ...one, refused: { key_revoked: 5, forbidden: 0 } }
  expect(reasonsIn([one, other])).toEqual(['key_revoked', 'rate_limit'])
  expect(reasonsIn([])).toEqual([])
})
