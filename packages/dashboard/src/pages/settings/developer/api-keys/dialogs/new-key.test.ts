import { parseContract, type Contract } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import { mintableScopes } from '../mintable-scopes.ts'
import {
  addressesOf,
  emptyKey,
  expiriesOf,
  isIncomplete,
  mintBodyOf,
  permissionGroups,
  type NewKey,
} from './new-key.ts'

const nowMs = Date.UTC(2026, 10, 21)

function contractOf(json: object): Contract {
  const { contract, mistakes } = parseContract(json)
  if (contract === null) throw new Error(JSON.stringify(mistakes))
  return contract
}

const standing = (role: string, ...effectivePermissions: string[]) => ({
  userId: 'usr_1',
  organizationId: 'org_1',
  role,
  effectivePermissions,
})
const draft: NewKey = { ...emptyKey(['organization'], contractOf({}), false), name: ' ci ' }

test.each([
  ['admin', ['organization', 'project']],
  ['engineer', ['project']],
  ['member', []],
])('%s may mint %j', (role, scopes) => {
  expect(mintableScopes(contractOf({}), standing(role, 'api_keys:write'))).toEqual(scopes)
  expect(mintableScopes(contractOf({}), standing(role))).toEqual([])
})

describe('permissions', () => {
  const contract = contractOf({
    permissions: ['sites:write', 'sites:read', 'billing:write'],
    neverByKey: ['billing:*'],
  })

  test('are grouped by what they are about, the company’s own first and in its order', () => {
    const holder = standing('admin', 'usage:read', 'sites:read', 'sites:write', 'billing:write')
    expect(permissionGroups(contract, holder)).toEqual([
      { name: 'sites', permissions: ['sites:write', 'sites:read'] },
      { name: 'usage', permissions: ['usage:read'] },
    ])
  })

  test('that the member has not are not offered', () => {
    expect(permissionGroups(contract, standing('member', 'sites:read'))).toEqual([
      { name: 'sites', permissions: ['sites:read'] },
    ])
  })
})

describe('expiry', () => {
  test.each([
    [null, ['7', '30', '90', '365', 'never', 'at'], '90'],
    [90, ['7', '30', '90', 'at'], '90'],
    [30, ['7', '30', 'at'], '30'],
    [5, ['at'], 'at'],
  ])('within %j days: %j', (maxLifetimeDays, presets, first) => {
    const contract = contractOf({ minting: { maxLifetimeDays } })
    expect(expiriesOf(contract)).toEqual(presets)
    expect(emptyKey(['project'], contract, true).expiry).toBe(first)
  })

  test.each([
    ['7', '2026-11-28T00:00:00.000Z'],
    ['365', '2027-11-21T00:00:00.000Z'],
    ['never', null],
  ] as const)('%s is %s', (expiry, expiresAt) => {
    expect(mintBodyOf({ ...draft, expiry }, nowMs).expiresAt).toBe(expiresAt)
  })

  test('on a day is to its end, where the person is', () => {
    const { expiresAt } = mintBodyOf({ ...draft, expiry: 'at', expiresOn: '2027-01-31' }, nowMs)
    const end = new Date(expiresAt ?? '')
    expect([end.getFullYear(), end.getMonth(), end.getDate(), end.getHours()]).toEqual([2027, 0, 31, 23])
  })
})

test.each([
  [['organization', 'project'], true, 'project'],
  [['organization', 'project'], false, 'organization'],
  [['project'], false, 'project'],
  [['organization'], true, 'organization'],
] as const)('of %j, with projects: %j, the first to be offered is %s', (scopes, hasProjects, scope) => {
  expect(emptyKey(scopes, contractOf({}), hasProjects).scope).toBe(scope)
})

test('a key is not asked for before it has a name, a project where it is for one, and an end where it has one', () => {
  expect(isIncomplete(draft)).toBe(false)
  for (const change of [{ name: ' ' }, { scope: 'project' }, { expiry: 'at' }] as const) {
    expect(isIncomplete({ ...draft, ...change })).toBe(true)
  }
  expect(isIncomplete({ ...draft, scope: 'project', projectId: 'prj_1' })).toBe(false)
  expect(isIncomplete({ ...draft, expiry: 'at', expiresOn: '2027-01-31' })).toBe(false)
})

test('a key asks for no more than was chosen', () => {
  expect(mintBodyOf({ ...draft, projectId: 'prj_left_over', expiry: 'never' }, nowMs)).toEqual({
    name: 'ci',
    scope: 'organization',
    environment: 'live',
    permissions: [],
    expiresAt: null,
  })
})

test.each([
  ['', null],
  [' \n ', null],
  ['192.0.2.1', ['192.0.2.1']],
  ['192.0.2.0/24, 2001:db8::/32\n198.51.100.7;', ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']],
])('addresses %j are %j', (text, addresses) => {
  expect(addressesOf(text)).toEqual(addresses)
})
