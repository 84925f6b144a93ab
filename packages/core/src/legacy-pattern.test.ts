import { describe, expect, test } from 'vitest'
import { findPatternMistake } from './legacy-pattern.ts'

describe('refused, and what to write instead', () => {
  test.each([
    ['old_[a-z]+', 'must match whole credentials: begin it with ^ and end it with $'],
    ['^old_[a-z]+', 'must match whole credentials'],
    ['old_[a-z]+$', 'must match whole credentials'],
    ['^old_\\$', 'must match whole credentials'],
    ['^[a-z$', 'is no regular expression (flag u)'],
    ['^(a$', 'is no regular expression (flag u)'],
    ['^\\y$', 'is no regular expression (flag u)'],
    ['^(a+)+$', 'may not repeat a group: repeat a class such as [a-z]'],
    ['^(?:a|b)*$', 'may not repeat a group'],
    ['^(?<x>ab){3}$', 'may not repeat a group'],
    ['^(a)?$', 'may not repeat a group'],
    ['^(a)\\1$', 'may not refer back to a group'],
    ['^(?<x>a)\\k<x>$', 'may not refer back to a group'],
    ['^(?=a)a$', 'may not look ahead or behind'],
    ['^(?!a)b$', 'may not look ahead or behind'],
    ['^a(?<=a)$', 'may not look ahead or behind'],
    ['^a(?<!b)$', 'may not look ahead or behind'],
    ['^a|b$', 'may have alternatives only inside a group: write ^(?:a|b)$'],
    ['^a+b+c+$', 'may have at most 2 repeats of varying length'],
    ['^a*b?c{1,9}$', 'may have at most 2 repeats of varying length'],
    ['^a{2,}b{2,}c{2,}$', 'may have at most 2 repeats of varying length'],
    ['^(?:a|b|c|d|e|f)$', 'may have at most 4 alternatives'],
  ])('%s', (pattern, saying) => {
    expect(findPatternMistake(pattern)).toContain(saying)
  })
})

describe('accepted', () => {
  test.each([
    '^unkey_[1-9A-HJ-NP-Za-km-z]{22}$',
    '^[a-z]+_(?:live|test)_[A-Za-z0-9]{24}$',
    '^mycompany_[A-Za-z0-9]{8}_(?<long>[A-Za-z0-9]{24})$',
    '^[|()+*?{}]{9}\\+\\(\\)\\|\\*$',
    '^\\p{L}{4}\\u{1F511}[\\]\\\\]{2}$',
    '^a{3}b{4}c{5}d{6}$',
    '^old-[a-z]+?-[0-9]*$',
    '^old\\\\$',
  ])('%s', (pattern) => {
    expect(findPatternMistake(pattern)).toBeNull()
  })
})

test.each(['^[a-z]*[a-z_]*$', '^(?:a|a)(?:a|a)(?:a|a)(?:a|a)a*a*$'])(
  '%s, as slow as what is accepted can be, is quick on the longest credential',
  (pattern) => {
    expect(findPatternMistake(pattern)).toBeNull()
    const expression = new RegExp(pattern, 'u')
    const credential = `${'a'.repeat(255)}!`
    const startMs = performance.now()
    for (let run = 0; run < 10; run += 1) expect(expression.test(credential)).toBe(false)
    expect((performance.now() - startMs) / 10).toBeLessThan(50)
  },
)
