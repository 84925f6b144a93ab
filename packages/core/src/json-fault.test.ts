import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonFault } from './json-fault.ts'

describe('where a text stops being JSON, and what to write instead', () => {
  test.each([
    ['', 1, 1, 'a value is expected here, but the text ends'],
    ['{"a":}', 1, 6, 'a value is expected here'],
    ['{\n  "a": 1,\n}', 3, 1, 'a name in double quotes is expected here: remove the comma before it'],
    ['[1,\r\n2,]', 2, 3, 'a value is expected here: remove the comma before it'],
    ['[,]', 1, 2, 'a value is expected here'],
    ['[1 2]', 1, 4, '"," or "]" is expected here'],
    ['{"a": 1 "b": 2}', 1, 9, '"," or "}" is expected here'],
    ['{"a" 1}', 1, 6, '":" is expected here'],
    ['{"a": [1, 2}', 1, 12, '"," or "]" is expected here'],
    ['{"a": 1', 1, 8, '"," or "}" is expected here, but the text ends'],
    ['{a: 1}', 1, 2, 'a name in double quotes is expected here'],
    ["{'a': 1}", 1, 2, 'a name in double quotes is expected here (strings need double quotes)'],
    ['// why\n{}', 1, 1, 'a value is expected here (a comment is // to the end of its line, or /* to */)'],
    ['{} {}', 1, 4, 'the text goes on after its end: remove the rest'],
    ['{"a": 01}', 1, 7, 'a value is expected here'],
    ['+1', 1, 1, 'a value is expected here'],
    ['1.', 1, 1, 'a value is expected here'],
    ['NaN', 1, 1, 'a value is expected here'],
    ['"a', 1, 3, 'a closing double quote is missing, but the text ends'],
    ['"a\nb"', 1, 3, 'a line break or control character stands in a string: close the string, or write "\\n"'],
    ['"a\\x"', 1, 3, '"\\" begins no escape here: write "\\\\" for itself'],
    ['"\\u12g4"', 1, 2, '"\\" begins no escape here: write "\\\\" for itself'],
    ['{"a": 1,\n "b": 2, "a": 3}', 2, 10, 'this name was given before in the same object: remove one'],
    ['{"a": 1, "\\u0061": 2}', 1, 10, 'this name was given before in the same object: remove one'],
  ])('%j', (text, line, column, message) => {
    expect(findJsonFault(text)).toEqual({ line, column, message })
  })
})

test('the same name in different objects is no fault', () => {
  expect(findJsonFault('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}')).toBeNull()
})

test('nesting is bounded, whatever the text', () => {
  expect(findJsonFault(`${'['.repeat(32)}1${']'.repeat(32)}`)).toBeNull()
  expect(findJsonFault('['.repeat(100_000))?.message).toContain('nested more than 32 deep')
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('agrees with JSON.parse', () => {
  const json = fc.json({ maxDepth: 5 })

  test('on JSON, however it is spaced', () => {
    const spaced = fc
      .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('', ' ', '\t', '\r\n'))
      .map(([value, space]) => JSON.stringify(value, null, space).replaceAll('\n', `${space}\n`))
    fc.assert(
      fc.property(fc.oneof(json, spaced), (text) => {
        expect(findJsonFault(text)).toBeNull()
      }),
      { numRuns: 2000 },
    )
  })

  test('on JSON with one piece replaced', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'{}[]:,"\\/-+.eE01 \n\t\u0000\u2028truefalsn'.split('')),
      fc.string({ maxLength: 3 }),
    )
    const damaged = fc
      .tuple(json, fc.nat(), fc.nat(2), piece)
      .map(
        ([text, at, length, put]) =>
          text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + length),
      )
    let faultyCount = 0
    fc.assert(
      fc.property(damaged, (text) => {
        const fault = findJsonFault(text)
        if (fault?.message.startsWith('this name was given before')) return
        expect(fault === null).toBe(parses(text))
        if (fault !== null) faultyCount += 1
      }),
      { numRuns: 10_000 },
    )
    expect(faultyCount).toBeGreaterThan(1000)
  })

  test('a fault lies behind a beginning that can be completed', () => {
    expect(findJsonFault('[true, tru')).toMatchObject({ line: 1, column: 8 })
    fc.assert(
      fc.property(json, fc.nat(), (text, at) => {
        const cut = text.slice(0, at % text.length)
        const fault = findJsonFault(cut)
        if (fault === null) return
        const lines = cut.split('\n')
        expect(fault.line).toBeLessThanOrEqual(lines.length)
        expect(fault.column).toBeLessThanOrEqual((lines[fault.line - 1] ?? '').length + 1)
      }),
      { numRuns: 2000 },
    )
  })
})
