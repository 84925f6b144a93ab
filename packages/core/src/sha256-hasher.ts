/** Length of a SHA-256 digest in bytes. */
export const SHA256_BYTES = 32

/** Length of a SHA-256 message block in bytes. */
export const SHA256_BLOCK_BYTES = 64

const LENGTH_OFFSET = 56
const BYTES_IN_2_POWER_32_BITS = 2 ** 29

// FIPS 180-4 section 5.3.3.
const INITIAL_WORDS = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])

// FIPS 180-4 section 4.2.2.
const ROUND_CONSTANTS = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])

/** The chaining words after a whole number of blocks, and how many bytes those blocks held. */
export interface Sha256Midstate {
  readonly words: Int32Array
  readonly absorbedBytes: number
}

const EMPTY_MIDSTATE: Sha256Midstate = { words: INITIAL_WORDS, absorbedBytes: 0 }

/**
 * A reusable SHA-256 (FIPS 180-4) that allocates nothing from `restore` to `finish`. It serves one message at a time,
 * and the last block of a message stays in it until the next message overwrites it.
 */
export class Sha256Hasher {
  /** The eight chaining words; the digest once `finish` has run. Overwritten by the next message. */
  readonly words = INITIAL_WORDS.slice()
  readonly #schedule = new Int32Array(64)
  readonly #block = new Uint8Array(SHA256_BLOCK_BYTES)
  readonly #view = new DataView(this.#block.buffer)
  #blockBytes = 0
  #totalBytes = 0

  /** Forgets the message so far and continues from a midstate; from the empty message by default. */
  restore(midstate: Sha256Midstate = EMPTY_MIDSTATE): void {
    this.words.set(midstate.words)
    this.#totalBytes = midstate.absorbedBytes
    this.#blockBytes = 0
  }

  /** A copy to restore from. RangeError unless a whole number of blocks was absorbed. */
  midstate(): Sha256Midstate {
    if (this.#blockBytes !== 0) throw new RangeError('a midstate exists only between blocks')
    return { words: this.words.slice(), absorbedBytes: this.#totalBytes }
  }

  absorb(bytes: Uint8Array): void {
    let index = 0
    while (index < bytes.length) {
      const end = Math.min(bytes.length, index + SHA256_BLOCK_BYTES - this.#blockBytes)
      const shift = this.#blockBytes - index
      for (; index < end; index++) this.#block[index + shift] = bytes[index]!
      this.#advance(end + shift)
    }
    this.#totalBytes += bytes.length
  }

  /** RangeError where a code unit is above 127; the message is then unusable until the next `restore`. */
  absorbAscii(text: string): void {
    let seen = 0
    let index = 0
    while (index < text.length) {
      const end = Math.min(text.length, index + SHA256_BLOCK_BYTES - this.#blockBytes)
      const shift = this.#blockBytes - index
      for (; index < end; index++) {
        const code = text.charCodeAt(index)
        seen |= code
        this.#block[index + shift] = code
      }
      this.#advance(end + shift)
    }
    if (seen > 127) throw new RangeError('only ASCII text can be hashed')
    this.#totalBytes += text.length
  }

  /** Pads (FIPS 180-4 section 5.1.1); from here on `words` is the digest. */
  finish(): void {
    this.#block[this.#blockBytes] = 0x80
    this.#block.fill(0, this.#blockBytes + 1)
    if (this.#blockBytes >= LENGTH_OFFSET) {
      this.#compress()
      this.#block.fill(0)
    }
    this.#view.setUint32(LENGTH_OFFSET, this.#totalBytes / BYTES_IN_2_POWER_32_BITS)
    this.#view.setUint32(LENGTH_OFFSET + 4, this.#totalBytes << 3)
    this.#compress()
  }

  /** After `finish`: continues from `midstate` with the finished digest as the message so far (HMAC's outer hash). */
  chainDigest(midstate: Sha256Midstate): void {
    this.#writeDigest(this.#view)
    this.restore(midstate)
    this.#blockBytes = SHA256_BYTES
    this.#totalBytes += SHA256_BYTES
  }

  /** After `finish`: the digest as 32 fresh bytes. */
  digestBytes(): Uint8Array {
    const bytes = new Uint8Array(SHA256_BYTES)
    this.#writeDigest(new DataView(bytes.buffer))
    return bytes
  }

  #writeDigest(view: DataView): void {
    for (let index = 0; index < 8; index++) view.setInt32(index << 2, this.words[index]!)
  }

  #advance(blockBytes: number): void {
    if (blockBytes === SHA256_BLOCK_BYTES) this.#compress()
    this.#blockBytes = blockBytes % SHA256_BLOCK_BYTES
  }

  // FIPS 180-4 section 6.2.2 step 1. Here and below, each index is bounded by its loop.
  #expandBlock(): void {
    const schedule = this.#schedule
    for (let t = 0; t < 16; t++) schedule[t] = this.#view.getInt32(t << 2)
    for (let t = 16; t < 64; t++) {
      const w2 = schedule[t - 2]!
      const w15 = schedule[t - 15]!
      const sigma1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10)
      const sigma0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3)
      schedule[t] = (sigma1 + schedule[t - 7]! + sigma0 + schedule[t - 16]!) | 0
    }
  }

  // FIPS 180-4 section 6.2.2 steps 2 to 4.
  #compress(): void {
    this.#expandBlock()
    const schedule = this.#schedule
    const words = this.words
    let a = words[0]!
    let b = words[1]!
    let c = words[2]!
    let d = words[3]!
    let e = words[4]!
    let f = words[5]!
    let g = words[6]!
    let h = words[7]!
    for (let t = 0; t < 64; t++) {
      const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + sum1 + (g ^ (e & (f ^ g))) + ROUND_CONSTANTS[t]! + schedule[t]!) | 0
      const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (sum0 + ((a & b) | (c & (a | b)))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    words[0] = words[0]! + a
    words[1] = words[1]! + b
    words[2] = words[2]! + c
    words[3] = words[3]! + d
    words[4] = words[4]! + e
    words[5] = words[5]! + f
    words[6] = words[6]! + g
    words[7] = words[7]! + h
  }
}
