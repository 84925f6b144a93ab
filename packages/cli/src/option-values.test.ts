import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { given, readCount, readDuration, readFuture, readNames, readPair, readPast } from './option-values.ts'

describe('durations', () => {
  test.each([
    ['0', 0],
    ['90s', 90],
    ['15m', 900],
    ['24h', 86_400],
    ['7d', 604_800],
  ])('%s', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds)
  })

  test.each(['', '1', '1w', '-1d', '1.5h', 'd', '1 d', '1D', '1234567s', '١d'])('%j is none', (text) => {
    expect(() => readDuration(text)).toThrow('Write 90s, 15m, 24h or 7d.')
  })
})

describe('times', () => {
  test.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.25+02:00', '2027-01-31T10:00:00.250Z'],
  ])('%s is the same before and after now', (text, time) => {
    expect([readPast(text), readFuture(text)]).toEqual([time, time])
  })

  test('distances lie on their side of now', () => {
    const units = { s: 1, m: 60, h: 3_600, d: 86_400 }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), fc.constantFrom('s', 'm', 'h', 'd' as const), (count, unit) => {
        const text = `${count}${unit}`
        const before = Date.now()
        const [past, future] = [Date.parse(readPast(text)), Date.parse(readFuture(text))]
        const after = Date.now()
        const distanceMs = count * units[unit] * 1_000
        expect(past).toBeGreaterThanOrEqual(before - distanceMs)
        expect(past).toBeLessThanOrEqual(after - distanceMs)
        expect(future).toBeGreaterThanOrEqual(before + distanceMs)
        expect(future).toBeLessThanOrEqual(after + distanceMs)
      }),
    )
  })

  test.each(['', 'now', '2027', '2027-13-01', '2027-01-31 12:00', '2027-01-31T12:00:00', '31.1.2027', '1e3'])(
    '%j is none',
    (text) => {
      expect(() => readFuture(text)).toThrow('Write 2027-01-31,')
      expect(() => readPast(text)).toThrow('Write 2027-01-31,')
    },
  )
})

test('counts are whole', () => {
  expect(readCount('0600')).toBe(600)
  for (const text of ['', '-1', '1.5', '1e3', '0x10', '9999999999']) expect(() => readCount(text)).toThrow('whole')
})

test('names add up, and none is empty', () => {
  expect(readNames('a,b', undefined)).toEqual(['a', 'b'])
  expect(readNames(' c ', ['a', 'b'])).toEqual(['a', 'b', 'c'])
  for (const text of ['', ',', 'a,', 'a,,b']) expect(() => readNames(text, [])).toThrow('commas')
})

test('pairs add up, and only the first = parts them', () => {
  expect(readPair('a=b=c', { z: '1' })).toEqual({ z: '1', a: 'b=c' })
  expect(readPair('a=', undefined)).toEqual({ a: '' })
  for (const text of ['', 'a', '=a']) expect(() => readPair(text, {})).toThrow('name=value')
  expect(Object.getOwnPropertyNames(readPair('__proto__=x', {}))).toEqual(['__proto__'])
})

test('what was not given is left out, what is nothing stays', () => {
  expect(Object.entries(given({ a: undefined, b: null, c: 0, d: '', e: false }))).toEqual([
    ['b', null],
    ['c', 0],
    ['d', ''],
    ['e', false],
  ])
})
