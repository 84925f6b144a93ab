import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../vectors/key-digest.json' with { type: 'json' }
import { createDigesters, createKeyDigester, digestFromBytes, digestToBytes, pepperFingerprint } from './key-digest.ts'
import type { KeyDigest } from './key-digest.ts'

const pepper = new Uint8Array(32).fill(7)
const otherPepper = new Uint8Array(32).fill(8)
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (digest: KeyDigest) => Buffer.from(digest, 'latin1').toString('hex')
const oracle = (key: Uint8Array, message: string | Uint8Array) =>
  createHmac('sha256', key).update(message).digest('hex')

describe('vectors/key-digest.json', () => {
  it.each(vectors.texts)('text $text', ({ pepperHex, pepperVersion, text, digestHex }) => {
    const digester = createKeyDigester(fromHex(pepperHex))
    expect(digester.version).toBe(pepperVersion)
    expect(toHex(digester.digest(text))).toBe(digestHex)
  })

  it.each(vectors.bytes)('bytes $bytesHex', ({ pepperHex, pepperVersion, bytesHex, digestHex }) => {
    const digester = createKeyDigester(fromHex(pepperHex))
    expect(digester.version).toBe(pepperVersion)
    expect(toHex(digester.digestBytes(fromHex(bytesHex)))).toBe(digestHex)
  })
})

describe('createKeyDigester', () => {
  const digester = createKeyDigester(pepper)

  it('is HMAC-SHA-256 for a pepper and text of any length', () => {
    const peppers = fc.uint8Array({ minLength: 32, maxLength: 150 })
    fc.assert(
      fc.property(peppers, fc.string({ unit: 'binary-ascii', maxLength: 300 }), (key, text) => {
        expect(toHex(createKeyDigester(key).digest(text))).toBe(oracle(key, text))
      }),
      { numRuns: 1_000 },
    )
    expect(toHex(digester.digest('k'.repeat(1_000_003)))).toBe(oracle(pepper, 'k'.repeat(1_000_003)))
  })

  it('digests raw bytes as text of the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toHex(digester.digestBytes(bytes))).toBe(oracle(pepper, bytes))
      }),
    )
    expect(digester.digestBytes(new TextEncoder().encode('mk_live_FAKE'))).toBe(digester.digest('mk_live_FAKE'))
  })

  it('gives 32 code units of one byte each', () => {
    for (let index = 0; index < 100; index++) {
      const digest = digester.digest(`mk_live_FAKE${index}`)
      expect(digest).toHaveLength(32)
      expect(/^[\0-\xff]{32}$/.test(digest)).toBe(true)
    }
  })

  it('keeps digests of one digester, and of two, apart when they take turns', () => {
    const other = createKeyDigester(otherPepper)
    for (let index = 0; index < 50; index++) {
      const text = 'x'.repeat(index * 3)
      expect([toHex(digester.digest(text)), toHex(other.digest(text))]).toEqual([
        oracle(pepper, text),
        oracle(otherPepper, text),
      ])
    }
  })

  it('tells apart texts that share their beginning, to the last character', () => {
    const text = 'mk_live_FAKE0123456789abcdefghijklmnopqr3fBLMR'
    const beginnings = Array.from({ length: text.length }, (_, index) => text.slice(0, index + 1))
    const suffixed = ['', 'x', ' ', '\0'].map((suffix) => text + suffix)
    expect(new Set([...beginnings, ...suffixed].map((each) => digester.digest(each))).size).toBe(text.length + 3)
  })

  it('refuses text that is not ASCII, and is not harmed by it', () => {
    for (const text of ['\u0080', 'mk_live_\u00e9', '\ud800', '\uff26', `${'x'.repeat(64)}\u0100`]) {
      expect(() => digester.digest(text)).toThrow(RangeError)
      expect(toHex(digester.digest('after'))).toBe(oracle(pepper, 'after'))
    }
  })

  it('does not follow a pepper that is overwritten later', () => {
    const wiped = pepper.slice()
    const fromWiped = createKeyDigester(wiped)
    wiped.fill(0)
    expect(fromWiped.digest('text')).toBe(digester.digest('text'))
  })

  it('wants a pepper of 32 bytes or more', () => {
    expect(() => createKeyDigester(new Uint8Array(31))).toThrow(RangeError)
    expect(() => pepperFingerprint(new Uint8Array(31))).toThrow(RangeError)
    expect(() => createKeyDigester(new Uint8Array(32))).not.toThrow()
  })
})

describe('createDigesters', () => {
  it('has one pepper, or two that are told apart by their versions', () => {
    const alone = createDigesters({ current: pepper })
    expect(alone.previous).toBeNull()
    expect(createDigesters({ current: pepper, previous: null }).previous).toBeNull()
    const both = createDigesters({ current: pepper, previous: otherPepper })
    expect(both.current.version).toBe(pepperFingerprint(pepper))
    expect(both.previous?.version).toBe(pepperFingerprint(otherPepper))
    expect(toHex(both.current.digest('text'))).toBe(oracle(pepper, 'text'))
    expect(both.previous && toHex(both.previous.digest('text'))).toBe(oracle(otherPepper, 'text'))
  })

  it('refuses one pepper in both places, and short ones in either', () => {
    expect(() => createDigesters({ current: pepper, previous: pepper.slice() })).toThrow(RangeError)
    expect(() => createDigesters({ current: new Uint8Array(8) })).toThrow(RangeError)
    expect(() => createDigesters({ current: pepper, previous: new Uint8Array() })).toThrow(RangeError)
  })
})

describe('pepperFingerprint', () => {
  it('is 16 hexadecimal digits that change with any bit of the pepper', () => {
    const versions = new Set([pepperFingerprint(pepper)])
    for (let bit = 0; bit < 256; bit++) {
      const changed = pepper.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      versions.add(pepperFingerprint(changed))
    }
    expect(versions.size).toBe(257)
    for (const version of versions) expect(version).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('digestToBytes, digestFromBytes', () => {
  it('are each other’s inverse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(digestToBytes(digestFromBytes(bytes))).toEqual(bytes)
      }),
    )
    const digest = createKeyDigester(pepper).digest('text')
    expect(digestFromBytes(digestToBytes(digest))).toBe(digest)
    expect(digestFromBytes(fromHex(oracle(pepper, 'text')))).toBe(digest)
  })

  it.each([0, 31, 33, 64])('refuse %i bytes', (length) => {
    expect(() => digestFromBytes(new Uint8Array(length))).toThrow(RangeError)
  })
})
