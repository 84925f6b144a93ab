import { expect, test } from 'vitest'
import { readIdempotencyKey } from './idempotency-key.ts'

test.each<[string, string[], string | null]>([
  ['none', [], null],
  ['none among others', ['Accept', '*/*', 'Idempotency-Keys', 'x'], null],
  ['one', ['Idempotency-Key', 'abc'], 'abc'],
  ['one in another case', ['IDEMPOTENCY-KEY', 'aBc'], 'aBc'],
  ['a single character', ['idempotency-key', '!'], '!'],
  ['spaces inside', ['idempotency-key', 'a  b'], 'a  b'],
  ['255 characters', ['idempotency-key', '~'.repeat(255)], '~'.repeat(255)],
])('reads %s', (_, headers, expected) => {
  expect(readIdempotencyKey(headers)).toBe(expected)
})

test.each<[string, string[]]>([
  ['an empty one', ['idempotency-key', '']],
  ['a space', ['idempotency-key', ' ']],
  ['a space before it', ['idempotency-key', ' a']],
  ['a space after it', ['idempotency-key', 'a ']],
  ['256 characters', ['idempotency-key', 'x'.repeat(256)]],
  ['a tab', ['idempotency-key', 'a\tb']],
  ['a letter beyond ASCII', ['idempotency-key', 'ä']],
  ['DEL', ['idempotency-key', 'a\u007fb']],
  ['two', ['idempotency-key', 'a', 'Idempotency-Key', 'b']],
  ['two that agree', ['idempotency-key', 'a', 'idempotency-key', 'a']],
])('refuses %s', (_, headers) => {
  expect(() => readIdempotencyKey(headers)).toThrow(
    expect.objectContaining({
      reason: 'invalid_request',
      faults: [expect.objectContaining({ path: 'Idempotency-Key' })],
    }),
  )
})
