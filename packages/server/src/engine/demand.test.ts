import { expect, test } from 'vitest'
import { builtInContract, createCatalogue, noDemand, type Contract } from '@mintmark/core'
import { createParseDemand, maxDemandedNames, type DemandInput } from './demand.ts'

const contract: Contract = {
  ...builtInContract,
  permissions: ['sites:read', 'sites:write'],
  aliases: { sites: ['sites:*'] },
}
const parse = createParseDemand(contract, createCatalogue(contract))

test('nothing demands nothing', () => {
  expect(parse({})).toEqual(noDemand)
})

test('what is said is demanded, and nothing else', () => {
  const input: DemandInput = {
    permission: { any: ['sites:read', 'api_keys:read'] },
    roles: ['admin'],
    projectId: 'web',
    organizationWide: true,
    environment: 'test',
  }
  expect(parse(input)).toEqual(input)
  expect(parse({ permission: 'sites:read' }).permission).toEqual({ all: ['sites:read'] })
  expect(parse({ permission: { all: ['sites:read', 'sites:write'] } }).permission).toEqual({
    all: ['sites:read', 'sites:write'],
  })
})

test('a permission by itself is the same object each time: demands are compared and kept for every request', () => {
  expect(parse({ permission: 'sites:read' }).permission).toBe(parse({ permission: 'sites:read' }).permission)
})

const names = (count: number) => Array.from({ length: count }, () => 'sites:read')

test.each<[string, DemandInput, string]>([
  ['an unknown permission', { permission: 'sites:fly' }, 'permission'],
  ['an empty one', { permission: '' }, 'permission'],
  ['a wildcard', { permission: '*' }, 'permission'],
  ['an alias', { permission: 'sites' }, 'permission'],
  ['another case', { permission: 'Sites:Read' }, 'permission'],
  ['a space', { permission: ' sites:read' }, 'permission'],
  ['a name that every object has', { permission: 'constructor' }, 'permission'],
  ['all of none', { permission: { all: [] } }, 'permission.all'],
  ['any of none', { permission: { any: [] } }, 'permission.any'],
  ['more than can be named', { permission: { all: names(maxDemandedNames + 1) } }, 'permission.all'],
  ['an unknown one among them', { permission: { any: ['sites:read', 'x'] } }, 'permission.any[1]'],
  ['an unknown role', { roles: ['admin', 'root'] }, 'roles[1]'],
  ['a role that every object has', { roles: ['toString'] }, 'roles[0]'],
])('%s is a mistake, never a demand that nobody meets or everybody does', (_, input, path) => {
  expect(() => parse(input)).toThrow(
    expect.objectContaining({ reason: 'invalid_request', faults: [expect.objectContaining({ path })] }),
  )
})

test('as many as can be named are taken', () => {
  expect(parse({ permission: { all: names(maxDemandedNames) } }).permission).toEqual({ all: names(maxDemandedNames) })
})
