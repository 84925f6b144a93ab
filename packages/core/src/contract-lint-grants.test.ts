import { describe, expect, test } from 'vitest'
import { parseContract } from './contract.ts'
import { expectAccepted, expectOnlyMistake, type MistakenContract } from './testing/contract-mistakes.ts'

const permissions = ['sites:read', 'sites:write']
const withAdmin = (...grants: string[]) => ({ permissions, roles: { admin: grants } })

const mistaken: readonly MistakenContract[] = [
  { json: { permissions: ['usage:read'] }, path: 'permissions[0]', saying: '"usage:read" is built in: remove it' },
  { json: withAdmin('*', 'site:read'), path: 'roles.admin[1]', saying: 'Did you mean "sites:read"?' },
  { json: withAdmin('Sites:Read'), path: 'roles.admin[0]', saying: 'Did you mean "sites:read"?' },
  {
    json: withAdmin('site:*'),
    path: 'roles.admin[0]',
    saying: 'matches no permission of this contract. Did you mean "sites:*"?',
  },
  { json: withAdmin('*:delet'), path: 'roles.admin[0]', saying: 'Did you mean "*:delete"?' },
  { json: withAdmin('sites:re*'), path: 'roles.admin[0]', saying: 'matches no permission' },
  { json: withAdmin('**'), path: 'roles.admin[0]', saying: 'matches no permission' },
  { json: withAdmin('*:*'), path: 'roles.admin[0]', saying: 'matches no permission' },
  { json: withAdmin('sites'), path: 'roles.admin[0]', saying: 'is no permission and no alias of this contract' },
  { json: withAdmin('constructor'), path: 'roles.admin[0]', saying: 'is no permission and no alias' },
  { json: withAdmin('all'), path: 'roles.admin[0]', saying: 'remove it, or write one of "api_keys:read",' },
  { json: { aliases: { all: ['billing:*'] } }, path: 'aliases.all[0]', saying: 'matches no permission' },
  { json: { aliases: { all: ['*', 'everything'] } }, path: 'aliases.all[1]', saying: 'is no permission and no alias' },
  { json: { aliases: { all: ['all', '*'] } }, path: 'aliases.all', saying: 'stands for itself ("all" -> "all")' },
  { json: { neverByKey: ['billing:write'] }, path: 'neverByKey[0]', saying: 'is no permission and no alias' },
]

describe('each mistake is found alone, at its path', () => {
  test.each(mistaken)('$path: $saying', expectOnlyMistake)
})

test('every alias of a cycle is named, with the shortest way round; those that only lead to it are not', () => {
  const aliases = { a: ['b', 'c'], b: ['c', 'd'], c: ['a'], d: ['*:read'], e: ['a'] }
  expect(parseContract({ aliases }).mistakes).toEqual([
    { path: 'aliases.a', message: 'stands for itself ("a" -> "c" -> "a"): take one of these out' },
    { path: 'aliases.b', message: 'stands for itself ("b" -> "c" -> "a" -> "b"): take one of these out' },
    { path: 'aliases.c', message: 'stands for itself ("c" -> "a" -> "c"): take one of these out' },
  ])
})

describe('no mistake', () => {
  test.each([
    withAdmin('*', 'sites:*', '*:read', 'sites:read', 'api_keys:write'),
    {
      permissions,
      aliases: { all: ['*'], reader: ['all', 'sites:read'] },
      neverByKey: ['reader', 'sites:*', 'users:invite'],
    },
    { permissions: ['a:b:c'], roles: { admin: ['a:*', '*:c', 'a:b:*', '*:b:c'] } },
  ])('%j', expectAccepted)
})

test('of many names that could be meant the first thirty are named', () => {
  const own = Array.from({ length: 40 }, (_, index) => `p${index}:read`)
  const [mistake] = parseContract({ permissions: own, roles: { admin: ['unheard_of'] } }).mistakes
  expect(mistake?.message.split(', ')).toHaveLength(2 + 30)
  expect(mistake?.message).toMatch(/, …$/)
})

test('a list of permissions that is none makes no other names wrong', () => {
  const json = { permissions: 'sites:read', roles: { admin: ['sites:read'] }, aliases: { all: ['sites:*'] } }
  expect(parseContract(json).mistakes.map((mistake) => mistake.path)).toEqual(['permissions'])
})
