import type { LegacyHash, LegacyKeys } from './contract-terms.ts'
import type { KeyDigest, KeyDigester } from './key-digest.ts'
import { LegacyAutomaton } from './legacy-automaton.ts'
import { readLegacyPattern } from './legacy-pattern.ts'
import { sha256 } from './sha256.ts'
import { SHA256_BYTES } from './sha256-hasher.ts'

/** What another system stored of a key. */
export interface ForeignHash {
  /** What precedes the characters that were hashed; empty where all of the key was. */
  readonly known: string
  /** SHA-256 (FIPS 180-4) of the rest: 32 bytes. */
  readonly bytes: Uint8Array
}

/** The foreign shapes that a contract names (`keys.legacy`). */
export interface LegacyFormat {
  /** What other systems may have stored of this credential; empty where it has no legacy shape. Never throws. */
  hashesOf(text: string): readonly ForeignHash[]
  /** Whether keys that begin so may have been hashed so; `text` is all before the last `_` where the long token was. */
  mayBegin(text: string, hashedAs: LegacyHash): boolean
}

/** RangeError for a pattern that `parseContract` refuses. */
export function createLegacyFormat(legacy: readonly LegacyKeys[]): LegacyFormat {
  const shapes = legacy.map(({ pattern, hash }) => ({ automaton: automatonOf(pattern), hash }))
  return {
    hashesOf(text) {
      const hashes = shapes.filter(({ automaton }) => automaton.matches(text)).map(({ hash }) => isOfAll(hash))
      return [...new Set(hashes)].map((ofAll) => hashOf(text, ofAll))
    },
    mayBegin: (text, hashedAs) =>
      shapes.some(({ automaton, hash }) => {
        if (isOfAll(hash) !== isOfAll(hashedAs)) return false
        return isOfAll(hash) ? automaton.mayBegin(text) : automaton.mayBegin(`${text}_`, '_')
      }),
  }
}

function automatonOf(pattern: string): LegacyAutomaton {
  const { node, mistake } = readLegacyPattern(pattern)
  if (node === null) throw new RangeError(`a legacy pattern ${mistake}`)
  return new LegacyAutomaton(node)
}

function isOfAll(hash: LegacyHash): boolean {
  return hash !== 'sha256-hex-of-long-token'
}

/** The long token is what follows the last `_`. */
function hashOf(text: string, ofAll: boolean): ForeignHash {
  const start = ofAll ? 0 : text.lastIndexOf('_') + 1
  return { known: text.slice(0, start), bytes: sha256(new TextEncoder().encode(text.slice(start))) }
}

const spellings: Readonly<Record<LegacyHash, RegExp>> = {
  'sha256-hex': /^[0-9a-fA-F]{64}$/,
  'sha256-hex-of-long-token': /^[0-9a-fA-F]{64}$/,
  // The last character carries four bits.
  'sha256-base64': /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  'sha256-base64url': /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=?$/,
}

/**
 * Reads what another system stored of a key that begins with `shown`; null where it is not written so.
 *
 * @param shown what is known of the key; of one whose long token was hashed, all that precedes the last `_`
 */
export function readForeignHash(text: string, hashedAs: LegacyHash, shown: string): ForeignHash | null {
  if (!spellings[hashedAs].test(text)) return null
  const isHex = hashedAs.startsWith('sha256-hex')
  return { known: isOfAll(hashedAs) ? '' : `${shown}_`, bytes: isHex ? fromHex(text) : fromBase64(text) }
}

/** Whether this is the very text that was hashed, shown by mistake. */
export function isHashed(text: string, { known, bytes }: ForeignHash): boolean {
  return [text, text.slice(known.length)].some((part) => {
    const hash = sha256(new TextEncoder().encode(part))
    return hash.every((byte, index) => byte === bytes[index])
  })
}

/**
 * Our keyed digest over theirs. It begins with a NUL, which no credential has: so nobody who stole their hashes can
 * present one as if it were a key.
 */
export function digestForeignHash(digester: KeyDigester, { known, bytes }: ForeignHash): KeyDigest {
  return digester.digestBytes(Uint8Array.of(0, ...new TextEncoder().encode(known), ...bytes))
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: SHA256_BYTES }, (_, index) => parseInt(text.slice(2 * index, 2 * index + 2), 16))
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** RFC 4648 sections 4 and 5, of 32 bytes: either alphabet, with padding or without. */
function fromBase64(text: string): Uint8Array {
  const digits = text.replaceAll('-', '+').replaceAll('_', '/').slice(0, 43)
  const bytes = new Uint8Array(SHA256_BYTES)
  let bits = 0
  let waiting = 0
  let length = 0
  for (const digit of digits) {
    bits = ((bits << 6) | base64Alphabet.indexOf(digit)) & 0xffff
    waiting += 6
    if (waiting < 8) continue
    waiting -= 8
    bytes[length] = (bits >>> waiting) & 255
    length += 1
  }
  return bytes
}
