import { describe, expect, test } from 'vitest'
import { checkRotations, type Rotation, type SecretUse } from './secret-life.ts'

const mint: Rotation = { sentMs: 0, receivedMs: 10, overlapMs: 0, made: 'a', live: [{ id: 'a', endsAtMs: null }] }

/** Takes 10 ms. `live`: ids with their ends. */
function rotation(sentMs: number, made: string, live: Record<string, number | null>, overlapMs = 500): Rotation {
  const listed = Object.entries(live).map(([id, endsAtMs]) => ({ id, endsAtMs }))
  return { sentMs, receivedMs: sentMs + 10, overlapMs, made, live: listed }
}

function use(id: string, sentMs: number, outcome: SecretUse['outcome'] = 'accepted'): SecretUse {
  return { id, sentMs, receivedMs: sentMs + 10, outcome }
}

const toB = rotation(100, 'b', { a: 600, b: null })
const none = { wrong: [], gapsMs: [], misled: [] }

describe('the checker of rotations', () => {
  test('passes what is right', () => {
    const used = [use('a', 20), use('b', 120), use('a', 580), use('a', 610, 'key_revoked'), use('b', 700)]
    expect(checkRotations([mint, toB], used)).toEqual(none)
    const toC = rotation(800, 'c', { b: 1_300, c: null })
    expect(checkRotations([mint, toB, toC], [...used, use('b', 900), use('c', 900)])).toEqual(none)
  })

  test('finds a refusal of what certainly works, and an acceptance of what is certainly dead', () => {
    const wrong = [use('a', 500, 'key_revoked'), use('b', 120, 'key_revoked'), use('a', 610)]
    expect(checkRotations([mint, toB], wrong).wrong).toEqual(wrong)
  })

  test('accuses nobody at the edges, nor of what is unknown', () => {
    const edges = [use('a', 595), use('a', 595, 'key_revoked'), use('b', 105, 'key_revoked'), use('b', 200, 'unknown')]
    expect(checkRotations([mint, toB], edges)).toEqual(none)
  })

  test('finds times at which nothing works, but for a rotation that asked for it', () => {
    expect(checkRotations([mint, rotation(100, 'b', { b: null }, 0)], []).gapsMs).toEqual([])
    expect(checkRotations([mint, rotation(100, 'b', { b: null }, 500)], []).gapsMs).toEqual([100])
    expect(checkRotations([mint, rotation(100, 'b', { a: 105, b: null })], []).gapsMs).toEqual([105])
  })

  test('finds a used newest secret replaced, and an unused one kept in the place of the older', () => {
    const replaced = rotation(200, 'c', { a: 600, c: null })
    const kept = rotation(200, 'c', { b: 700, c: null })
    expect(checkRotations([mint, toB, replaced], [])).toEqual(none)
    expect(checkRotations([mint, toB, replaced], [use('b', 150)]).misled).toEqual([replaced])
    expect(checkRotations([mint, toB, kept], []).misled).toEqual([kept])
    expect(checkRotations([mint, toB, kept], [use('b', 150)])).toEqual(none)
    // Used while the rotation was under way: either is right.
    for (const either of [replaced, kept]) {
      const outcome = either === kept ? 'accepted' : 'key_revoked'
      expect(checkRotations([mint, toB, either], [use('b', 195, outcome)]).misled).toEqual([])
    }
  })

  test('knows that an older secret whose overlap has ended is no choice', () => {
    const later = rotation(700, 'c', { b: 1_200, c: null })
    expect(checkRotations([mint, toB, later], [])).toEqual(none)
  })
})
