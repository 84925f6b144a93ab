import { SHA256_BLOCK_BYTES, Sha256Hasher } from './sha256-hasher.ts'
import type { Sha256Midstate } from './sha256-hasher.ts'

/** SHA-256 (FIPS 180-4): 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const hasher = new Sha256Hasher()
  hasher.absorb(bytes)
  hasher.finish()
  return hasher.digestBytes()
}

/** HMAC-SHA-256 (RFC 2104), key and message of any length: 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const hasher = new Sha256Hasher()
  const prepared = prepareHmacKey(key)
  hasher.restore(prepared.inner)
  hasher.absorb(message)
  finishHmac(hasher, prepared)
  return hasher.digestBytes()
}

/** What is left of an HMAC key once its two pads are absorbed: enough to authenticate, and the key cannot be had back. */
export interface HmacKey {
  readonly inner: Sha256Midstate
  readonly outer: Sha256Midstate
}

/** RFC 2104 section 4: absorbs each pad once, which spares two of the four blocks of a short message. */
export function prepareHmacKey(key: Uint8Array): HmacKey {
  const block = new Uint8Array(SHA256_BLOCK_BYTES)
  block.set(key.length > SHA256_BLOCK_BYTES ? sha256(key) : key)
  return { inner: absorbPad(block, 0x36), outer: absorbPad(block, 0x5c) }
}

/** Ends a message that `hasher` began from `key.inner`; from here on its words are the HMAC. */
export function finishHmac(hasher: Sha256Hasher, key: HmacKey): void {
  hasher.finish()
  hasher.chainDigest(key.outer)
  hasher.finish()
}

function absorbPad(keyBlock: Uint8Array, pad: number): Sha256Midstate {
  const hasher = new Sha256Hasher()
  hasher.absorb(keyBlock.map((byte) => byte ^ pad))
  return hasher.midstate()
}
