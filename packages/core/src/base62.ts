/** Digits in the order of their values. */
export const BASE62_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Fresh bytes from a cryptographic source, exactly as many as asked for. */
export type RandomBytes = (byteCount: number) => Uint8Array

// The largest multiple of 62 in a byte: a byte from here up would favour the first digits.
const FIRST_REJECTED_BYTE = 248

// A sound source needs more rounds less than once in 2^300 times.
const MAX_SAMPLING_ROUNDS = 64

const IS_DIGIT = Uint8Array.from({ length: 128 }, (_, code) =>
  BASE62_ALPHABET.includes(String.fromCharCode(code)) ? 1 : 0,
)

/** Whether a UTF-16 code unit is a base62 digit. */
export function isBase62(code: number): boolean {
  return IS_DIGIT[code] === 1
}

/** The lowest `digitCount` digits of a whole number from 0 to 2^53 - 1, padded on the left with `0`. */
export function toBase62(value: number, digitCount: number): string {
  let digits = ''
  let rest = value
  for (let index = 0; index < digitCount; index++) {
    digits = BASE62_ALPHABET.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

/**
 * Uniform base62 characters by rejection sampling: a byte of 248 or more is thrown away.
 * RangeError where the source gives another number of bytes than asked for; Error where it gives nothing usable.
 */
export function randomBase62(characterCount: number, random: RandomBytes): string {
  let characters = ''
  for (let round = 0; round < MAX_SAMPLING_ROUNDS && characters.length < characterCount; round++) {
    const wanted = characterCount - characters.length
    const bytes = random(wanted)
    if (bytes.length !== wanted) throw new RangeError('the random source gave another number of bytes than asked for')
    for (const byte of bytes) if (byte < FIRST_REJECTED_BYTE) characters += BASE62_ALPHABET.charAt(byte % 62)
  }
  if (characters.length < characterCount) throw new Error('the random source gives no usable bytes')
  return characters
}
