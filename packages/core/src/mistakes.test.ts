import { describe, expect, test } from 'vitest'
import { describeValue, MistakeList, pathOf, quoted, quotedList, rootPath } from './mistakes.ts'

test('paths', () => {
  expect(pathOf(rootPath, 'keys')).toBe('keys')
  expect(pathOf(pathOf(rootPath, 'keys'), 'length')).toBe('keys.length')
  expect(pathOf('roles.engineer', 2)).toBe('roles.engineer[2]')
  expect(pathOf('roles', 'a.b')).toBe('roles["a.b"]')
  expect(pathOf('roles', '')).toBe('roles[""]')
  expect(pathOf(rootPath, 'a\nb')).toBe('["a\\nb"]')
})

test('the first mistake at a path is kept, in the order of reporting', () => {
  const mistakes = new MistakeList()
  mistakes.report('b', 'first')
  mistakes.report('a', 'second')
  mistakes.report('b', 'third')
  expect(mistakes.list()).toEqual([
    { path: 'b', message: 'first' },
    { path: 'a', message: 'second' },
  ])
  expect(mistakes.isSoundAt('c', 'b.x')).toBe(true)
  expect(mistakes.isSoundAt('c', 'b')).toBe(false)
})

describe('words for values', () => {
  test.each([
    [null, 'null'],
    [[], 'a list'],
    [{}, 'an object'],
    ['x', '"x"'],
    [0.5, '0.5'],
    [-0, '-0'],
    [false, 'false'],
    [undefined, 'undefined'],
  ])('%j: %s', (value, words) => {
    expect(describeValue(value)).toBe(words)
  })

  test('lists', () => {
    expect(quotedList([], 'or')).toBe('nothing')
    expect(quotedList(['a'], 'or')).toBe('"a"')
    expect(quotedList(['a', 'b', 'c'], 'and')).toBe('"a", "b" and "c"')
  })

  test('what a terminal would obey is replaced, what is long is cut', () => {
    expect(quoted('\u001b[31m\u009b\u2028\u202e')).toBe('"\\u001b[31m\ufffd\ufffd\ufffd"')
    expect(quoted('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`)
    expect(quoted('x'.repeat(100))).toBe(`"${'x'.repeat(60)}…"`)
  })
})
