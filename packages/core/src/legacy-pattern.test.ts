import { describe, expect, test } from 'vitest'
import { readLegacyPattern } from './legacy-pattern.ts'

describe('refused, and what to write instead', () => {
  test.each([
    ['old_[a-z]+', 'must match whole credentials: begin it with ^ and end it with $'],
    ['^old_[a-z]+', 'must match whole credentials'],
    ['old_[a-z]+$', 'must match whole credentials'],
    ['^old_\\$', 'must match whole credentials'],
    ['^[a-z$', 'is no regular expression (flag u)'],
    ['^(a$', 'is no regular expression (flag u)'],
    ['^\\y$', 'is no regular expression (flag u)'],
    ['^a{3,2}$', 'is no regular expression (flag u)'],
    ['^(a)\\1$', 'may not refer back to a group'],
    ['^(?<x>a)\\k<x>$', 'may not refer back to a group'],
    ['^(?=a)a$', 'may not look ahead or behind'],
    ['^(?!a)b$', 'may not look ahead or behind'],
    ['^a(?<=a)$', 'may not look ahead or behind'],
    ['^a(?<!b)$', 'may not look ahead or behind'],
    ['^(?i:old)$', 'may not change flags inside'],
    ['^old\\b_[a-z]$', 'may not ask for the border of a word'],
    ['^(?:^a|b)$', 'may have ^ only at its beginning and $ only at its end'],
    ['^(?:a$|b)$', 'may have ^ only at its beginning and $ only at its end'],
    ['^a|b$', 'may have alternatives only inside a group: write ^(?:a|b)$'],
    ['^(?:[a-z]{40}){26}$', 'stands for 1040 characters, written out, where 1000 are the most'],
    ['^(){1001}$', 'stands for 1001 characters'],
    ['^a{999999999}$', 'stands for 999999999 characters'],
  ])('%s', (pattern, saying) => {
    expect(readLegacyPattern(pattern).mistake).toContain(saying)
    expect(readLegacyPattern(pattern).node).toBeNull()
  })
})

describe('accepted', () => {
  test.each([
    '^unkey_[1-9A-HJ-NP-Za-km-z]{22}$',
    '^[a-z]+_(?:live|test)_[A-Za-z0-9]{24}$',
    '^mycompany_[A-Za-z0-9]{8}_(?<long>[A-Za-z0-9]{24})$',
    '^[|()+*?{}]{9}\\+\\(\\)\\|\\*$',
    '^\\p{L}{4}\\u{1F511}[\\]\\\\]{2}$',
    '^\\x41\\u0042\\cJ[\\b]$',
    '^a{3}b{4}c{5}d{6}$',
    '^old-[a-z]+?-[0-9]*$',
    '^old\\\\$',
    '^(?:[a-z]{4}-){3}[a-z]{4}$',
    '^(a+)+$',
    '^$',
    '^(?:[a-z]{40}){25}$',
  ])('%s', (pattern) => {
    expect(readLegacyPattern(pattern).mistake).toBeNull()
  })
})

test('is read as it is meant', () => {
  const character = (source: string) => ({ kind: 'character', source })
  expect(readLegacyPattern('^a(?:b|\\d*)?[c-e]{2,}$').node).toEqual({
    kind: 'sequence',
    parts: [
      character('a'),
      {
        kind: 'repeat',
        min: 0,
        max: 1,
        part: {
          kind: 'choice',
          options: [
            { kind: 'sequence', parts: [character('b')] },
            { kind: 'sequence', parts: [{ kind: 'repeat', part: character('\\d'), min: 0, max: null }] },
          ],
        },
      },
      { kind: 'repeat', part: character('[c-e]'), min: 2, max: null },
    ],
  })
})
