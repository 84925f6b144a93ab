import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { finishHmac, hmacSha256, prepareHmacKey } from './sha256.ts'
import { SHA256_BYTES, Sha256Hasher } from './sha256-hasher.ts'

/** HMAC-SHA-256 of a secret keyed by a pepper: exactly 32 code units from 0 to 255, one a byte. Quick as a Map's key. */
export type KeyDigest = Brand<string, 'KeyDigest'>

/** Which pepper made a digest: 16 lower-case hexadecimal characters. Tells nothing of the pepper itself. */
export type PepperVersion = Brand<string, 'PepperVersion'>

/** A shorter pepper could be guessed from a stolen table of digests. */
export const MIN_PEPPER_BYTES = 32

const PEPPER_CHECK_TEXT = 'mintmark-pepper-check-v1'
const PEPPER_VERSION_BYTES = 8

export interface KeyDigester {
  readonly version: PepperVersion
  /** Of ASCII text of any length; RangeError where a code unit is above 127. */
  digest(plaintext: string): KeyDigest
  /** Of raw bytes, such as another system's hash of a key. Equal to `digest` of the same bytes as text. */
  digestBytes(bytes: Uint8Array): KeyDigest
}

/** During a pepper change both digests of a presented secret are looked up. */
export interface KeyDigesters {
  /** Makes every new digest. */
  readonly current: KeyDigester
  /** Finds the secrets that are not re-keyed yet; null when no pepper change is under way. */
  readonly previous: KeyDigester | null
}

/** RangeError where a pepper is under 32 bytes, or where both are the same: then nothing would ever be re-keyed. */
export function createDigesters(peppers: {
  readonly current: Uint8Array
  readonly previous?: Uint8Array | null
}): KeyDigesters {
  const current = createKeyDigester(peppers.current)
  const previous = peppers.previous ? createKeyDigester(peppers.previous) : null
  if (previous?.version === current.version) throw new RangeError('the previous pepper is the current one')
  return { current, previous }
}

/** Keeps what it needs of the pepper, not the pepper. RangeError under 32 bytes. */
export function createKeyDigester(pepper: Uint8Array): KeyDigester {
  const version = pepperFingerprint(pepper)
  const key = prepareHmacKey(pepper)
  const hasher = new Sha256Hasher()
  return {
    version,
    digest(plaintext) {
      hasher.restore(key.inner)
      hasher.absorbAscii(plaintext)
      finishHmac(hasher, key)
      return digestFromWords(hasher.words)
    },
    digestBytes(bytes) {
      hasher.restore(key.inner)
      hasher.absorb(bytes)
      finishHmac(hasher, key)
      return digestFromWords(hasher.words)
    },
  }
}

/** The check value that is stored beside digests to tell which pepper made them. RangeError under 32 bytes. */
export function pepperFingerprint(pepper: Uint8Array): PepperVersion {
  if (pepper.length < MIN_PEPPER_BYTES) throw new RangeError(`a pepper has at least ${MIN_PEPPER_BYTES} bytes`)
  const mac = hmacSha256(pepper, new TextEncoder().encode(PEPPER_CHECK_TEXT)).subarray(0, PEPPER_VERSION_BYTES)
  return branded<PepperVersion>(Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(''))
}

export function digestToBytes(digest: KeyDigest): Uint8Array {
  return Uint8Array.from({ length: SHA256_BYTES }, (_, index) => digest.charCodeAt(index))
}

/** RangeError unless there are exactly 32 bytes. */
export function digestFromBytes(bytes: Uint8Array): KeyDigest {
  if (bytes.length !== SHA256_BYTES) throw new RangeError(`a digest has ${SHA256_BYTES} bytes`)
  return branded<KeyDigest>(String.fromCharCode(...bytes))
}

// Thirty-two arguments make one flat one-byte string; concatenation would leave a rope to be flattened at each look-up.
function digestFromWords(words: Int32Array): KeyDigest {
  const a = words[0]!
  const b = words[1]!
  const c = words[2]!
  const d = words[3]!
  const e = words[4]!
  const f = words[5]!
  const g = words[6]!
  const h = words[7]!
  const text = String.fromCharCode(
    a >>> 24,
    (a >>> 16) & 255,
    (a >>> 8) & 255,
    a & 255,
    b >>> 24,
    (b >>> 16) & 255,
    (b >>> 8) & 255,
    b & 255,
    c >>> 24,
    (c >>> 16) & 255,
    (c >>> 8) & 255,
    c & 255,
    d >>> 24,
    (d >>> 16) & 255,
    (d >>> 8) & 255,
    d & 255,
    e >>> 24,
    (e >>> 16) & 255,
    (e >>> 8) & 255,
    e & 255,
    f >>> 24,
    (f >>> 16) & 255,
    (f >>> 8) & 255,
    f & 255,
    g >>> 24,
    (g >>> 16) & 255,
    (g >>> 8) & 255,
    g & 255,
    h >>> 24,
    (h >>> 16) & 255,
    (h >>> 8) & 255,
    h & 255,
  )
  return branded<KeyDigest>(text)
}
