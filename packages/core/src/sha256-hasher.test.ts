import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sha256Hasher } from './sha256-hasher.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const oracle = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

describe('Sha256Hasher', () => {
  it('takes a message in any pieces, bytes and ASCII text mixed, one message after another', () => {
    const pieces = fc.array(
      fc.oneof(fc.uint8Array({ maxLength: 150 }), fc.string({ unit: 'binary-ascii', maxLength: 150 })),
    )
    const hasher = new Sha256Hasher()
    fc.assert(
      fc.property(pieces, (parts) => {
        hasher.restore()
        for (const part of parts) {
          if (typeof part === 'string') hasher.absorbAscii(part)
          else hasher.absorb(part)
        }
        hasher.finish()
        expect(hex(hasher.digestBytes())).toBe(oracle(...parts))
      }),
      { numRuns: 1_000 },
    )
  })

  it('continues from a midstate as often as wanted, whatever it did in between', () => {
    const hasher = new Sha256Hasher()
    hasher.absorbAscii('p'.repeat(128))
    const midstate = hasher.midstate()
    for (const text of ['', 'one', 'x'.repeat(64), 'y'.repeat(119)]) {
      hasher.restore(midstate)
      hasher.absorbAscii(text)
      hasher.finish()
      expect(hex(hasher.digestBytes())).toBe(oracle('p'.repeat(128), text))
      hasher.restore()
      hasher.absorbAscii('something else')
    }
  })

  it('gives a midstate between blocks only', () => {
    const hasher = new Sha256Hasher()
    expect(hasher.midstate().absorbedBytes).toBe(0)
    hasher.absorbAscii('x'.repeat(63))
    expect(() => hasher.midstate()).toThrow(RangeError)
    hasher.absorbAscii('x')
    expect(hasher.midstate().absorbedBytes).toBe(64)
  })

  it('takes the finished digest as the beginning of the next message', () => {
    const hasher = new Sha256Hasher()
    hasher.absorbAscii('outer'.padEnd(64))
    const outer = hasher.midstate()
    hasher.restore()
    hasher.absorbAscii('inner')
    hasher.finish()
    hasher.chainDigest(outer)
    hasher.absorbAscii('tail')
    hasher.finish()
    const inner = createHash('sha256').update('inner').digest()
    expect(hex(hasher.digestBytes())).toBe(oracle('outer'.padEnd(64), inner, 'tail'))
  })

  it('writes a length above 2^32 bits in both words of the padding', () => {
    const hasher = new Sha256Hasher()
    const { words } = hasher.midstate()
    const padding = new Uint8Array(64)
    const absorbedBytes = 2 ** 45 + 2 ** 29 + 64
    padding[0] = 0x80
    new DataView(padding.buffer).setBigUint64(56, BigInt(absorbedBytes) * 8n)
    hasher.absorb(padding)
    const expected = hasher.midstate().words
    hasher.restore({ words, absorbedBytes })
    hasher.finish()
    expect(hasher.words).toEqual(expected)
  })

  it('refuses text that is not ASCII, wherever it stands, and works again afterwards', () => {
    const hasher = new Sha256Hasher()
    for (const odd of ['\u0080', '\u00ff', '\u0100', '\ud800', '\uffff', '\u{1f511}']) {
      for (const text of [odd, `${'x'.repeat(63)}${odd}`, `${odd}${'x'.repeat(200)}`]) {
        hasher.restore()
        expect(() => hasher.absorbAscii(text)).toThrow(RangeError)
      }
    }
    hasher.restore()
    hasher.absorbAscii('abc\u007f')
    hasher.finish()
    expect(hex(hasher.digestBytes())).toBe(oracle('abc\u007f'))
  })
})
