import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builtInContract } from './built-in-contract.ts'
import { maxContractLength, parseContract, parseContractText, type Contract, type Mistake } from './contract.ts'
import { createKeyFormat } from './key-format.ts'
import { createCatalogue } from './permissions.ts'
import { vendorContracts } from './testing/vendor-contracts.ts'

const example = {
  name: 'Example',
  keys: { prefixes: { live: 'ex_live_' }, legacy: [{ pattern: '^old_[a-z]{32}$', hash: 'sha256-hex' }] },
  permissions: ['sites:read', 'sites:write'],
  aliases: { all: ['*'] },
  roles: { owner: ['all'], guest: ['sites:read'] },
  minting: { organization: ['owner'], project: ['owner'] },
  tiers: { only: { limit: 5, windowSeconds: 1 } },
}

function accepted(json: unknown) {
  const parsed = parseContract(json)
  expect(parsed.mistakes).toEqual([])
  if (parsed.contract === null) throw new Error('refused')
  return parsed.contract
}

describe('defaults', () => {
  test('a contract that states nothing is the built-in one', () => {
    expect(accepted({})).toEqual(builtInContract)
    expect(accepted({ ui: {}, minting: {}, keys: {} })).toEqual(builtInContract)
  })

  test('what depends on other parts follows them', () => {
    const contract = accepted(example)
    expect(contract.ui.product).toBe('Example')
    expect(contract.defaultTier).toBe('only')
    expect(contract.keys).toMatchObject({ prefixes: { live: 'ex_live_', test: null }, length: 38, shown: 8 })
  })

  test('the usual minters are those that the roles have', () => {
    const contract = accepted({ roles: { admin: ['*'], reader: ['*:read'] } })
    expect(contract.minting).toMatchObject({ organization: ['admin'], project: ['admin'] })
  })

  test.each(Object.entries({ ...vendorContracts, example, nothing: {} }))(
    'what %s gives, made JSON again, reads as the same',
    (_, json) => {
      const contract = accepted(json)
      expect(accepted(JSON.parse(JSON.stringify(contract)))).toEqual(contract)
    },
  )
})

test('a contract cannot be changed, to its last leaf', () => {
  const contract = accepted(example)
  const frozenParts = (part: unknown): boolean =>
    typeof part !== 'object' || part === null || (Object.isFrozen(part) && Object.values(part).every(frozenParts))
  expect(frozenParts(contract)).toBe(true)
  expect(frozenParts(builtInContract)).toBe(true)
})

test('names that every object inherits are no roles, tiers, aliases or messages', () => {
  const contract = accepted(example)
  for (const name of ['constructor', 'toString', '__proto__']) {
    expect(contract.roles[name]).toBeUndefined()
    expect(contract.tiers[name]).toBeUndefined()
    expect(contract.aliases[name]).toBeUndefined()
  }
  expect(
    accepted({ roles: { constructor: ['*'] }, minting: { organization: [], project: ['constructor'] } }).roles,
  ).toEqual({
    constructor: ['*'],
  })
})

describe('the four vendors', () => {
  test('Align: scopes by role, permissions that begin with the verb', () => {
    const contract = accepted(vendorContracts.align)
    const catalogue = createCatalogue(contract)
    const rightsOf = (role: string) => catalogue.expand(contract.roles[role] ?? [])
    expect(rightsOf('manager').has('approve:time_entry')).toBe(true)
    expect(rightsOf('engineer').has('approve:time_entry')).toBe(false)
    expect(rightsOf('engineer').has('read:integration_link')).toBe(true)
    expect(rightsOf('member').names()).toEqual([
      'projects:read',
      'read:entry',
      'read:integration_link',
      'read:time_entry',
      'write:entry',
    ])
    expect(contract.tiers[contract.defaultTier]).toEqual({ limit: 600, windowSeconds: 60 })
  })

  test('AlfaOne: 32 characters, one header, two tiers', () => {
    const contract = accepted(vendorContracts.alfaone)
    expect(contract.keys).toMatchObject({ length: 32, checksum: 6, shown: 4, prefixes: { test: 'ak_test_' } })
    expect(contract.headers).toEqual(['x-api-key'])
    expect(contract.tiers).toEqual({
      standard: { limit: 100, windowSeconds: 60 },
      enterprise: { limit: 1000, windowSeconds: 60 },
    })
  })

  test('Aether365: keys manage keys, but never billing or plan', () => {
    const contract = accepted(vendorContracts.aether365)
    expect(contract.minting).toMatchObject({ keysManageKeys: true, project: ['admin'] })
    expect(createCatalogue(contract).expand(contract.neverByKey).names()).toEqual(['billing:write', 'plan:write'])
  })

  test('Alternate Futures: an alias for all, revoked keys hold their place', () => {
    const contract = accepted(vendorContracts.alternateFutures)
    expect(createCatalogue(contract).expand(['all']).names()).toHaveLength(8)
    expect(contract.minting.revokedCountAsActive).toBe(true)
    expect(contract.messages.creation_limit).toContain('{resetAt}')
  })
})

const withPart = (json: object, name: string, part: unknown): object => Object.assign({}, json, { [name]: part })

/** A contract in which anything, anywhere, may have been replaced by anything. */
function damaged(json: unknown): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('', '*', 'constructor', -1, 1e9, 0.5))
  if (typeof json !== 'object' || json === null) return anything
  const keep = fc.constant(json)
  const inside = Object.keys(json).map((name) =>
    damaged(Reflect.get(json, name)).map((part) =>
      Array.isArray(json) ? json.with(Number(name), part) : withPart(json, name, part),
    ),
  )
  const added = fc.tuple(fc.string(), anything).map(([name, part]) => withPart(json, name, part))
  return fc.oneof(keep, anything, added, ...inside)
}

function expectExplained(mistakes: readonly Mistake[]): void {
  expect(mistakes.length).toBeGreaterThan(0)
  expect(new Set(mistakes.map((mistake) => mistake.path)).size).toBe(mistakes.length)
  for (const { path, message } of mistakes) expect(`${path}: ${message}`).toMatch(/^\S.*: \S.*\S$/)
}

function expectUsable(contract: Contract): void {
  expect(Object.keys(contract)).toEqual(Object.keys(builtInContract))
  expect(createKeyFormat(contract.keys).shape).toBe(contract.keys)
  expect(contract.tiers[contract.defaultTier]).toBeDefined()
  const catalogue = createCatalogue(contract)
  for (const grants of Object.values(contract.roles)) expect(grants.every(catalogue.isGrantable)).toBe(true)
  for (const role of [...contract.minting.organization, ...contract.minting.project]) {
    expect(Object.keys(contract.roles)).toContain(role)
  }
  expect(parseContract(JSON.parse(JSON.stringify(contract))).contract).toEqual(contract)
}

describe('properties', () => {
  const someJson = fc.oneof(
    fc.jsonValue(),
    ...[...Object.values(vendorContracts), example, JSON.parse(JSON.stringify(builtInContract))].map(damaged),
  )

  test('any JSON is either a contract that works or a list of mistakes', () => {
    let acceptedCount = 0
    let refusedCount = 0
    fc.assert(
      fc.property(someJson, (json) => {
        const { contract, mistakes } = parseContract(json)
        if (contract === null) {
          refusedCount += 1
          expectExplained(mistakes)
        } else {
          acceptedCount += 1
          expectUsable(contract)
        }
      }),
      { numRuns: 3000 },
    )
    expect(acceptedCount).toBeGreaterThan(100)
    expect(refusedCount).toBeGreaterThan(100)
  })
})

describe('text', () => {
  test('a contract reads the same from its text, also behind a byte order mark', () => {
    const text = JSON.stringify(example, null, 2)
    expect(parseContractText(text)).toEqual(parseContract(example))
    expect(parseContractText(`\ufeff${text}`)).toEqual(parseContract(example))
  })

  test('a text that is no JSON: the line and column where it stops being so', () => {
    expect(parseContractText('{\n  "name": "Example",\n}')).toEqual({
      contract: null,
      mistakes: [
        { path: 'line 3, column 1', message: 'a name in double quotes is expected here: remove the comma before it' },
      ],
    })
  })

  test('a role that is written twice is not silently the second', () => {
    const { mistakes } = parseContractText('{"roles": {"admin": ["*"], "member": [],\n "admin": []}}')
    expect(mistakes).toEqual([
      { path: 'line 2, column 2', message: 'this name was given before in the same object: remove one' },
    ])
  })

  test('a text beyond every contract is not read', () => {
    const text = `{}${' '.repeat(maxContractLength)}`
    expect(parseContractText(text).mistakes).toEqual([
      { path: '(contract)', message: 'has more than 262144 characters: shorten it' },
    ])
    expect(parseContractText(text.slice(0, maxContractLength)).contract).toEqual(builtInContract)
  })

  test('any text is either a contract or a list of mistakes', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"name"', ':', ',', '"', '\\', '1', 'null', '\n', ' ', '"keys"')
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (written) => {
        const { contract, mistakes } = parseContractText(written)
        expect(contract === null).toBe(mistakes.length > 0)
      }),
      { numRuns: 2000 },
    )
  })
})
