import { describe, expect, test } from 'vitest'
import { createCursors } from './cursor.ts'
import { createKeyring } from './keyring.ts'
import { RefusedError } from './refused.ts'

const pepper = new Uint8Array(32).fill(1)
const other = new Uint8Array(32).fill(2)
const cursors = createCursors(createKeyring({ current: pepper, previous: null }))

function refusalOf(act: () => unknown): string | null {
  try {
    act()
    return null
  } catch (error) {
    return error instanceof RefusedError ? error.reason : 'another error'
  }
}

describe('a cursor', () => {
  test.each([0, 1, 255, 65_536, 2 ** 48 - 1])('leads back to position %d', (position) => {
    expect(cursors.read('keys of a', cursors.write('keys of a', position))).toBe(position)
  })

  test('is good for its own list alone', () => {
    const cursor = cursors.write('keys of a', 7)
    expect(refusalOf(() => cursors.read('keys of b', cursor))).toBe('invalid_request')
  })

  test('is refused when any character of it is changed, left out or added', () => {
    const cursor = cursors.write('keys', 7)
    for (let at = 0; at < cursor.length; at += 1) {
      for (const character of 'A_-z9') {
        if (cursor[at] === character) continue
        const changed = cursor.slice(0, at) + character + cursor.slice(at + 1)
        expect(refusalOf(() => cursors.read('keys', changed))).toBe('invalid_request')
      }
      expect(refusalOf(() => cursors.read('keys', cursor.slice(0, at)))).toBe('invalid_request')
    }
    for (const text of [`${cursor}A`, `${cursor}=`, ` ${cursor}`, '', 'ä', '\0']) {
      expect(refusalOf(() => cursors.read('keys', text))).toBe('invalid_request')
    }
  })

  test('does not show its position: near positions look nothing alike', () => {
    const [first, second] = [cursors.write('keys', 1), cursors.write('keys', 2)]
    expect(first.slice(-8)).not.toBe(second.slice(-8))
    expect(Buffer.from(first, 'base64url').subarray(-6)).not.toEqual(Buffer.from([0, 0, 0, 0, 0, 1]))
  })

  test('outlives a pepper change for as long as the previous pepper is known', () => {
    const cursor = cursors.write('keys', 7)
    const during = createCursors(createKeyring({ current: other, previous: pepper }))
    expect(during.read('keys', cursor)).toBe(7)
    const after = createCursors(createKeyring({ current: other, previous: null }))
    expect(refusalOf(() => after.read('keys', cursor))).toBe('invalid_request')
  })
})
