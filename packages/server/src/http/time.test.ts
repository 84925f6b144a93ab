import { describe, expect, test } from 'vitest'
import { RefusedError } from '../engine/refused.ts'
import { readTime } from './time.ts'

describe('a time', () => {
  test.each([
    ['2026-11-21T10:00:00Z', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-21T10:00:00.123Z', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
    ['2026-11-21T10:00:00.123456Z', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
    ['2026-11-21T12:30:00+02:30', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-20T23:00:00-11:00', Date.UTC(2026, 10, 21, 10)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['2026-11-21t10:00:00z', Date.UTC(2026, 10, 21, 10)],
  ])('%s', (text, timeMs) => {
    expect(readTime('expiresAt', text)).toBe(timeMs)
  })

  test.each([
    '',
    '2026-11-21',
    '2026-11-21 10:00:00Z',
    '2026-11-21T10:00:00',
    '2026-11-21T10:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21T10:00:00+25:00',
    '+012026-11-21T10:00:00Z',
    '1764000000',
    'tomorrow',
  ])('%j is none', (text) => {
    expect(() => readTime('expiresAt', text)).toThrow(RefusedError)
  })
})
