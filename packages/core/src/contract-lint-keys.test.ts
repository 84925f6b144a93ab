import { describe, expect, test } from 'vitest'
import { parseContract } from './contract.ts'
import { unseenBits } from './key-format.ts'
import { expectAccepted, expectOnlyMistake, type MistakenContract } from './testing/contract-mistakes.ts'

interface KeyShapeNumbers {
  readonly length: number
  readonly checksum: number
  readonly shown: number
}

const withPrefixes = (live: string, test?: string) => ({
  keys: { prefixes: test === undefined ? { live } : { live, test } },
})
const withFormer = (...formerPrefixes: string[]) => ({
  keys: { prefixes: { live: 'ex_live_', test: 'ex_test_' }, formerPrefixes },
})
const withLegacy = (pattern: string) => ({ keys: { legacy: [{ pattern, hash: 'sha256-hex' }] } })

const mistaken: readonly MistakenContract[] = [
  { json: withPrefixes('sk_live_'), path: 'keys.prefixes.live', saying: 'Stripe (and Clerk): write one of your own' },
  { json: withPrefixes('ex_', 'ghp_'), path: 'keys.prefixes.test', saying: '"ghp_" marks keys of GitHub' },
  { json: withPrefixes('mmo_'), path: 'keys.prefixes.live', saying: 'Mintmark' },
  { json: withPrefixes('mms_live_'), path: 'keys.prefixes.live', saying: 'Mintmark' },
  { json: withPrefixes('mm'), path: 'keys.prefixes.live', saying: 'Mintmark' },
  { json: withPrefixes('ex_', 'ex_'), path: 'keys.prefixes.test', saying: '"ex_" is not told from "ex_"' },
  { json: withPrefixes('ex_', 'ex_test_'), path: 'keys.prefixes.test', saying: 'begin one another' },
  { json: withPrefixes('ex_live_', 'ex_'), path: 'keys.prefixes.test', saying: 'such as "ex_live_" and "ex_test_"' },
  { json: withFormer('mms_'), path: 'keys.formerPrefixes[0]', saying: 'marks credentials of Mintmark: remove it' },
  { json: withFormer('ok_', 'mm'), path: 'keys.formerPrefixes[1]', saying: 'marks credentials of Mintmark' },
  { json: withFormer('ex_live_'), path: 'keys.formerPrefixes[0]', saying: 'still minted as keys.prefixes.live' },
  { json: withFormer('ex_test_'), path: 'keys.formerPrefixes[0]', saying: 'still minted as keys.prefixes.test' },
  { json: withFormer('ok_', 'ok_'), path: 'keys.formerPrefixes[1]', saying: 'repeats keys.formerPrefixes[0]' },
  {
    json: { keys: { length: 32 } },
    path: 'keys.length',
    saying:
      '32 characters without 6 of checksum and 8 shown hide 107 bits of 128: write "length" 36 or more, or "shown" 4 or less',
  },
  {
    json: { keys: { length: 28, shown: 5 } },
    path: 'keys.length',
    saying: 'write "length" 33 or more, or "shown" 0 or less',
  },
  { json: { keys: { length: 22, shown: 1 } }, path: 'keys.length', saying: 'write "length" 29 or more' },
  { json: withLegacy('old_[a-z]{9}'), path: 'keys.legacy[0].pattern', saying: 'begin it with ^ and end it with $' },
  { json: withLegacy('^(a)\\1$'), path: 'keys.legacy[0].pattern', saying: 'may not refer back to a group' },
  { json: withLegacy('^.{46}$'), path: 'keys.legacy[0].pattern', saying: "matches Mintmark's own credentials" },
  { json: withLegacy('^mk_test_[a-z]+$'), path: 'keys.legacy[0].pattern', saying: '("mk_test_aaaa' },
  { json: withLegacy('^mk_live_[b-y]{37}[3-5]$'), path: 'keys.legacy[0].pattern', saying: '("mk_live_bbbb' },
  { json: withLegacy('^mmi_[0-9]{38}$'), path: 'keys.legacy[0].pattern', saying: '("mmi_0000' },
  {
    json: { keys: { formerPrefixes: ['old_'], legacy: [{ pattern: '^old_[a-f]{38}$', hash: 'sha256-hex' }] } },
    path: 'keys.legacy[0].pattern',
    saying: '("old_aaaa',
  },
  { json: withLegacy('^mm[os]_\\w+$'), path: 'keys.legacy[0].pattern', saying: '("mmo_0000' },
]

describe('each mistake is found alone, at its path', () => {
  test.each(mistaken)('$path: $saying', expectOnlyMistake)
})

describe('no mistake', () => {
  test.each([
    withPrefixes('ex'),
    withPrefixes('ex_live_', 'ex_test_'),
    withFormer('ex_', 'sk_live_', 'ex_live_old_'),
    withLegacy('^unkey_[A-Za-z0-9]{22}$'),
    withLegacy('^mk_live_[A-Za-z0-9]{24}$'),
    withLegacy('^mk_live_[A-Za-z0-9]{37}-$'),
    withLegacy('^(?:[a-z]+-)*[a-z]+$'),
    { keys: { length: 32, checksum: 6, shown: 4 } },
    { keys: { length: 38, checksum: 6, shown: 4 } },
  ])('%j', expectAccepted)
})

test('exactly those lengths are refused of which fewer than 128 random bits stay unseen', () => {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const shapes = range(22, 48).flatMap((length) =>
    [0, 4, 5, 6].flatMap((checksum) => range(0, 16).map((shown) => ({ length, checksum, shown }))),
  )
  const isAccepted = (keys: object) => parseContract({ keys }).contract !== null
  const isEnough = ({ length, checksum, shown }: KeyShapeNumbers) => (length - checksum - shown) * Math.log2(62) >= 128
  expect(shapes.filter(isAccepted)).toEqual(shapes.filter(isEnough))
  expect(shapes.filter(isEnough).length).toBeGreaterThan(500)
  expect(shapes.every((shape) => isEnough(shape) === unseenBits(shape) >= 128)).toBe(true)
})

test('following the advice about the length is enough', () => {
  const { mistakes } = parseContract({ keys: { length: 30, shown: 10 } })
  const [length, shown] = (mistakes[0]?.message.match(/"length" (\d+) or more, or "shown" (\d+)/) ?? [])
    .slice(1)
    .map(Number)
  expectAccepted({ keys: { length, shown: 10 } })
  expectAccepted({ keys: { length: 30, shown } })
})

test('what only follows from another mistake is not reported', () => {
  const json = { keys: { prefixes: { live: '!', test: 'sk-' }, length: 'x', shown: 16, formerPrefixes: [''] } }
  expect(parseContract(json).mistakes.map((mistake) => mistake.path)).toEqual([
    'keys.prefixes.live',
    'keys.length',
    'keys.formerPrefixes[0]',
    'keys.prefixes.test',
  ])
})
