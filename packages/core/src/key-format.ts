import type { Environment } from './access.ts'
import { BASE62_ALPHABET, isBase62, randomBase62, toBase62 } from './base62.ts'
import type { RandomBytes } from './base62.ts'
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'
import { CRC32_START, absorbCrc32, finishCrc32, stepCrc32 } from './crc32.ts'

/** A whole credential of exactly the shape that its format asks for. Never log, store or show it. */
export type PlaintextKey = Brand<string, 'PlaintextKey'>

/** How a key is spelled: prefix, random base62 characters, checksum. */
export interface KeyShape {
  /** 1 to 32 of `[A-Za-z0-9_-]`. Without `test` there are live keys only. */
  readonly prefixes: { readonly live: string; readonly test?: string | null }
  /** Base62 characters after the prefix, the checksum among them: at most 128. */
  readonly length: number
  /** Characters of checksum at the end, 0 (none) to 6. Only 6 catch every single wrong character. */
  readonly checksum: number
  /** Random characters after the prefix that stay visible. */
  readonly shown: number
  /** Prefixes that are no longer minted but still parse. */
  readonly formerPrefixes: readonly string[]
}

export interface ParsedKey {
  readonly plaintext: PlaintextKey
  readonly prefix: string
  /** What the prefix says; null for a former prefix, which says nothing: there the key's record alone knows. */
  readonly environment: Environment | null
}

export interface KeyFormat {
  readonly shape: KeyShape
  /** RangeError for an environment that the shape has no prefix for. */
  mint(environment: Environment, random: RandomBytes): PlaintextKey
  /** Null for whatever is not this shape to the byte; never throws, whatever it is given, and is quick on long text. */
  parse(text: string): ParsedKey | null
  /** The prefix and the first `shown` characters of a key of this format: what may be kept and displayed. */
  shown(plaintext: PlaintextKey): string
}

interface KnownPrefix {
  readonly text: string
  readonly environment: Environment | null
  /** The checksum's register after the prefix. */
  readonly register: number
}

const PREFIX = /^[A-Za-z0-9_-]{1,32}$/
const MAX_LENGTH = 128

// 62^6 is the first power of 62 above 2^32: six digits hold a CRC-32 whole, and fewer hold its lowest digits.
const MAX_CHECKSUM = 6

/** RangeError where a number or prefix is outside the bounds of `KeyShape`, or a prefix is given twice. */
export function createKeyFormat(shape: KeyShape): KeyFormat {
  requireShape(shape)
  const { length, checksum, shown } = shape
  const knownPrefixes = knowPrefixes(shape)
  return {
    shape,
    mint(environment, random) {
      const prefix = shape.prefixes[environment]
      if (!prefix) throw new RangeError(`this format has no ${environment} keys`)
      const unchecked = prefix + randomBase62(length - checksum, random)
      const sum = finishCrc32(absorbCrc32(CRC32_START, unchecked))
      return branded<PlaintextKey>(unchecked + toBase62(sum, checksum))
    },
    parse(text) {
      if (typeof text !== 'string') return null
      const prefix = findPrefix(knownPrefixes, text, length)
      if (prefix === null || !isWellFormed(text, prefix, checksum)) return null
      return { plaintext: branded<PlaintextKey>(text), prefix: prefix.text, environment: prefix.environment }
    },
    shown(plaintext) {
      return copyText(plaintext, plaintext.length - length + shown)
    },
  }
}

/** Bits of a key that nobody sees who sees what is shown of it. The checksum adds none: it follows from the rest. */
export function unseenBits(shape: Pick<KeyShape, 'length' | 'checksum' | 'shown'>): number {
  return Math.max(0, shape.length - shape.checksum - shape.shown) * Math.log2(62)
}

/** Operator keys: `mmo_` and 38 characters. */
export const operatorKeyFormat: KeyFormat = createKeyFormat(ownShape('mmo_'))

const sessionTokenPrefix = 'mms_'

/** Members' session tokens: `mms_` and 38 characters. */
export const sessionTokenFormat: KeyFormat = createKeyFormat(ownShape(sessionTokenPrefix))

/** Whether this is meant as a session token, good or not: no contract's keys begin so. */
export function isSessionToken(text: string | null): boolean {
  return text?.startsWith(sessionTokenPrefix) === true
}

/** Tokens of invitations: `mmi_` and 38 characters. */
export const invitationTokenFormat: KeyFormat = createKeyFormat(ownShape('mmi_'))

/** What a browser keeps of a sign-in, in its cookie: `mmc_` and 38 characters. */
export const signInFormat: KeyFormat = createKeyFormat(ownShape('mmc_'))

/** Tokens of single-use links: `mml_` and 38 characters. */
export const linkTokenFormat: KeyFormat = createKeyFormat(ownShape('mml_'))

function ownShape(prefix: string): KeyShape {
  return { prefixes: { live: prefix, test: null }, length: 38, checksum: 6, shown: 8, formerPrefixes: [] }
}

function requireShape({ prefixes, formerPrefixes, length, checksum, shown }: KeyShape): void {
  const texts = [prefixes.live, prefixes.test ?? [], ...formerPrefixes].flat()
  if (!texts.every((text) => PREFIX.test(text))) throw new RangeError('a prefix has 1 to 32 of [A-Za-z0-9_-]')
  if (new Set(texts).size !== texts.length) throw new RangeError('a prefix is given twice')
  requireWhole('length', length, 1, MAX_LENGTH)
  requireWhole('checksum', checksum, 0, Math.min(MAX_CHECKSUM, length - 1))
  requireWhole('shown', shown, 0, length - checksum)
}

function requireWhole(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} is a whole number from ${min} to ${max}`)
  }
}

function knowPrefixes({ prefixes, formerPrefixes }: KeyShape): readonly KnownPrefix[] {
  const know = (text: string, environment: Environment | null): KnownPrefix => {
    return { text, environment, register: absorbCrc32(CRC32_START, text) }
  }
  return [
    know(prefixes.live, 'live'),
    ...(prefixes.test ? [know(prefixes.test, 'test')] : []),
    ...formerPrefixes.map((text) => know(text, null)),
  ]
}

// All keys of a format have the same length after the prefix, so the text's length alone settles which of two prefixes
// it has where one begins the other.
function findPrefix(knownPrefixes: readonly KnownPrefix[], text: string, length: number): KnownPrefix | null {
  const prefixLength = text.length - length
  for (const prefix of knownPrefixes) {
    if (prefix.text.length === prefixLength && text.startsWith(prefix.text)) return prefix
  }
  return null
}

function isWellFormed(text: string, prefix: KnownPrefix, checksum: number): boolean {
  const checksumStart = text.length - checksum
  let register = prefix.register
  for (let index = prefix.text.length; index < checksumStart; index++) {
    const code = text.charCodeAt(index)
    if (!isBase62(code)) return false
    register = stepCrc32(register, code)
  }
  let rest = finishCrc32(register)
  for (let index = text.length - 1; index >= checksumStart; index--) {
    if (text.charCodeAt(index) !== BASE62_ALPHABET.charCodeAt(rest % 62)) return false
    rest = (rest / 62) >>> 0
  }
  return true
}

// A slice may be a view that keeps the whole plaintext in memory for as long as what is shown of it lives; this is not.
function copyText(text: string, end: number): string {
  return Array.from(text.slice(0, end)).join('')
}
