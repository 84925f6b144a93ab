import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillSentence, isoSeconds, reasons, reasonTable, sentenceOf, statusOf } from './errors.ts'

describe('the table of reasons', () => {
  test('is closed: these and no others, each with its status', () => {
    const byStatus = Object.groupBy(reasons, statusOf)
    expect(byStatus).toEqual({
      400: ['invalid_request', 'ambiguous_credentials'],
      401: ['missing_key', 'invalid_key', 'key_revoked', 'key_expired', 'session_expired'],
      403: [
        'forbidden',
        'scope_violation',
        'ip_not_allowed',
        'organization_suspended',
        'owner_suspended',
        'step_up_required',
      ],
      404: ['not_found'],
      405: ['method_not_allowed'],
      409: ['conflict', 'idempotency_mismatch', 'active_key_limit'],
      413: ['payload_too_large'],
      415: ['unsupported_media_type'],
      429: ['rate_limit', 'creation_limit'],
      431: ['headers_too_large'],
      500: ['internal'],
      503: ['unavailable'],
    })
  })

  test('gives every reason a title and a sentence', () => {
    for (const reason of reasons) {
      expect(reasonTable[reason].title).toMatch(/^[A-Z][a-z ]+$/)
      expect(reasonTable[reason].message).toMatch(/^[A-Z].*\.$/)
    }
  })
})

describe('the sentence of a refusal', () => {
  test('is its own before the contract’s, and the contract’s before the table’s', () => {
    const messages = { forbidden: 'No {permission} for you.' }
    const values = { permission: 'sites:read' }
    expect(sentenceOf({ reason: 'forbidden', values }, {})).toBe('Missing sites:read permission.')
    expect(sentenceOf({ reason: 'forbidden', values }, messages)).toBe('No sites:read for you.')
    expect(sentenceOf({ reason: 'forbidden', message: 'Only admins.', values }, messages)).toBe('Only admins.')
  })

  test('fills known placeholders and leaves everything else as it is written', () => {
    expect(fillSentence('{limit} until {resetAt}, {unknown} {', { limit: 50, resetAt: 'noon' })).toBe(
      '50 until noon, {unknown} {',
    )
  })

  test('never fills what a value brings along', () => {
    fc.assert(
      fc.property(fc.string(), (permission) => {
        expect(fillSentence('<{permission}>', { permission, limit: 1 })).toBe(`<${permission}>`)
      }),
    )
  })
})

test('a time in a sentence is whole seconds and never too early', () => {
  expect(isoSeconds(Date.UTC(2026, 10, 6, 15, 30))).toBe('2026-11-06T15:30:00Z')
  expect(isoSeconds(Date.UTC(2026, 10, 6, 15, 30, 0, 1))).toBe('2026-11-06T15:30:01Z')
})
