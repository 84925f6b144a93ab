import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builtInContract } from './built-in-contract.ts'
import { builtInPermissions, createCatalogue } from './permissions.ts'

const company = {
  permissions: ['sites:read', 'sites:write', 'write:time_entry', 'sites:files:read'],
  aliases: { all: ['*'], reader: ['*:read'], both: ['reader', 'sites:write'], gone: ['billing:read'] },
}
const catalogue = createCatalogue(company)

describe('expansion', () => {
  test.each([
    [[], []],
    [['sites:read'], ['sites:read']],
    [['sites:*'], ['sites:files:read', 'sites:read', 'sites:write']],
    [['sites:files:*'], ['sites:files:read']],
    [['*:time_entry'], ['write:time_entry']],
    [['write:*'], ['write:time_entry']],
    [
      ['both', 'users:invite'],
      [...catalogue.names.filter((name) => name.endsWith(':read')), 'sites:write', 'users:invite'].sort(),
    ],
    [
      ['sites:write', 'sites:read', 'sites:read'],
      ['sites:read', 'sites:write'],
    ],
  ])('%j', (names, expanded) => {
    expect(catalogue.expand(names).names()).toEqual(expanded)
  })

  test('* is everything, the built-in permissions too', () => {
    expect(catalogue.expand(['*']).names()).toEqual([...builtInPermissions, ...company.permissions].sort())
    expect(catalogue.expand(['all']).names()).toEqual(catalogue.names)
    expect(catalogue.all.names()).toEqual(catalogue.names)
    expect(catalogue.none.names()).toEqual([])
  })

  test.each([
    '',
    'billing:read',
    'gone',
    'unknown',
    'sites',
    'sites:',
    ':read',
    ':*',
    '*:',
    '**',
    '*:*',
    '*:*:read',
    'sit*',
    'site:*',
    's*:read',
    'sites:r*',
    'sites:read:*',
    'SITES:READ',
    ' sites:read',
    'sites:read ',
    'sites:read\nsites:write',
    'sites:read,sites:write',
    'constructor',
    '__proto__',
    'sites:ｒead',
  ])('%j stands for nothing and cannot be granted', (name) => {
    expect(catalogue.isGrantable(name)).toBe(false)
    expect(catalogue.expand([name]).isEmpty).toBe(true)
    expect(catalogue.expand([name, 'sites:read']).names()).toEqual(['sites:read'])
  })

  test('a list is never taken for another of the same letters', () => {
    expect(catalogue.expand(['sites:read', 'sites:write']).names()).toHaveLength(2)
    expect(catalogue.expand(['sites:read\nsites:write', 'users:read']).names()).toEqual(['users:read'])
    expect(catalogue.expand(['users:read', 'sites:read\nsites:write']).names()).toEqual(['users:read'])
    expect(catalogue.expand(['users:read', 'sites:read', 'sites:write']).names()).toHaveLength(3)
    expect(catalogue.expand(['users:read\nsites:read', 'sites:write']).names()).toEqual(['sites:write'])
  })

  test('aliases that stand for each other end', () => {
    const cyclic = createCatalogue({ permissions: [], aliases: { a: ['b', 'users:read'], b: ['a', 'usage:read'] } })
    expect(cyclic.expand(['a']).names()).toEqual(['usage:read', 'users:read'])
    expect(cyclic.expand(['b']).names()).toEqual(['usage:read', 'users:read'])
  })
})

test('has: permissions written out, no aliases, no wildcards', () => {
  expect(['sites:read', 'api_keys:write'].map(catalogue.has)).toEqual([true, true])
  expect(['*', 'sites:*', 'all', 'billing:read', 'constructor'].map(catalogue.has)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})

test('grantable: permissions, aliases, wildcards that stand for something', () => {
  expect(['sites:read', 'all', 'both', '*', 'sites:*', '*:read'].every(catalogue.isGrantable)).toBe(true)
})

describe('the roles of the built-in contract, as API.md section 4 has them', () => {
  const builtIn = createCatalogue(builtInContract)
  const rightsOf = (role: string) => builtIn.expand(builtInContract.roles[role] ?? []).names()

  test('the permissions', () => {
    expect(builtIn.names).toEqual(
      [
        ['api_keys', 'read', 'write'],
        ['projects', 'read', 'write', 'delete'],
        ['users', 'read', 'write', 'invite'],
        ['webhooks', 'read', 'write'],
        ['audit_events', 'read'],
        ['usage', 'read'],
        ['organization', 'read', 'write'],
      ]
        .flatMap(([noun, ...verbs]) => verbs.map((verb) => `${noun}:${verb}`))
        .sort(),
    )
  })

  test('the roles', () => {
    expect(Object.keys(builtInContract.roles)).toEqual(['admin', 'manager', 'engineer', 'member'])
    expect(rightsOf('admin')).toEqual(builtIn.names)
    expect(rightsOf('manager')).toEqual([
      'api_keys:read',
      'audit_events:read',
      'organization:read',
      'projects:read',
      'projects:write',
      'usage:read',
      'users:read',
      'webhooks:read',
      'webhooks:write',
    ])
    expect(rightsOf('engineer')).toEqual([
      'api_keys:read',
      'api_keys:write',
      'projects:read',
      'projects:write',
      'usage:read',
      'webhooks:read',
      'webhooks:write',
    ])
    expect(rightsOf('member')).toEqual(['projects:read', 'usage:read', 'users:read'])
  })
})

/** The same by comparing segment lists, as the words of the contract's rules have it. */
function plainExpansion(grants: readonly string[], names: readonly string[]): Set<string> {
  const matches = (grant: string, name: string): boolean => {
    const [wanted, parts] = [grant.split(':'), name.split(':')]
    if (grant === '*' || grant === name) return true
    if (wanted.length > parts.length || wanted.length < 2) return false
    if (wanted.at(-1) === '*') return wanted.slice(0, -1).every((part, index) => part === parts[index])
    return (
      wanted[0] === '*' &&
      wanted.slice(1).every((part, index) => part === parts[parts.length - wanted.length + 1 + index])
    )
  }
  return new Set(names.filter((name) => grants.some((grant) => matches(grant, name))))
}

test('any list expands to what its names match, one by one', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', 'a_b')
  const permission = fc.array(segment, { minLength: 2, maxLength: 3 }).map((parts) => parts.join(':'))
  const grant = fc
    .array(fc.oneof(segment, fc.constant('*')), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join(':'))
  const inputs = fc.record({
    permissions: fc.uniqueArray(permission, { maxLength: 40 }),
    lists: fc.array(fc.array(fc.oneof(grant, permission), { maxLength: 5 }), { minLength: 1, maxLength: 5 }),
  })
  fc.assert(
    fc.property(inputs, ({ permissions, lists }) => {
      const catalogue = createCatalogue({ permissions, aliases: {} })
      for (const list of [...lists, ...lists]) {
        expect(new Set(catalogue.expand(list).names())).toEqual(plainExpansion(list, catalogue.names))
      }
    }),
    { numRuns: 1000 },
  )
})
