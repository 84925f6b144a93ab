import { expect, test } from 'vitest'
import { rateLimitHeaders, rateLimitOf } from './rate-limit.ts'
import type { WindowDecision } from './sliding-window.ts'

const window: WindowDecision = {
  admitted: true,
  limit: 600,
  windowMs: 60_000,
  remaining: 42,
  resetMs: 1_234,
  retryAfterMs: 0,
}

function headers(fields: Partial<WindowDecision>): Record<string, string> {
  const flat = rateLimitHeaders(rateLimitOf({ ...window, ...fields }))
  const pairs: [string, string][] = []
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index] ?? '', flat[index + 1] ?? ''])
  return Object.fromEntries(pairs)
}

test('an admitted request is told its limit, what is left, and when the window is empty again', () => {
  expect(headers({})).toEqual({
    'X-RateLimit-Limit': '600',
    'X-RateLimit-Remaining': '42',
    'X-RateLimit-Reset': '2',
    'RateLimit-Policy': '"default";q=600;w=60',
    RateLimit: '"default";r=42;t=2',
  })
})

test('a refused one is told, in the draft’s field, when it may try again', () => {
  expect(headers({ admitted: false, remaining: 0, resetMs: 59_001, retryAfterMs: 7_001 })).toMatchObject({
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': '60',
    RateLimit: '"default";r=0;t=8',
  })
})

test.each([
  [0, '0'],
  [1, '1'],
  [1000, '1'],
  [1001, '2'],
])('a window that is empty in %i ms says %s seconds: never too early', (resetMs, seconds) => {
  expect(headers({ resetMs })['X-RateLimit-Reset']).toBe(seconds)
})

test('a refused one never waits 0 seconds', () => {
  expect(headers({ admitted: false, retryAfterMs: 1 }).RateLimit).toBe('"default";r=42;t=1')
})
