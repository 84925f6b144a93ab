import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BASE62_ALPHABET } from './base62.ts'
import { LegacyAutomaton } from './legacy-automaton.ts'
import { readLegacyPattern } from './legacy-pattern.ts'

function automatonOf(pattern: string): LegacyAutomaton {
  const { node, mistake } = readLegacyPattern(pattern)
  if (node === null) throw new Error(`${pattern} ${mistake}`)
  return new LegacyAutomaton(node)
}

const { source } = fc.letrec<{ source: string; part: string; atom: string }>((tie) => ({
  atom: fc.constantFrom('a', 'b', '_', '[ab]', '[^a]', '\\d', '.', '\\x62', '[0-9_]'),
  part: fc.oneof(
    { maxDepth: 2 },
    tie('atom'),
    tie('source').map((inside) => `(?:${inside})`),
    fc.tuple(tie('source'), tie('source')).map(([left, right]) => `(${left}|${right})`),
  ),
  source: fc
    .array(fc.tuple(tie('part'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0}', '{1,}', '{0,2}', '*?')), {
      maxLength: 4,
    })
    .map((parts) => parts.flat().join('')),
}))
const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '7', 'Z'), maxLength: 9 })

describe('an automaton', () => {
  test('matches what the regular expression does', () => {
    let matches = 0
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 8, maxLength: 8 }), (body, texts) => {
        const automaton = automatonOf(`^${body}$`)
        const expression = new RegExp(`^${body}$`, 'u')
        for (const one of texts) {
          expect(automaton.matches(one)).toBe(expression.test(one))
          if (automaton.matches(one)) matches += 1
          if (!automaton.matches(one)) continue
          const last = one.lastIndexOf('_') + 1
          expect([automaton.mayBegin(one.slice(0, 3)), automaton.mayBegin(one.slice(0, last), '_')]).toEqual([
            true,
            true,
          ])
        }
      }),
      { numRuns: 2_000 },
    )
    expect(matches).toBeGreaterThan(200)
  })

  test('knows what nothing that it stands for begins with', () => {
    const automaton = automatonOf('^ab_[0-9]{2}(?:_[a-z]+)?$')
    for (const text of ['', 'a', 'ab_1', 'ab_12', 'ab_12_', 'ab_12_x'])
      expect(automaton.mayBegin(text), text).toBe(true)
    for (const text of ['b', 'ab-', 'ab_123', 'ab_12_1', 'ü']) expect(automaton.mayBegin(text), text).toBe(false)
    for (const text of ['ab_', 'ab_12_']) expect(automaton.mayBegin(text, '_'), text).toBe(true)
    for (const text of ['', 'ab']) expect(automaton.mayBegin(text, '_'), text).toBe(false)
    expect(automatonOf('^a[^\\x00-\\x7f]$').mayBegin('a')).toBe(false)
  })

  test.each(['\u0000', ' ', '\n', '\u007f', 'é', 'ſ', '🔑', '\ud83d'])(
    'knows no %j, whatever the pattern: no credential has it',
    (odd) => {
      expect(automatonOf('^[^]+$').matches(`a${odd}`)).toBe(false)
      expect(automatonOf('^.+$').matches('a~!')).toBe(true)
    },
  )

  test('needs no more steps for a text that nearly matches in many ways', () => {
    const automaton = automatonOf('^(?:(?:a|a)*)*(?:a|aa)+(?:.*.*)*b$')
    const nearly = 'a'.repeat(20_000)
    expect(automaton.matches(nearly)).toBe(false)
    expect(automaton.matches(`${nearly}b`)).toBe(true)
  })

  test('finds a key that the pattern takes exactly where there is one', () => {
    let found = 0
    fc.assert(
      fc.property(source, fc.constantFrom('', 'a', 'b_'), fc.integer({ min: 0, max: 2 }), (body, prefix, length) => {
        const example = automatonOf(`^${body}$`).exampleOf({ prefix, length })
        const expression = new RegExp(`^${body}$`, 'u')
        const taken = everyKey(prefix, length).find((key) => expression.test(key))
        expect(example === null).toBe(taken === undefined)
        if (example === null) return
        found += 1
        expect(everyKey(prefix, length)).toContain(example)
        expect(expression.test(example)).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect(found).toBeGreaterThan(50)
  })

  test('finds the one key among all that a pattern takes by a hair', () => {
    const spelling = { prefix: 'mk_live_', length: 38 }
    expect(automatonOf('^mk_live_[b-y]{38}$').exampleOf(spelling)).toBe(`mk_live_${'b'.repeat(38)}`)
    expect(automatonOf('^[a-z_]{8}q[0-9]{37}$').exampleOf(spelling)).toBe(`mk_live_q${'0'.repeat(37)}`)
    expect(automatonOf('^mk_live_[a-z_]{38}$').exampleOf(spelling)).not.toBeNull()
    expect(automatonOf('^mk_live_[a-z_]{37}-$').exampleOf(spelling)).toBeNull()
    expect(automatonOf('^mk_live_[A-Za-z0-9]{37}$').exampleOf(spelling)).toBeNull()
  })
})

function everyKey(prefix: string, length: number): readonly string[] {
  if (length === 0) return [prefix]
  return everyKey(prefix, length - 1).flatMap((key) => Array.from(BASE62_ALPHABET, (character) => key + character))
}
