import { describe, expect, test } from 'vitest'
import { parseContract } from './contract.ts'
import { expectAccepted, expectOnlyMistake, type MistakenContract } from './testing/contract-mistakes.ts'

const manyNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`)
const tier = { limit: 1, windowSeconds: 1 }

const mistaken: readonly MistakenContract[] = [
  { json: null, path: '(contract)', saying: 'must be an object with the fields name, keys,' },
  { json: [], path: '(contract)', saying: 'but is a list' },
  { json: 'x', path: '(contract)', saying: 'but is "x"' },
  { json: { permisions: [] }, path: 'permisions', saying: 'Did you mean "permissions"?' },
  { json: { surprise: 1 }, path: 'surprise', saying: 'remove it, or write one of "name", "keys",' },
  { json: { 'two words': 1 }, path: '["two words"]', saying: 'is no field here' },
  { json: JSON.parse('{"__proto__": {}}'), path: '__proto__', saying: 'is no field here' },
  { json: { name: '' }, path: 'name', saying: 'a line of 1 to 100 characters' },
  { json: { name: 'x'.repeat(101) }, path: 'name', saying: 'but is "xxx' },
  { json: { name: ' x' }, path: 'name', saying: 'neither begins nor ends with a space' },
  { json: { name: 'a\nb' }, path: 'name', saying: 'but is "a\\nb"' },
  { json: { name: null }, path: 'name', saying: 'but is null' },

  { json: { keys: 'mk_' }, path: 'keys', saying: 'an object with the fields prefixes, length,' },
  { json: { keys: { lenght: 38 } }, path: 'keys.lenght', saying: 'Did you mean "length"?' },
  { json: { keys: { prefixes: 'mk_' } }, path: 'keys.prefixes', saying: 'an object with the fields live, test' },
  { json: { keys: { prefixes: {} } }, path: 'keys.prefixes.live', saying: 'is missing: write 2 to 20 letters' },
  { json: { keys: { prefixes: { live: 'x' } } }, path: 'keys.prefixes.live', saying: '2 to 20 letters' },
  { json: { keys: { prefixes: { live: 'x'.repeat(21) } } }, path: 'keys.prefixes.live', saying: '2 to 20 letters' },
  { json: { keys: { prefixes: { live: 'ex.live' } } }, path: 'keys.prefixes.live', saying: 'but is "ex.live"' },
  { json: { keys: { prefixes: { live: 'é_' } } }, path: 'keys.prefixes.live', saying: '2 to 20 letters' },
  { json: { keys: { prefixes: { live: 'ex_\n' } } }, path: 'keys.prefixes.live', saying: '2 to 20 letters' },
  { json: { keys: { prefixes: { live: 'ex_', test: 7 } } }, path: 'keys.prefixes.test', saying: 'but is 7' },
  { json: { keys: { prefixes: { live: 'ex_', dev: 'ed_' } } }, path: 'keys.prefixes.dev', saying: 'is no field here' },
  { json: { keys: { length: 129 } }, path: 'keys.length', saying: 'a whole number from 22 to 128' },
  { json: { keys: { length: 21 } }, path: 'keys.length', saying: 'but is 21' },
  { json: { keys: { length: 38.5 } }, path: 'keys.length', saying: 'but is 38.5' },
  { json: { keys: { length: '38' } }, path: 'keys.length', saying: 'but is "38"' },
  { json: { keys: { checksum: 3 } }, path: 'keys.checksum', saying: '0 (none), 4, 5 or 6, but is 3' },
  { json: { keys: { checksum: 7 } }, path: 'keys.checksum', saying: 'but is 7' },
  { json: { keys: { checksum: true } }, path: 'keys.checksum', saying: 'but is true' },
  { json: { keys: { shown: -1 } }, path: 'keys.shown', saying: 'a whole number from 0 to 16' },
  { json: JSON.parse('{"keys":{"shown":-0}}'), path: 'keys.shown', saying: 'but is -0' },
  { json: JSON.parse('{"keys":{"checksum":-0}}'), path: 'keys.checksum', saying: 'but is -0' },
  { json: { keys: { shown: 17 } }, path: 'keys.shown', saying: 'but is 17' },
  { json: { keys: { formerPrefixes: 'ok_' } }, path: 'keys.formerPrefixes', saying: 'a list of 0 to 20 prefixes' },
  { json: { keys: { formerPrefixes: ['ok_', '!'] } }, path: 'keys.formerPrefixes[1]', saying: 'but is "!"' },
  { json: { keys: { legacy: [7] } }, path: 'keys.legacy[0]', saying: 'the fields pattern, hash' },
  { json: { keys: { legacy: [{ hash: 'sha256-hex' }] } }, path: 'keys.legacy[0].pattern', saying: 'is missing' },
  {
    json: { keys: { legacy: [{ pattern: '^old$', hash: 'md5' }] } },
    path: 'keys.legacy[0].hash',
    saying: '"sha256-hex"',
  },
  {
    json: { keys: { legacy: [{ pattern: `^${'x'.repeat(199)}$`, hash: 'sha256-hex' }] } },
    path: 'keys.legacy[0].pattern',
    saying: 'at most 200 characters',
  },

  { json: { headers: [] }, path: 'headers', saying: 'a list of 1 to 2 headers, but has 0' },
  { json: { headers: ['cookie'] }, path: 'headers[0]', saying: '"authorization" or "x-api-key"' },
  { json: { headers: ['x-api-key', 'x-api-key'] }, path: 'headers[1]', saying: 'repeats headers[0]: remove one' },
  { json: { errors: 'xml' }, path: 'errors', saying: '"problem", "reason", "error" or "envelope"' },
  { json: { messages: ['x'] }, path: 'messages', saying: 'but is a list' },
  { json: { messages: { rate_limits: 'x' } }, path: 'messages.rate_limits', saying: 'Did you mean "rate_limit"?' },
  { json: { messages: { rate_limit: '' } }, path: 'messages.rate_limit', saying: 'a line of 1 to 300 characters' },
  { json: { messages: { rate_limit: 'a\tb' } }, path: 'messages.rate_limit', saying: 'but is "a\\tb"' },

  { json: { permissions: 'sites:read' }, path: 'permissions', saying: 'a list of 0 to 500 permissions' },
  { json: { permissions: ['sites'] }, path: 'permissions[0]', saying: 'such as "sites:read"' },
  { json: { permissions: ['a:b', 'a:b'] }, path: 'permissions[1]', saying: 'repeats permissions[0]' },
  { json: { permissions: ['a:b:c:d'] }, path: 'permissions[0]', saying: '2 or 3 words' },
  { json: { permissions: ['a:*'] }, path: 'permissions[0]', saying: '2 or 3 words' },
  { json: { permissions: ['Sites:read'] }, path: 'permissions[0]', saying: 'but is "Sites:read"' },
  { json: { permissions: manyNames(501).map((name) => `${name}:x`) }, path: 'permissions', saying: 'but has 501' },
  { json: { aliases: { 'a:b': ['*'] } }, path: 'aliases["a:b"]', saying: 'is no name' },
  { json: { aliases: { all: [] } }, path: 'aliases.all', saying: 'but has 0' },
  { json: { aliases: { all: '*' } }, path: 'aliases.all', saying: 'but is "*"' },
  { json: { roles: [] }, path: 'roles', saying: 'an object with 1 to 100 fields, but is a list' },
  { json: { roles: {} }, path: 'roles', saying: 'but has 0' },
  { json: { roles: { admin: ['*'], Root: ['*'] } }, path: 'roles.Root', saying: 'is no name: write a small letter' },
  { json: JSON.parse('{"roles":{"admin":["*"],"__proto__":["*"]}}'), path: 'roles.__proto__', saying: 'is no name' },
  { json: { roles: { admin: '*' } }, path: 'roles.admin', saying: 'but is "*"' },
  { json: { roles: { admin: ['*', null] } }, path: 'roles.admin[1]', saying: 'a permission ("sites:read")' },
  { json: { roles: { admin: ['*', ''] } }, path: 'roles.admin[1]', saying: 'but is ""' },
  { json: { neverByKey: {} }, path: 'neverByKey', saying: 'but is an object' },

  { json: { minting: { organisation: [] } }, path: 'minting.organisation', saying: 'Did you mean "organization"?' },
  {
    json: { minting: { organization: 'admin' } },
    path: 'minting.organization',
    saying: 'a list of 0 to 100 role names',
  },
  { json: { minting: { project: [1] } }, path: 'minting.project[0]', saying: 'the name of a role' },
  { json: { minting: { keysManageKeys: 'yes' } }, path: 'minting.keysManageKeys', saying: 'true or false' },
  { json: { minting: { perMemberPerDay: 0 } }, path: 'minting.perMemberPerDay', saying: 'from 1 to 10000' },
  { json: { minting: { activePerMember: 1e9 } }, path: 'minting.activePerMember', saying: 'from 1 to 100000' },
  { json: { minting: { revokedCountAsActive: 1 } }, path: 'minting.revokedCountAsActive', saying: 'true or false' },
  { json: { minting: { maxLifetimeDays: 0 } }, path: 'minting.maxLifetimeDays', saying: 'from 1 to 3650, or null' },
  { json: { tiers: {} }, path: 'tiers', saying: 'an object with 1 to 100 fields' },
  { json: { tiers: { Free: tier } }, path: 'tiers.Free', saying: 'is no name' },
  { json: { tiers: { free: { limit: 1 } } }, path: 'tiers.free.windowSeconds', saying: 'is missing: write a whole' },
  { json: { tiers: { free: { ...tier, limit: 0 } } }, path: 'tiers.free.limit', saying: 'from 1 to 100000' },
  { json: { tiers: { free: { ...tier, limit: 100_001 } } }, path: 'tiers.free.limit', saying: 'but is 100001' },
  { json: { tiers: { free: { ...tier, windowSeconds: 0 } } }, path: 'tiers.free.windowSeconds', saying: 'to 86400' },
  { json: { tiers: { free: { ...tier, windowSeconds: 86_401 } } }, path: 'tiers.free.windowSeconds', saying: '86401' },
  { json: { tiers: { free: { ...tier, burst: 2 } } }, path: 'tiers.free.burst', saying: 'is no field here' },
  { json: { defaultTier: null }, path: 'defaultTier', saying: 'the name of a tier, but is null' },

  { json: { ui: { product: '' } }, path: 'ui.product', saying: 'a line of 1 to 60 characters' },
  { json: { ui: { keysTitle: 5 } }, path: 'ui.keysTitle', saying: 'but is 5' },
  { json: { ui: { keysPath: 'keys' } }, path: 'ui.keysPath', saying: 'a path such as "/settings/api-keys"' },
  { json: { ui: { keysPath: '//evil' } }, path: 'ui.keysPath', saying: 'a path such as' },
  { json: { ui: { keysPath: '/a/../b' } }, path: 'ui.keysPath', saying: 'a path such as' },
  { json: { ui: { accent: 'red' } }, path: 'ui.accent', saying: 'a colour such as "#2b8a3e"' },
  { json: { ui: { accent: '#fff' } }, path: 'ui.accent', saying: 'but is "#fff"' },
  { json: { ui: { logo: 'https://x/y.png' } }, path: 'ui.logo', saying: 'a path on this host' },
  { json: { ui: { logo: '//x/y.png' } }, path: 'ui.logo', saying: 'a path on this host' },
  { json: { ui: { logo: 'data:text/html;base64,AAAA' } }, path: 'ui.logo', saying: 'a path on this host' },
  { json: { ui: { logo: `/${'x'.repeat(65_536)}` } }, path: 'ui.logo', saying: 'at most 65536 characters' },
  { json: { ui: { icon: '/x' } }, path: 'ui.icon', saying: 'is no field here' },
]

describe('each mistake is found alone, at its path', () => {
  test.each(mistaken)('$path: $saying', expectOnlyMistake)
})

test('all mistakes are found at once', () => {
  const json = { nmae: 1, errors: 'xml', headers: [], ui: { accent: 'red', icon: 1 } }
  const paths = parseContract(json).mistakes.map((mistake) => mistake.path)
  expect(paths).toEqual(['nmae', 'headers', 'errors', 'ui.icon', 'ui.accent'])
})

test('long and strange values are quoted short, on one line', () => {
  const [mistake] = parseContract({ errors: `a\u0085\u202e\n${'x'.repeat(5000)}` }).mistakes
  expect(mistake?.message.length).toBeLessThan(150)
  expect(mistake?.message).not.toMatch(/[\n\u0085\u202e]/)
})

describe('bounds belong to what is allowed', () => {
  test.each([
    { keys: { prefixes: { live: 'ex' } } },
    { keys: { prefixes: { live: 'x'.repeat(20), test: null } } },
    { keys: { length: 128, shown: 16, checksum: 0 } },
    { keys: { length: 22, shown: 0, checksum: 0 } },
    { tiers: { a: { limit: 1, windowSeconds: 1 } } },
    { tiers: { a: { limit: 100_000, windowSeconds: 86_400 } } },
    { permissions: manyNames(500).map((name) => `${name}:x`) },
    { permissions: [`${'a'.repeat(64)}:${'b'.repeat(64)}:c`] },
    { minting: { perMemberPerDay: 1, activePerMember: 1, maxLifetimeDays: 1 } },
    { minting: { perMemberPerDay: 10_000, activePerMember: 100_000, maxLifetimeDays: 3650 } },
    { minting: { organization: [], project: [] } },
    { roles: { admin: [] } },
    { name: 'Ü'.repeat(100) },
    { messages: { not_found: 'Nicht gefunden: “nichts”.' } },
    { ui: { logo: '/logo.svg', accent: '#ABCDEF', keysPath: '/k' } },
    { ui: { logo: 'data:image/svg+xml;base64,PHN2Zy8+' } },
  ])('%j', expectAccepted)
})
