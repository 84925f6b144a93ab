import { describe, expect, test } from 'vitest'
import { base32, totpCode, totpStepAt, totpStepOf, totpUri } from './totp.ts'

/** RFC 6238 appendix B, SHA-1: the last six of its eight digits. */
const secret = Buffer.from('12345678901234567890')
const vectors = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const

test.each(vectors)('at %i s the code is %s', (seconds, code) => {
  expect(totpCode(secret, totpStepAt(seconds * 1000))).toBe(code)
  expect(totpStepOf(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30))
})

describe('a code', () => {
  const nowMs = 1_700_000_010_000
  const step = totpStepAt(nowMs)

  test.each([
    [-2, null],
    [-1, step - 1],
    [0, step],
    [1, step + 1],
    [2, null],
  ])('%i steps away is taken as of step %o', (offset, taken) => {
    expect(totpStepOf(secret, totpCode(secret, step + offset), nowMs)).toBe(taken)
  })

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12 456', '-12345'])('is six digits, not %o', (code) => {
    expect(totpStepOf(secret, code, nowMs)).toBeNull()
  })
})

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base32 of %o is %s (RFC 4648 section 10)', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded)
})

test('an app reads issuer, account and secret', () => {
  expect(totpUri(secret, 'Acme & Sons', 'ada@example.com')).toBe(
    'otpauth://totp/Acme%20%26%20Sons:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%26%20Sons',
  )
})
