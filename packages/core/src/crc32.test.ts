import { crc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CRC32_START, absorbCrc32, finishCrc32, stepCrc32 } from './crc32.ts'

const ofText = (text: string) => finishCrc32(absorbCrc32(CRC32_START, text))

describe('crc32', () => {
  it('gives the check value of the CRC catalogue', () => {
    expect(ofText('123456789')).toBe(0xcbf43926)
    expect(ofText('')).toBe(0)
  })

  it('equals zlib’s, unsigned, in one piece or two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (head, tail) => {
        expect(finishCrc32(absorbCrc32(absorbCrc32(CRC32_START, head), tail))).toBe(crc32(head + tail))
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes every byte', () => {
    let register = CRC32_START
    for (let byte = 0; byte < 256; byte++) register = stepCrc32(register, byte)
    expect(finishCrc32(register)).toBe(crc32(Uint8Array.from({ length: 256 }, (_, byte) => byte)))
  })
})
