import * as fc from 'fast-check'
import { digestPayload, linkDigest, linkText, type ChainDigest } from '@mintmark/core'
import { expect, test } from 'vitest'
import { chainDigests } from './chain-digests.ts'

const salts = fc.uint8Array({ minLength: 0, maxLength: 200 })
const texts = fc.string({ unit: 'binary', maxLength: 2_000 })
const digests = fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: 64, maxLength: 64 })

test('are core’s own, whatever the salt and the text', () => {
  fc.assert(
    fc.property(salts, texts, (salt, text) => {
      expect(chainDigests.ofPayload(salt, text)).toBe(digestPayload(salt, text))
    }),
  )
  fc.assert(
    fc.property(texts, fc.nat(), digests, digests, (chain, sequence, payload, previous) => {
      expect(chainDigests.ofText(linkText(chain, sequence, payload, previous))).toBe(
        linkDigest(chain, sequence, payload as ChainDigest, previous as ChainDigest),
      )
    }),
  )
})
