import { describe, expect, test } from 'vitest'
import { parseContract } from './contract.ts'
import { expectAccepted, expectOnlyMistake, type MistakenContract } from './testing/contract-mistakes.ts'

const tier = { limit: 1, windowSeconds: 1 }
const withMessage = (reason: string, sentence: string) => ({ messages: { [reason]: sentence } })

const mistaken: readonly MistakenContract[] = [
  {
    json: withMessage('rate_limit', 'Wait {seconds}.'),
    path: 'messages.rate_limit',
    saying: 'rate_limit does not fill',
  },
  {
    json: withMessage('forbidden', 'No {permision}.'),
    path: 'messages.forbidden',
    saying: 'Did you mean "permission"?',
  },
  { json: withMessage('invalid_key', '{limit}'), path: 'messages.invalid_key', saying: 'fills none: remove it' },
  { json: withMessage('rate_limit', 'Wait {limit'), path: 'messages.rate_limit', saying: 'belongs to no placeholder' },

  { json: { minting: { organization: ['admin', 'boss'] } }, path: 'minting.organization[1]', saying: 'is no role' },
  { json: { minting: { project: ['engineers'] } }, path: 'minting.project[0]', saying: 'Did you mean "engineer"?' },
  { json: { minting: { project: ['constructor'] } }, path: 'minting.project[0]', saying: 'is no role' },
  {
    json: { roles: { owner: ['*'], engineer: ['*'] } },
    path: 'minting.organization',
    saying: 'is missing, and no role is called "admin": list those of "owner" and "engineer" that may mint',
  },
  {
    json: { roles: { owner: ['*'] }, minting: { organization: ['owner'] } },
    path: 'minting.project',
    saying: 'no role is called "admin" or "engineer"',
  },
  {
    json: { defaultTier: 'free' },
    path: 'defaultTier',
    saying: '"free" is no tier of this contract: write "standard"',
  },
  {
    json: { ui: { keysPath: '/v1/api-keys' } },
    path: 'ui.keysPath',
    saying: '"/v1/api-keys" is taken by Mintmark itself',
  },
  { json: { ui: { keysPath: '/sign-in' } }, path: 'ui.keysPath', saying: 'is taken by Mintmark itself' },
  { json: { defaultTier: 'toString' }, path: 'defaultTier', saying: 'is no tier' },
  { json: { tiers: { a: tier, b: tier } }, path: 'defaultTier', saying: 'is missing: write "a" or "b"' },
  { json: { tiers: { a: tier }, defaultTier: 'standard' }, path: 'defaultTier', saying: 'write "a"' },
]

describe('each mistake is found alone, at its path', () => {
  test.each(mistaken)('$path: $saying', expectOnlyMistake)
})

describe('no mistake', () => {
  test.each([
    withMessage('rate_limit', '{limit} until {resetAt}, {retryAfterSeconds}s'),
    withMessage('creation_limit', '{limit} until {resetAt}, {retryAfterSeconds}s'),
    withMessage('active_key_limit', '{maxActiveKeys}'),
    withMessage('forbidden', 'Missing {permission} permission.'),
    { tiers: { a: tier, b: tier }, defaultTier: 'b' },
    { ui: { keysPath: '/v1-keys' } },
    { ui: { keysPath: '/settings' } },
    { tiers: { a: tier } },
    { roles: { owner: ['*'] }, minting: { organization: ['owner'], project: [] } },
  ])('%j', expectAccepted)
})

test('names that are wrong themselves are quoted where others are compared with them', () => {
  const { mistakes } = parseContract({
    roles: { '': [], 'a\nb': [] },
    minting: { organization: [], project: ['owner'] },
  })
  expect(mistakes.find(({ path }) => path === 'minting.project[0]')?.message).toBe(
    '"owner" is no role of this contract: remove it, or write one of "", "a\\nb"',
  )
})

test('roles or tiers that are none make no names of them wrong', () => {
  const json = { roles: 'admin', minting: { project: ['owner'] }, tiers: 5, defaultTier: 'free' }
  expect(parseContract(json).mistakes.map((mistake) => mistake.path)).toEqual(['roles', 'tiers'])
})
