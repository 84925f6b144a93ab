import { describe, expect, test } from 'vitest'
import {
  builtInContract,
  createCatalogue,
  type Contract,
  type KeyId,
  type OrganizationId,
  type SecretId,
  type UserId,
} from '@mintmark/core'
import { asciiJson, createCompile, createRights, mayComeFrom, type KeyHolder } from './holder.ts'
import type { KeyRow, SessionRow } from './ports/directory.ts'

const contract: Contract = {
  ...builtInContract,
  permissions: ['sites:read', 'sites:write', 'billing:write'],
  aliases: { reading: ['sites:read', 'gone:read'] },
  roles: { admin: ['*'], viewer: ['sites:read'] },
  neverByKey: ['billing:*'],
  tiers: { free: { limit: 10, windowSeconds: 60 }, large: { limit: 99, windowSeconds: 1 } },
  defaultTier: 'free',
}
const rights = createRights(contract, createCatalogue(contract))
const compile = createCompile(contract, rights)

const row: KeyRow = {
  kind: 'key',
  keyNumber: 1,
  keyId: 'key_1' as KeyId,
  secretNumber: 2,
  secretId: 'sec_1' as SecretId,
  prefix: 'mk_live_12345678',
  name: 'Zoë',
  environment: 'live',
  scope: 'organization',
  organizationId: 'acme' as OrganizationId,
  projectId: null,
  permissions: null,
  createdByUserId: 'ada' as UserId,
  ownerUserId: 'ada' as UserId,
  fixedRole: null,
  ownerRole: 'admin',
  ownerStatus: 'active',
  expiresAtMs: null,
  revokedAtMs: null,
  secretEndsAtMs: null,
  awaitsFirstUse: false,
  organizationStatus: 'active',
  organizationTier: 'free',
  organizationLimit: null,
  organizationWindowSeconds: null,
  keyLimit: null,
  keyWindowSeconds: null,
  ipAllowlist: null,
  metadata: '{}',
}

function keyOf(fields: Partial<KeyRow>): KeyHolder {
  const holder = compile.key({ ...row, ...fields })
  if (holder.kind !== 'key') throw new Error('A tenant’s key was expected.')
  return holder
}

describe('what a key may do', () => {
  const effective = (fields: Partial<KeyRow>) => keyOf(fields).view.effectivePermissions
  const list = (...names: string[]) => ({ permissions: JSON.stringify(names) })

  test('null inherits the owner’s role, without what no key may do', () => {
    expect(effective({ ownerRole: 'viewer' })).toEqual(['sites:read'])
    expect(effective({})).toContain('sites:write')
    expect(effective({})).not.toContain('billing:write')
  })

  test.each<[string, Partial<KeyRow>, string[]]>([
    [
      'a list grants what it names and the role gives',
      list('sites:read', 'sites:write'),
      ['sites:read', 'sites:write'],
    ],
    ['an empty list grants nothing', list(), []],
    ['a list beyond the role grants what the role gives', { ...list('sites:*'), ownerRole: 'viewer' }, ['sites:read']],
    ['a name that the contract no longer has grants nothing', list('gone:read', 'sites:read'), ['sites:read']],
    ['an alias is expanded, as far as its names are there', list('reading'), ['sites:read']],
    ['a wildcard is expanded', list('sites:*'), ['sites:read', 'sites:write']],
    ['no list brings back what no key may do', list('billing:write'), []],
    ['a role that the contract no longer has gives nothing', { ownerRole: 'engineer' }, []],
    ['a role that every object has gives nothing', { ownerRole: 'constructor' }, []],
    ['a removed owner gives nothing', { ownerRole: null, ownerStatus: null }, []],
    [
      'the fixed role of an organization-owned key',
      { ownerUserId: null, ownerRole: null, ownerStatus: null, fixedRole: 'viewer' },
      ['sites:read'],
    ],
  ])('%s', (_, fields, expected) => {
    expect(effective(fields)).toEqual(expected)
  })

  test('the view tells the list as it was written', () => {
    expect(keyOf(list('reading', 'gone:read')).view.permissions).toEqual(['reading', 'gone:read'])
  })
})

describe('standing', () => {
  test.each<[string, Partial<KeyRow>, [boolean, boolean]]>([
    ['nobody is suspended', {}, [false, false]],
    ['the organization is', { organizationStatus: 'suspended' }, [true, false]],
    ['an organization that is gone counts as suspended', { organizationStatus: null }, [true, false]],
    ['the owner is', { ownerStatus: 'suspended' }, [false, true]],
    ['an owner who is gone counts as suspended', { ownerStatus: null }, [false, true]],
    [
      'an organization-owned key has no owner to suspend',
      { ownerUserId: null, ownerStatus: null, fixedRole: 'admin' },
      [false, false],
    ],
  ])('%s', (_, fields, expected) => {
    const { organizationSuspended, ownerSuspended } = keyOf(fields).subject
    expect([organizationSuspended, ownerSuspended]).toEqual(expected)
  })

  test('of a session: its member’s and its organization’s', () => {
    const session: SessionRow = {
      kind: 'session',
      sessionId: 'ses_1' as SessionRow['sessionId'],
      organizationId: 'acme' as OrganizationId,
      userId: 'ada' as UserId,
      expiresAtMs: 0,
      steppedUpUntilMs: 7,
      role: 'admin',
      memberStatus: 'suspended',
      organizationStatus: 'suspended',
    }
    const { subject, view } = compile.session(session)
    expect(subject).toMatchObject({
      kind: 'session',
      scope: 'organization',
      environment: null,
      organizationSuspended: true,
      ownerSuspended: true,
      steppedUpUntilMs: 7,
    })
    // A session is not bound by neverByKey.
    expect(view.effectivePermissions).toContain('billing:write')
  })
})

describe('the limit', () => {
  test.each<[string, Partial<KeyRow>, [number, number]]>([
    [
      'the key’s own',
      {
        keyLimit: 1,
        keyWindowSeconds: 2,
        organizationLimit: 3,
        organizationWindowSeconds: 4,
        organizationTier: 'large',
      },
      [1, 2000],
    ],
    [
      'else the organization’s',
      { organizationLimit: 3, organizationWindowSeconds: 4, organizationTier: 'large' },
      [3, 4000],
    ],
    ['else its tier’s', { organizationTier: 'large' }, [99, 1000]],
    ['else the default tier’s', { organizationTier: 'gone' }, [10, 60_000]],
    ['also for a tier that every object has', { organizationTier: 'constructor' }, [10, 60_000]],
    ['also for none', { organizationTier: null }, [10, 60_000]],
  ])('%s', (_, fields, [limit, windowMs]) => {
    expect(keyOf(fields).limit).toEqual({ limit, windowMs })
  })
})

describe('addresses', () => {
  test('without an allow-list a key may come from anywhere, known or not', () => {
    expect([mayComeFrom(keyOf({}), null), mayComeFrom(keyOf({}), '192.0.2.1')]).toEqual([true, true])
  })

  test('with one from nowhere unknown', () => {
    const holder = keyOf({ ipAllowlist: '["192.0.2.0/24"]' })
    expect(['192.0.2.255', '192.0.3.0', 'no address', null].map((address) => mayComeFrom(holder, address))).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  test('an empty list, which nobody can write, allows none', () => {
    expect(mayComeFrom(keyOf({ ipAllowlist: '[]' }), '192.0.2.1')).toBe(false)
  })
})

describe('operator keys', () => {
  const operator = (permissions: string | null) =>
    compile.key({ ...row, scope: 'installation', organizationId: null, permissions })

  test.each([
    [null, false],
    ['["verify"]', true],
    ['[]', true],
    ['["verify","more"]', true],
  ])('with the list %s it can do nothing but verify: %s', (permissions, onlyVerify) => {
    expect(operator(permissions)).toMatchObject({ kind: 'operator', onlyVerify })
  })
})

test('JSON in ASCII is the same JSON', () => {
  const value = { name: 'Zoë 🔑 \u2028\u007f', lone: '\ud800' }
  const text = asciiJson(value)
  expect(text).toMatch(/^[\x20-\x7e]*$/)
  expect(JSON.parse(text)).toEqual(value)
})

test('a key’s JSON says what its view says', () => {
  const holder = keyOf({ metadata: '{"a":"ü"}', expiresAtMs: Date.UTC(2030, 0, 1) })
  expect(JSON.parse(holder.json)).toEqual(holder.view)
  expect(holder.view.expiresAt).toBe('2030-01-01T00:00:00.000Z')
})
