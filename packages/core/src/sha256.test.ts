import { createHash, createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hmacSha256, sha256 } from './sha256.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const ascii = (text: string) => new TextEncoder().encode(text)
const repeat = (byte: number, count: number) => new Uint8Array(count).fill(byte)

describe('sha256', () => {
  // NIST, "Examples with Intermediate Values" and the SHA-256 byte test vectors.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('of %.20j is NIST’s', (text, digest) => {
    expect(hex(sha256(ascii(text)))).toBe(digest)
  })

  it('equals node:crypto at every length around the block’s edges', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 255)
      expect(hex(sha256(bytes)), `${length} bytes`).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })

  it('equals node:crypto on any bytes, also in a view that does not begin at its buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat(40), (bytes, skip) => {
        const view = bytes.subarray(skip)
        expect(hex(sha256(view))).toBe(createHash('sha256').update(view).digest('hex'))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('hmacSha256', () => {
  // RFC 4231 sections 4.2 to 4.8; section 4.6 gives the first 16 bytes alone.
  it.each([
    ['4.2', repeat(0x0b, 20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4.3',
      ascii('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['4.4', repeat(0xaa, 20), repeat(0xdd, 50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      '4.5',
      Uint8Array.from({ length: 25 }, (_, index) => index + 1),
      repeat(0xcd, 50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    ['4.6', repeat(0x0c, 20), 'Test With Truncation', 'a3b6167473100ee06e0c796c2955552b'],
    [
      '4.7',
      repeat(0xaa, 131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      '4.8',
      repeat(0xaa, 131),
      'This is a test using a larger than block-size key and a larger than block-size data. ' +
        'The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('gives RFC 4231 section %s', (_section, key, message, mac) => {
    const bytes = typeof message === 'string' ? ascii(message) : message
    expect(hex(hmacSha256(key, bytes)).slice(0, mac.length)).toBe(mac)
  })

  it('equals node:crypto for any key and message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
        expect(hex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'))
      }),
      { numRuns: 1_000 },
    )
  })

  it('hashes a key only above the block’s 64 bytes, and leaves the key as it was', () => {
    for (const length of [0, 1, 63, 64, 65, 128]) {
      const key = repeat(0x61, length)
      const expected = createHmac('sha256', key).update('message').digest('hex')
      expect(hex(hmacSha256(key, ascii('message'))), `${length} bytes`).toBe(expected)
      expect(key).toEqual(repeat(0x61, length))
    }
  })
})
