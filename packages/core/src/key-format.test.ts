import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import vectors from '../vectors/key-format.json' with { type: 'json' }
import { BASE62_ALPHABET } from './base62.ts'
import { createKeyFormat, operatorKeyFormat, sessionTokenFormat, unseenBits } from './key-format.ts'
import type { KeyFormat, KeyShape, PlaintextKey } from './key-format.ts'

const shape: KeyShape = {
  prefixes: { live: 'mk_live_', test: 'mk_test_' },
  length: 38,
  checksum: 6,
  shown: 8,
  formerPrefixes: [],
}
const format = createKeyFormat(shape)
const key = format.mint('live', randomBytes)
const places = Array.from(key, (_, place) => place)
const replace = (place: number, character: string) => key.slice(0, place) + character + key.slice(place + 1)
const flipCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())

describe('vectors/key-format.json', () => {
  const formats = new Map<string, KeyFormat>(
    Object.entries(vectors.formats).map(([name, each]) => [name, createKeyFormat(each)]),
  )

  it.each(vectors.cases)('$format: $why', ({ format: name, text, parsed }) => {
    const key = formats.get(name)?.parse(text)
    const read = key && { ...key, shown: formats.get(name)?.shown(key.plaintext) }
    expect(read).toEqual(parsed && { ...parsed, plaintext: text })
  })

  it('describes our own credentials as they are', () => {
    expect(vectors.formats.operator).toEqual(operatorKeyFormat.shape)
    expect(vectors.formats.session).toEqual(sessionTokenFormat.shape)
  })
})

describe('mint and parse', () => {
  const shapes: fc.Arbitrary<KeyShape> = fc
    .record({
      live: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
      test: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)),
      random: fc.integer({ min: 1, max: 100 }),
      checksum: fc.integer({ min: 0, max: 6 }),
      shown: fc.nat(100),
      former: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), { maxLength: 3 }),
    })
    .filter(({ live, test, former }) => live !== test && !former.some((each) => each === live || each === test))
    .map(({ live, test, random, checksum, shown, former }) => ({
      prefixes: { live, test },
      length: random + checksum,
      checksum,
      shown: Math.min(shown, random),
      formerPrefixes: former,
    }))

  it('are each other’s inverse for every shape and environment', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom('live', 'test'), (each, environment) => {
        const prefix = each.prefixes[environment]
        fc.pre(typeof prefix === 'string')
        const eachFormat = createKeyFormat(each)
        const plaintext = eachFormat.mint(environment, randomBytes)
        expect(plaintext).toHaveLength(prefix.length + each.length)
        expect(eachFormat.parse(plaintext)).toEqual({ plaintext, prefix, environment })
        expect(eachFormat.shown(plaintext)).toBe(plaintext.slice(0, prefix.length + each.shown))
      }),
      { numRuns: 1_000 },
    )
  })

  it('know no test keys without a prefix for them', () => {
    for (const test of [null, undefined]) {
      const prefixes = test === undefined ? { live: 'ako_' } : { live: 'ako_', test }
      const liveOnly = createKeyFormat({ ...shape, prefixes })
      expect(() => liveOnly.mint('test', randomBytes)).toThrow(RangeError)
      expect(liveOnly.parse(liveOnly.mint('live', randomBytes))?.environment).toBe('live')
    }
  })

  it('go on through a change of prefix, without a word on the environment', () => {
    const renamed = createKeyFormat({ ...shape, prefixes: { live: 'new_' }, formerPrefixes: ['mk_live_', 'mk_test_'] })
    for (const environment of ['live', 'test'] as const) {
      const plaintext = format.mint(environment, randomBytes)
      expect(renamed.parse(plaintext)).toEqual({ plaintext, prefix: `mk_${environment}_`, environment: null })
      expect(renamed.shown(plaintext)).toBe(plaintext.slice(0, 16))
    }
    expect(() => renamed.mint('test', randomBytes)).toThrow(RangeError)
    expect(renamed.parse(renamed.mint('live', randomBytes))?.environment).toBe('live')
  })

  it('tell prefixes apart of which one begins the other', () => {
    const sharing = createKeyFormat({ ...shape, prefixes: { live: 'mk_live_', test: 'mk_live_x' } })
    const allX = sharing.mint('live', (count) => new Uint8Array(count).fill(BASE62_ALPHABET.indexOf('x')))
    expect(allX.startsWith('mk_live_xxx')).toBe(true)
    expect(sharing.parse(allX)?.environment).toBe('live')
    for (let round = 0; round < 200; round++) {
      const live = sharing.mint('live', randomBytes)
      const test = sharing.mint('test', randomBytes)
      expect([sharing.parse(live)?.prefix, sharing.parse(test)?.prefix]).toEqual(['mk_live_', 'mk_live_x'])
      expect(format.parse(test)).toBeNull()
    }
  })

  it('make a type that plain text is not', () => {
    expectTypeOf(key).toEqualTypeOf<PlaintextKey>()
    expectTypeOf<string>().not.toExtend<PlaintextKey>()
  })
})

describe('parse refuses', () => {
  it('any key with one character changed, at any place, to anything', () => {
    const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
    for (const place of places) {
      const accepted = characters.filter((character) => format.parse(replace(place, character)))
      expect(accepted, `place ${place}`).toEqual([key[place]])
    }
  })

  it('any minted key with one base62 character changed, of whatever random part', () => {
    const change = fc.record({
      place: fc.nat(key.length - 1),
      character: fc.constantFrom(...BASE62_ALPHABET.split('')),
    })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32, max: 247 }), change, (random, { place, character }) => {
        const plaintext = format.mint('test', (count) => random.subarray(0, count))
        fc.pre(plaintext[place] !== character)
        expect(format.parse(plaintext.slice(0, place) + character + plaintext.slice(place + 1))).toBeNull()
      }),
      { numRuns: 5_000 },
    )
  })

  it('a key with two neighbours swapped, a character missing or one doubled', () => {
    const changed = places
      .slice(1)
      .flatMap((place) => [
        key.slice(0, place - 1) + key.charAt(place) + key.charAt(place - 1) + key.slice(place + 1),
        key.slice(0, place) + key.slice(place + 1),
        key.slice(0, place) + key.slice(place - 1),
      ])
    expect(changed.filter((text) => text !== key && format.parse(text))).toEqual([])
  })

  it('a letter in the other case, alone or all of them', () => {
    const flipped = places.map((place) => replace(place, flipCase(key.charAt(place)))).filter((text) => text !== key)
    expect(flipped.length).toBeGreaterThan(10)
    flipped.push(key.toUpperCase(), key.toLowerCase(), Array.from(key, flipCase).join(''))
    expect(flipped.filter((text) => format.parse(text))).toEqual([])
  })

  it('look-alikes that NFKC would fold to the key itself', () => {
    for (const place of places) {
      const lookAlike = replace(place, String.fromCharCode(key.charCodeAt(place) + 0xfee0))
      expect(lookAlike.normalize('NFKC')).toBe(key)
      expect(format.parse(lookAlike), `place ${place}`).toBeNull()
    }
  })

  it.each([
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u00ad',
    '\u00a0',
    '\t',
    ' ',
    '\r',
    '\n',
    '\0',
    '\u0301',
    '\ud800',
    '\udc00',
  ])('%j before, behind, between and in place of a character', (odd) => {
    for (const place of [...places, key.length]) {
      expect(format.parse(key.slice(0, place) + odd + key.slice(place))).toBeNull()
      expect(format.parse(replace(place, odd))).toBeNull()
    }
  })

  it.each([
    ['a known key with more behind it', `${key}x`],
    ['72 and more characters, as bcrypt would cut them', key + '0'.repeat(72)],
    ['two keys', `${key},${key}`],
    ['the scheme before it', `Bearer ${key}`],
    ['quotes', `"${key}"`],
    ['percent-encoding', encodeURIComponent(key).replace('m', '%6d')],
    ['another format’s key', operatorKeyFormat.mint('live', randomBytes)],
    ['1 MiB that begins as a key', key + '0'.repeat(1 << 20)],
    ['1 MiB of nothing', '\0'.repeat(1 << 20)],
  ])('%s', (_what, text) => {
    expect(format.parse(text)).toBeNull()
  })

  it('any other text, of any characters and length, without throwing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.string({ unit: 'binary', minLength: 38, maxLength: 38 }).map((rest) => `mk_live_${rest}`),
      fc.stringMatching(/^mk_(live|test)_[0-9A-Za-z]{31,33}$/).map((rest) => `${rest}######`),
      fc.array(fc.nat(0xffff), { minLength: 46, maxLength: 46 }).map((codes) => String.fromCharCode(...codes)),
    )
    fc.assert(
      fc.property(text, (each) => format.parse(each) === null),
      { numRuns: 5_000 },
    )
  })

  it('what is no text at all, without throwing', () => {
    const disguised = { length: key.length, toString: () => key, startsWith: () => true, charCodeAt: () => 48 }
    for (const value of [
      null,
      undefined,
      0,
      Number.NaN,
      true,
      1n,
      Symbol('key'),
      [key],
      { key },
      disguised,
      () => key,
    ]) {
      // @ts-expect-error: what a boundary that was not checked might pass
      const text: string = value
      expect(format.parse(text)).toBeNull()
    }
    expect(format.parse(Object(key))).toBeNull()
  })

  it('all but a 62^6th of random text of the right shape', () => {
    let accepted = 0
    for (let round = 0; round < 100_000; round++) {
      const text = `mk_live_${randomBytes(19).toString('hex')}`
      if (format.parse(text)) accepted++
    }
    expect(accepted).toBeLessThanOrEqual(1)
  })
})

describe('createKeyFormat', () => {
  it.each([
    ['an empty prefix', { prefixes: { live: '' } }],
    ['an empty test prefix', { prefixes: { live: 'a_', test: '' } }],
    ['a prefix with a space', { prefixes: { live: 'a b' } }],
    ['a prefix beyond ASCII', { formerPrefixes: ['clé_'] }],
    ['a prefix of 33 characters', { prefixes: { live: 'x'.repeat(33) } }],
    ['one prefix for both environments', { prefixes: { live: 'a_', test: 'a_' } }],
    ['a former prefix that is a present one', { formerPrefixes: ['mk_test_'] }],
    ['no random character', { length: 6, shown: 0 }],
    ['a length of 129', { length: 129 }],
    ['half a character', { length: 38.5 }],
    ['a length that is no number', { length: Number.NaN }],
    ['a negative checksum', { checksum: -1 }],
    ['a checksum of 7', { checksum: 7 }],
    ['a checksum that would be shown', { shown: 33 }],
    ['a negative number shown', { shown: -1 }],
  ])('refuses %s', (_what, change) => {
    expect(() => createKeyFormat({ ...shape, ...change })).toThrow(RangeError)
  })
})

describe('unseenBits', () => {
  it('counts random characters that are not shown, and never the checksum', () => {
    expect(unseenBits(shape)).toBeCloseTo(24 * Math.log2(62), 9)
    expect(unseenBits({ length: 32, checksum: 6, shown: 4 })).toBeGreaterThan(128)
    expect(unseenBits({ length: 32, checksum: 6, shown: 5 })).toBeLessThan(128)
    expect(unseenBits({ length: 22, checksum: 0, shown: 0 })).toBeGreaterThan(128)
    expect(unseenBits({ length: 38, checksum: 6, shown: 32 })).toBe(0)
    expect(unseenBits({ length: 6, checksum: 6, shown: 6 })).toBe(0)
  })

  it('is 128 or more for our own credentials', () => {
    for (const own of [operatorKeyFormat, sessionTokenFormat]) expect(unseenBits(own.shape)).toBeGreaterThan(128)
  })
})
