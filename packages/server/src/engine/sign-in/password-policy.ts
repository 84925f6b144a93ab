import { invalid } from '../refused.ts'
import { commonPasswords, commonWords } from './common-passwords.ts'

/** NIST SP 800-63B-4 section 3.1.1.2: for a password alone, and beside a second factor. */
const minLength = 15
const minLengthWithSecondFactor = 8
/** Far more than the 64 that must be allowed. */
export const maxPasswordLength = 256

/** Who is to have the password, as far as it is known: what anybody would guess first. */
export type PasswordOwner = { readonly email: string; readonly name: string; readonly hasSecondFactor: boolean }

/** No rules of composition: a length, and nothing that is guessed first. */
export function requirePassword(path: string, password: string, owner: PasswordOwner): void {
  const length = lengthOf(password)
  const least = owner.hasSecondFactor ? minLengthWithSecondFactor : minLength
  if (length < least) throw invalid(path, `Choose a password of at least ${least} characters, such as four words.`)
  if (length > maxPasswordLength) throw invalid(path, `A password has at most ${maxPasswordLength} characters.`)
  if (!password.isWellFormed()) throw invalid(path, 'This password cannot be written as UTF-8.')
  if (isGuessed(password, owner)) throw invalid(path, 'This password is one of those that are guessed first.')
}

/** Whether it would do for who has no second factor. */
export function isLongEnoughAlone(password: string): boolean {
  return lengthOf(password) >= minLength
}

/** Code points: what somebody types as one character is mostly one. */
function lengthOf(password: string): number {
  return Array.from(password.normalize('NFC')).length
}

/** Written with digits for letters, doubled, or counted on, a common word is as common as before. */
function isGuessed(password: string, owner: PasswordOwner): boolean {
  const plain = plainOf(password)
  if (plain.length === 0 || isRepeated(plain) || isWalk(plain)) return true
  if (commonPasswords.has(plain) || commonPasswords.has(lettersOf(plain))) return true
  const known = [...commonWords, ...wordsOf(owner)]
  const readings = [plain, unfold(plain), unfold(plain.replace(/[@$!]/g, ''))]
  return readings.some((reading) => isMadeOf(lettersOf(reading), known))
}

function plainOf(password: string): string {
  return password
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@$!]/gu, '')
}

const foldings: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** `p4ssw0rd` is `password`; digits at the end are counted on, not letters. */
function unfold(plain: string): string {
  return plain.replace(/[\d!]+$/, '').replace(/[013457@$!]/g, (character) => foldings[character] ?? character)
}

function lettersOf(plain: string): string {
  return plain.replace(/[^\p{L}]/gu, '')
}

/** One piece of up to four characters again and again. */
function isRepeated(plain: string): boolean {
  for (let size = 1; size <= Math.min(4, plain.length / 2); size += 1) {
    const piece = plain.slice(0, size)
    if (piece.repeat(Math.ceil(plain.length / size)).startsWith(plain)) return true
  }
  return false
}

const rows = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  'abcdefghijklmnopqrstuvwxyz',
]
const columns = ['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik', '9ol']
const walks = [...rows, ...columns].flatMap((row) => [row, Array.from(row).toReversed().join('')])
const shortestWalk = 3

/** Nothing but walks along the keyboard or the alphabet, of three keys or more each. */
function isWalk(plain: string): boolean {
  let at = 0
  while (at < plain.length) {
    const length = walkLength(plain.slice(at))
    if (length < Math.min(shortestWalk, plain.length - at) || length === 0) return false
    at += length
  }
  return true
}

function walkLength(text: string): number {
  let longest = 0
  for (const walk of walks) {
    const start = walk.indexOf(text.charAt(0))
    if (start === -1) continue
    let length = 1
    while (length < text.length && text.charAt(length) === walk.charAt(start + length) && start + length < walk.length)
      length += 1
    longest = Math.max(longest, length)
  }
  return longest
}

function wordsOf({ email, name }: PasswordOwner): readonly string[] {
  return [...email.split(/[@.+_-]/), ...name.split(/\s+/), email, name, 'mintmark']
    .map((word) => lettersOf(plainOf(word)))
    .filter((word) => word.length >= 3)
}

/** Up to three of these words in a row and nothing else: more of them are a passphrase. */
function isMadeOf(text: string, words: readonly string[], most = 3): boolean {
  if (text === '') return true
  if (most === 0) return false
  return words.some((word) => text.startsWith(word) && isMadeOf(text.slice(word.length), words, most - 1))
}
