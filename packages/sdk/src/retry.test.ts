import { assert, constantFrom, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { retryWaitMs, type Failure } from './retry.ts'

const unanswered: Failure = { status: null, reason: null, retryAfterSeconds: null }

test.each<[string, Failure, boolean]>([
  ['no answer', unanswered, true],
  ['503', { status: 503, reason: 'unavailable', retryAfterSeconds: 1 }, true],
  ['500', { status: 500, reason: 'internal', retryAfterSeconds: null }, true],
  ['502 of a proxy', { status: 502, reason: null, retryAfterSeconds: null }, true],
  ['429', { status: 429, reason: 'rate_limit', retryAfterSeconds: 2 }, true],
  ['429 of a day', { status: 429, reason: 'creation_limit', retryAfterSeconds: 2 }, false],
  ['429 that asks for too much patience', { status: 429, reason: 'rate_limit', retryAfterSeconds: 31 }, false],
  ['400', { status: 400, reason: 'invalid_request', retryAfterSeconds: null }, false],
  ['401', { status: 401, reason: 'key_revoked', retryAfterSeconds: null }, false],
  ['403', { status: 403, reason: 'forbidden', retryAfterSeconds: null }, false],
  ['404', { status: 404, reason: 'not_found', retryAfterSeconds: null }, false],
  ['409', { status: 409, reason: 'conflict', retryAfterSeconds: null }, false],
  ['a redirect', { status: 302, reason: null, retryAfterSeconds: null }, false],
])('%s', (_, failure, isTriedAgain) => {
  expect(retryWaitMs(failure, 1, 0.5) !== null).toBe(isTriedAgain)
})

const chance = double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('never sooner than the server asked, and not for long after it', () => {
  const told = constantFrom<Pick<Failure, 'status' | 'reason'>>(
    { status: 503, reason: 'unavailable' },
    { status: 429, reason: 'rate_limit' },
  )
  assert(
    property(
      told,
      integer({ min: 1, max: 30 }),
      integer({ min: 1, max: 20 }),
      chance,
      (refusal, seconds, attempt, random) => {
        const waitMs = retryWaitMs({ ...refusal, retryAfterSeconds: seconds }, attempt, random)
        expect(waitMs).toBeGreaterThanOrEqual(seconds * 1000)
        expect(waitMs).toBeLessThanOrEqual(seconds * 1000 + 5_000)
      },
    ),
  )
})

test('without being asked: longer each time, never for ever, never nothing', () => {
  assert(
    property(integer({ min: 1, max: 20 }), chance, (attempt, random) => {
      const waitMs = retryWaitMs(unanswered, attempt, random) ?? 0
      expect(waitMs).toBeGreaterThanOrEqual(100)
      expect(waitMs).toBeLessThanOrEqual(5_000)
      expect(retryWaitMs(unanswered, attempt + 1, random)).toBeGreaterThanOrEqual(waitMs)
    }),
  )
})

test('two clients do not wait alike', () => {
  for (const failure of [unanswered, { status: 503, reason: 'unavailable', retryAfterSeconds: 1 } as const]) {
    expect(retryWaitMs(failure, 3, 0.1)).not.toBe(retryWaitMs(failure, 3, 0.9))
  }
})
