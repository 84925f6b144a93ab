import { describe, expect, test } from 'vitest'
import { requirePassword, type PasswordOwner } from './password-policy.ts'

const owner: PasswordOwner = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace', hasSecondFactor: false }
const isTaken = (password: string, change: Partial<PasswordOwner> = {}): boolean => {
  try {
    requirePassword('password', password, { ...owner, ...change })
    return true
  } catch {
    return false
  }
}

describe('a password', () => {
  test.each([
    ['fourteen characters', 'umbrella velve', false],
    ['fifteen', 'umbrella velvet', true],
    ['sixty-four, and nothing but letters', 'quietly the harbour kept a lantern burning for whoever came late', true],
    ['two hundred and fifty-six', 'velvet '.repeat(30).padEnd(256, 'umbrella canyon '), true],
    ['one more', 'velvet '.repeat(30).padEnd(257, 'umbrella canyon '), false],
    ['letters of any script', 'тихая гавань хранит фонарь', true],
    ['emoji, each one character', '🜁🜂🜃🜄☉☽☿♀♂♃♄♅♆♇⚷', false],
    ['half of a surrogate pair', 'umbrella velvet \ud800', false],
    ['spaces and no digit', 'velvet umbrella canyon', true],
  ])('of %s', (_what, password, taken) => {
    // Signs alone are no letters: what is left of them is guessed at once.
    expect(isTaken(password)).toBe(taken)
  })

  test('beside a second factor may have eight characters', () => {
    expect(isTaken('umbrel7', { hasSecondFactor: true })).toBe(false)
    expect(isTaken('umbre7lq', { hasSecondFactor: true })).toBe(true)
  })

  test.each([
    'passwordpassword',
    'Password1234567',
    'P4ssw0rd!P4ssw0rd!',
    'qwertyuiopasdfg',
    '123456789012345',
    'aaaaaaaaaaaaaaa',
    'abababababababab',
    'abcdefghijklmnop',
    'correct horse battery staple',
    'CorrectHorseBatteryStaple1!',
    'letmeinletmein1',
    'adminadminadmin2024',
    'ada.lovelace@example.com',
    'AdaLovelace1815!!',
    'lovelacelovelace',
    'mintmarkmintmark',
    'Welcome2024Welcome',
    '1qaz2wsx3edc4rfv',
    'iloveyouforever',
    'changemechangeme',
  ])('that is guessed first is none: %s', (password) => {
    expect(isTaken(password)).toBe(false)
  })
})
