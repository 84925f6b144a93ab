import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Needles } from './needles.ts'

const key = 'mk_live_tbmtHv2qSs1JEddLhi7YcSphqqrktqeP47CFGs'
const other = 'mk_live_4Kqc8d5lWNYrj0a/Zz+Q9yTnB3vLmXo2HsGfKp'
const shownLength = 'mk_live_tbmtHv2q'.length
const needles = new Needles(
  [
    { name: 'key', text: key },
    { name: 'other', text: other },
  ],
  () => shownLength,
)

/** As part of something larger, at every alignment. */
function buried(bytes: Buffer): readonly Buffer[] {
  return [0, 1, 2, 3, 4].map((before) => Buffer.concat([randomBytes(1_000 + before), bytes, randomBytes(1_000)]))
}

const hex = Buffer.from(key).toString('hex')
const reversed = Buffer.from([...Buffer.from(key)].toReversed())
const ways: readonly (readonly [string, readonly Buffer[]])[] = [
  ['raw', buried(Buffer.from(key))],
  ['in a sentence', buried(Buffer.from(`Authorization: Bearer ${key}\n`))],
  ['twenty characters of it', buried(Buffer.from(key.slice(20, 40)))],
  ['its end', buried(Buffer.from(key.slice(-10)))],
  ['reversed', buried(reversed)],
  ['in UTF-16', buried(Buffer.from(key, 'utf16le'))],
  ['hexadecimal', buried(Buffer.from(hex))],
  ['in capital hexadecimal', buried(Buffer.from(hex.toUpperCase()))],
  ['percent-encoded', buried(Buffer.from(hex.replaceAll(/../g, '%$&')))],
  ['percent-encoded in capitals', buried(Buffer.from(hex.toUpperCase().replaceAll(/../g, '%$&')))],
  [
    'base64',
    [0, 1, 2].flatMap((before) => buried(Buffer.from(Buffer.from(`${'x'.repeat(before)}${key}`).toString('base64')))),
  ],
  [
    'base64url of what has + and / in base64',
    [0, 1, 2].flatMap((before) =>
      buried(Buffer.from(Buffer.from(`${'?'.repeat(before)}${other}`).toString('base64url'))),
    ),
  ],
  ['at the very end', [Buffer.concat([randomBytes(100), Buffer.from(key.slice(-10))])]],
  ['at the very beginning', [Buffer.from(key.slice(16, 26))]],
]

describe('a secret is found', () => {
  test.each(ways)('%s', (_, places) => {
    for (const bytes of places) expect(needles.findIn(bytes).length).toBeGreaterThan(0)
  })

  test('that is bytes, raw and as they are written in text', () => {
    const digest = randomBytes(32)
    const ofBytes = new Needles([{ name: 'digest', text: digest }])
    for (const form of [digest, digest.subarray(0, 10), digest.subarray(22), digest.toString('hex')]) {
      expect(ofBytes.findIn(Buffer.from(form)).length).toBeGreaterThan(0)
    }
    for (const before of [0, 1, 2]) {
      const text = Buffer.concat([randomBytes(before), digest]).toString('base64')
      for (const place of buried(Buffer.from(text))) expect(ofBytes.findIn(place).length).toBeGreaterThan(0)
    }
    expect(ofBytes.findIn(randomBytes(1_000_000))).toEqual([])
  })

  test('by its name, form and place', () => {
    const bytes = Buffer.concat([Buffer.alloc(7), Buffer.from(key)])
    expect(needles.findIn(bytes)[0]).toEqual({ canary: 'key', form: 'raw', at: 7 + shownLength })
  })
})

describe('nothing is found', () => {
  test('in what may be shown', () => {
    expect(needles.findIn(Buffer.from(key.slice(0, shownLength)))).toEqual([])
  })

  test('in nine characters of it', () => {
    expect(needles.findIn(Buffer.from(` ${key.slice(16, 25)} `))).toEqual([])
  })

  test('in ten megabytes of noise', () => {
    expect(needles.findIn(randomBytes(10_000_000))).toEqual([])
  })
})

test('what is too short to be found for certain is not looked for', () => {
  expect(() => new Needles([{ name: 'short', text: 'mk_live_abc' }], () => 0)).not.toThrow()
  expect(() => new Needles([{ name: 'short', text: 'abc' }], () => 0)).toThrow('too few')
})
