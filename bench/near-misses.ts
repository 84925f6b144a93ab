import { scatter } from './answer-rounds.js'
import type { KeyFormat } from '@mintmark/core'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const checksumLength = 6
const randomLength = 32
const next = scatter(alphabet.length)

/** Credentials in order that nobody has: one half of their random characters is that of one of `texts`. */
export function halfRight(format: KeyFormat, half: 'first' | 'last', texts: readonly string[]): () => string {
  const any = anyOf(texts)
  const middle = randomLength / 2
  return () => {
    const right = any().slice(-randomLength - checksumLength, -checksumLength)
    const characters = half === 'first' ? right.slice(0, middle) + random(middle) : random(middle) + right.slice(middle)
    return minted(format, characters)
  }
}

/** Credentials in order that nobody was ever given. */
export function strangers(format: KeyFormat, count: number): readonly string[] {
  return Array.from({ length: count }, () => minted(format, random(randomLength)))
}

export function anyOf(texts: readonly string[]): () => string {
  const nextText = scatter(texts.length)
  return () => texts[nextText()] ?? ''
}

function random(length: number): string {
  return Array.from({ length }, () => alphabet[next()] ?? '').join('')
}

/** Random bytes below 62 are the characters themselves. */
function minted(format: KeyFormat, characters: string): string {
  return format.mint('live', () => Uint8Array.from(characters, (character) => alphabet.indexOf(character)))
}
