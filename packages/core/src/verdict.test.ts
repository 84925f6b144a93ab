import { describe, expect, test } from 'vitest'
import { noDemand, type Subject } from './access.ts'
import { createCatalogue } from './permissions.ts'
import { judge, refuseStanding, refuseWindow, wholeSeconds, type SecretStanding } from './verdict.ts'

const good: SecretStanding = { keyRevokedAtMs: null, keyExpiresAtMs: null, secretEndsAtMs: null }
const nowMs = 1_000_000

describe('standing', () => {
  test('without an end is good for ever', () => {
    expect(refuseStanding(good, Number.MAX_SAFE_INTEGER)).toBeNull()
  })

  test.each([
    [nowMs - 1, 'key_expired'],
    [nowMs, 'key_expired'],
    [nowMs + 1, null],
    [0, 'key_expired'],
    [-1, 'key_expired'],
    [2 ** 53, null],
  ] as const)('a key that expires at %d: %s', (keyExpiresAtMs, reason) => {
    expect(refuseStanding({ ...good, keyExpiresAtMs }, nowMs)?.reason ?? null).toBe(reason)
  })

  test.each([
    [nowMs - 1, 'key_revoked'],
    [nowMs, 'key_revoked'],
    [nowMs + 1, null],
  ] as const)('a secret that ends at %d: %s', (secretEndsAtMs, reason) => {
    expect(refuseStanding({ ...good, secretEndsAtMs }, nowMs)?.reason ?? null).toBe(reason)
  })

  test('revoked is revoked whatever the clock says, and before expired', () => {
    expect(refuseStanding({ ...good, keyRevokedAtMs: nowMs + 1000 }, nowMs)?.reason).toBe('key_revoked')
    expect(refuseStanding({ ...good, keyRevokedAtMs: 1, keyExpiresAtMs: 1 }, nowMs)?.reason).toBe('key_revoked')
    expect(refuseStanding({ ...good, secretEndsAtMs: 1, keyExpiresAtMs: 1 }, nowMs)?.reason).toBe('key_revoked')
  })
})

const admitted = { admitted: true, limit: 10, windowMs: 60_000, remaining: 3, resetMs: 5_000, retryAfterMs: 0 }
const full = { ...admitted, admitted: false, remaining: 0, retryAfterMs: 1_200 }

describe('the window', () => {
  test('refuses with what a sentence may say', () => {
    expect(refuseWindow(admitted, nowMs)).toBeNull()
    expect(refuseWindow(full, nowMs)).toEqual({
      reason: 'rate_limit',
      values: { limit: 10, retryAfterSeconds: 2, resetAt: '1970-01-01T00:16:42Z' },
    })
  })

  test('tells whole seconds, at least one, never too few', () => {
    expect([0, 1, 999, 1000, 1001, 60_000].map(wholeSeconds)).toEqual([1, 1, 1, 1, 2, 60])
  })
})

describe('the order after recognition', () => {
  const { none } = createCatalogue({ permissions: [], aliases: {} })
  const subject: Subject = {
    kind: 'key',
    scope: 'organization',
    projectId: null,
    environment: 'live',
    role: '',
    effective: none,
    organizationSuspended: true,
    ownerSuspended: false,
    steppedUpUntilMs: null,
  }
  const judged = { subject, demand: noDemand, isAddressAllowed: true, neverByKey: none, nowMs }

  test('is 429, then 403', () => {
    expect(judge({ ...judged, window: full })?.reason).toBe('rate_limit')
    expect(judge({ ...judged, window: admitted })?.reason).toBe('organization_suspended')
    expect(judge({ ...judged, subject: { ...subject, organizationSuspended: false }, window: admitted })).toBeNull()
  })

  test('without a window, access alone decides', () => {
    expect(judge({ ...judged, window: null })?.reason).toBe('organization_suspended')
  })
})
