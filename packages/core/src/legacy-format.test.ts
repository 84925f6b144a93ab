import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createKeyDigester } from './key-digest.ts'
import { createLegacyFormat, digestForeignHash, isHashed, readForeignHash } from './legacy-format.ts'

const unkey = { pattern: '^acme_[1-9A-HJ-NP-Za-km-z]{22,24}$', hash: 'sha256-base64' } as const
const betterAuth = { pattern: '^[A-Za-z]{64}$', hash: 'sha256-base64url' } as const
const prefixed = {
  pattern: '^mycompany_[1-9A-Za-z]{8}_[1-9A-Za-z]{24}$',
  hash: 'sha256-hex-of-long-token',
} as const
const format = createLegacyFormat([unkey, betterAuth, prefixed])

const longToken = '51FwqftsmMDHHbJAMEXXHCgG'
const prefixedKey = `mycompany_BRTRKFsL_${longToken}`
const sha256 = (text: string) => createHash('sha256').update(text).digest()

describe('what other systems may have stored of a credential', () => {
  test('is the hash of all of it', () => {
    const key = 'acme_3ZFeSzZi4bAHLaADiPyJy7BN'
    expect(format.hashesOf(key)).toEqual([{ known: '', bytes: new Uint8Array(sha256(key)) }])
  })

  test('or of what follows its last _', () => {
    expect(format.hashesOf(prefixedKey)).toEqual([
      { known: 'mycompany_BRTRKFsL_', bytes: new Uint8Array(sha256(longToken)) },
    ])
    const bare = createLegacyFormat([{ pattern: '^[a-z]{9}$', hash: 'sha256-hex-of-long-token' }])
    expect(bare.hashesOf('abcdefghi')).toEqual([{ known: '', bytes: new Uint8Array(sha256('abcdefghi')) }])
  })

  test('or both, where two shapes say so; and each once', () => {
    const both = createLegacyFormat([
      prefixed,
      { ...prefixed, hash: 'sha256-hex' },
      { ...prefixed, hash: 'sha256-base64' },
    ])
    expect(both.hashesOf(prefixedKey).map(({ known }) => known)).toEqual(['mycompany_BRTRKFsL_', ''])
  })

  test.each(['', 'acme_', 'acme_3ZFe', 'acme_0000000000000000000000', `${prefixedKey} `, `Acme_${longToken}`, 'ü'])(
    'is nothing where the shape is none of them: %j',
    (text) => {
      expect(format.hashesOf(text)).toEqual([])
    },
  )

  test('a contract without legacy shapes knows none', () => {
    expect(createLegacyFormat([]).hashesOf(prefixedKey)).toEqual([])
  })
})

test('what is shown of a key is the beginning of a shape that was hashed so', () => {
  expect(format.mayBegin('acme_3ZFe', 'sha256-base64')).toBe(true)
  // Written otherwise, the same bytes.
  expect(format.mayBegin('acme_3ZFe', 'sha256-hex')).toBe(true)
  expect(format.mayBegin('acme_3ZFe', 'sha256-hex-of-long-token')).toBe(false)
  expect(format.mayBegin('acme-', 'sha256-base64')).toBe(false)
  expect(format.mayBegin('acme_…', 'sha256-base64')).toBe(false)
  expect(format.mayBegin('mycompany_BRTRKFsL', 'sha256-hex-of-long-token')).toBe(true)
  expect(format.mayBegin('mycompany_BRTRKFs', 'sha256-hex-of-long-token')).toBe(false)
  expect(format.mayBegin('mycompany', 'sha256-hex-of-long-token')).toBe(false)
})

describe('a foreign hash', () => {
  const key = prefixedKey
  const bytes = new Uint8Array(sha256(key))

  test.each([
    ['sha256-hex', sha256(key).toString('hex')],
    ['sha256-hex', sha256(key).toString('hex').toUpperCase()],
    ['sha256-base64', sha256(key).toString('base64')],
    ['sha256-base64url', sha256(key).toString('base64url')],
    ['sha256-base64url', `${sha256(key).toString('base64url')}=`],
  ] as const)('is read as %s', (hashedAs, text) => {
    expect(readForeignHash(text, hashedAs, 'mycompany')).toEqual({ known: '', bytes })
  })

  test('of a long token goes with what precedes it', () => {
    const text = sha256(longToken).toString('hex')
    const read = readForeignHash(text, 'sha256-hex-of-long-token', 'mycompany_BRTRKFsL')
    expect([read]).toEqual(format.hashesOf(key))
  })

  test('is read as it was written, whatever the bytes', () => {
    for (let run = 0; run < 200; run++) {
      const hash = randomBytes(32)
      const expected = { known: '', bytes: new Uint8Array(hash) }
      expect(readForeignHash(hash.toString('hex'), 'sha256-hex', '')).toEqual(expected)
      expect(readForeignHash(hash.toString('base64'), 'sha256-base64', '')).toEqual(expected)
      expect(readForeignHash(hash.toString('base64url'), 'sha256-base64url', '')).toEqual(expected)
    }
  })

  test.each([
    ['sha256-hex', 'ab'.repeat(31)],
    ['sha256-hex', 'zz'.repeat(32)],
    ['sha256-hex', sha256(key).toString('base64')],
    ['sha256-base64', sha256(key).toString('base64').slice(0, -1)],
    ['sha256-base64', `${'A'.repeat(42)}B=`],
    ['sha256-base64url', `${'+'.repeat(42)}A`],
    ['sha256-base64url', `${'A'.repeat(43)}\n`],
    ['sha256-hex-of-long-token', longToken],
  ] as const)('is not %s: %j', (hashedAs, text) => {
    expect(readForeignHash(text, hashedAs, '')).toBeNull()
  })

  test('knows the key that is shown instead of its beginning', () => {
    const ofAll = { known: '', bytes }
    const ofLongToken = { known: 'mycompany_BRTRKFsL_', bytes: new Uint8Array(sha256(longToken)) }
    expect(isHashed(key, ofAll)).toBe(true)
    expect(isHashed(key, ofLongToken)).toBe(true)
    expect(isHashed(longToken, ofLongToken)).toBe(true)
    expect(isHashed('mycompany_BRTRKFsL', ofAll)).toBe(false)
    expect(isHashed('mycompany_BRTRKFsL', ofLongToken)).toBe(false)
  })
})

describe('our digest over theirs', () => {
  const digester = createKeyDigester(new Uint8Array(32).fill(7))
  const [hash] = format.hashesOf(prefixedKey)
  if (hash === undefined) throw new Error('no hash')

  test('depends on the pepper and on every character of the key', () => {
    const digests = [
      digestForeignHash(digester, hash),
      digestForeignHash(createKeyDigester(new Uint8Array(32).fill(8)), hash),
      digestForeignHash(digester, { ...hash, known: 'mycompany_BRTRKFsM_' }),
      digestForeignHash(digester, { ...hash, known: '' }),
      digestForeignHash(digester, { ...hash, bytes: new Uint8Array(sha256('other')) }),
      digester.digest(prefixedKey),
      digester.digestBytes(hash.bytes),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })

  test('is that of no text that could be a credential, not even of one with the bytes of their hash', () => {
    const ascii = { known: '', bytes: new TextEncoder().encode('a'.repeat(32)) }
    expect(digestForeignHash(digester, ascii)).toBe(digester.digest(`\u0000${'a'.repeat(32)}`))
    expect(digestForeignHash(digester, ascii)).not.toBe(digester.digest('a'.repeat(32)))
  })
})

test('a pattern that no contract may have is refused', () => {
  expect(() => createLegacyFormat([{ pattern: '^a|b$', hash: 'sha256-hex' }])).toThrow(RangeError)
})
