import { describe, expect, test } from 'vitest'
import { fromHeaders, fromRawHeaders, type ReadCredential } from './presented.ts'

type Lines = readonly (readonly [name: string, value: string])[]

const ways: readonly (readonly [string, (lines: Lines) => ReadCredential])[] = [
  ['raw headers', (lines) => fromRawHeaders(lines.flat())],
  ['Headers', (lines) => fromHeaders(new Headers(lines.map(([name, value]) => [name, value])))],
]

describe.each(ways)('a credential in %s', (_, reading) => {
  const session = ['Authorization', 'Bearer mms_0'] as const
  const key = ['X-API-Key', 'k'] as const

  test.each<[string, Lines, string | null, boolean]>([
    ['a key', [key], 'k', false],
    ['a key beside what is for somebody else', [key, ['Authorization', 'Bearer theirs']], 'k', false],
    ['what is for somebody else alone', [['Authorization', 'Bearer theirs']], null, false],
    ['a session token', [session], 'mms_0', false],
    ['a session token where keys are put', [['X-API-Key', 'mms_0']], 'mms_0', false],
    ['a session token in both', [session, ['X-API-Key', 'mms_0']], 'mms_0', false],
    ['a session token beside a key', [session, key], 'mms_0', true],
    ['a session token twice', [session, session], 'mms_0', true],
    ['a session token under another scheme', [['Authorization', 'Basic mms_0']], null, false],
  ])('is read where the contract has keys in X-API-Key alone: %s', (_name, lines, credential, isAmbiguous) => {
    expect(reading(lines)(['x-api-key'])).toEqual({ credential, isAmbiguous })
  })

  test('is never read from X-API-Key where the contract has keys in Authorization alone', () => {
    expect(reading([key])(['authorization'])).toEqual({ credential: null, isAmbiguous: false })
    expect(reading([['X-API-Key', 'mms_0']])(['authorization'])).toEqual({ credential: null, isAmbiguous: false })
    expect(reading([key, session])(['authorization'])).toEqual({ credential: 'mms_0', isAmbiguous: false })
  })
})
