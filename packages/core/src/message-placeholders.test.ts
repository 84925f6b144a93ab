import { describe, expect, test } from 'vitest'
import { reasons, reasonTable } from './errors.ts'
import { findPlaceholderMistake } from './message-placeholders.ts'

test('the usual sentences use what their reason fills', () => {
  for (const reason of reasons) expect(findPlaceholderMistake(reason, reasonTable[reason].message)).toBeNull()
})

describe('placeholders that stay empty are mistakes', () => {
  test.each([
    [
      'forbidden',
      'Missing {permissions}.',
      'has the placeholder "{permissions}", which forbidden does not fill. Did you mean "permission"?',
    ],
    [
      'rate_limit',
      '{ limit }',
      'has the placeholder "{ limit }", which rate_limit does not fill. Did you mean "limit"?',
    ],
    [
      'rate_limit',
      '{constructor}',
      'has the placeholder "{constructor}", which rate_limit does not fill: remove it, or write one of "limit", "resetAt", "retryAfterSeconds"',
    ],
    ['missing_key', 'Wait {limit}.', 'has the placeholder "{limit}", but missing_key fills none: remove it'],
    ['missing_key', 'Send {"key"}', 'has the placeholder "{\\"key\\"}", but missing_key fills none: remove it'],
    ['rate_limit', 'Wait {limit}}.', 'has a "}" that belongs to no placeholder: remove it'],
    ['rate_limit', 'Wait {{limit}.', 'has a "{" that belongs to no placeholder: remove it'],
  ] as const)('%s: %s', (reason, sentence, mistake) => {
    expect(findPlaceholderMistake(reason, sentence)).toBe(mistake)
  })
})
