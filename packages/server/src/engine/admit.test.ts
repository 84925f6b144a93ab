import { describe, expect, test } from 'vitest'
import {
  builtInContract,
  createCatalogue,
  type BuiltInPermission,
  type KeyId,
  type OrganizationId,
  type ProjectId,
  type Subject,
  type UserId,
} from '@mintmark/core'
import { admit } from './admit.ts'
import { hostCaller, type Caller, type KeyCaller, type MemberCaller, type OperatorCaller } from './caller.ts'
import { policies, type Policy, type ScopeRule, type Who } from './policy.ts'
import { RefusedError } from './refused.ts'

const catalogue = createCatalogue(builtInContract)
const origin = { requestId: 'req_test', ip: null }
const organizationId = 'acme' as OrganizationId

function subject(fields: Partial<Subject> = {}): Subject {
  return {
    kind: 'session',
    scope: 'organization',
    projectId: null,
    environment: null,
    role: 'admin',
    effective: catalogue.all,
    organizationSuspended: false,
    ownerSuspended: false,
    steppedUpUntilMs: null,
    ...fields,
  }
}

const operator: OperatorCaller = hostCaller(null, origin)
const acting: OperatorCaller = hostCaller(organizationId, origin)
const onlyVerify: OperatorCaller = { ...operator, onlyVerify: true }

function member(fields: Partial<Subject> = {}): MemberCaller {
  return {
    kind: 'member',
    actor: { type: 'member', id: 'ada' },
    organizationId,
    userId: 'ada' as UserId,
    operatorKeyId: null,
    subject: subject(fields),
    sessionId: null,
    sessionExpiresAtMs: null,
    origin,
  }
}

function key(fields: Partial<Subject> = {}): KeyCaller {
  return {
    kind: 'key',
    actor: { type: 'key', id: 'key_1' },
    organizationId,
    keyId: 'key_1' as KeyId,
    prefix: 'mk_live_12345678',
    userId: 'ada' as UserId,
    subject: subject({ kind: 'key', environment: 'live', ...fields }),
    origin,
  }
}

const projectKey = key({ scope: 'project', projectId: 'web' as ProjectId })

type Context = Partial<Parameters<typeof admit>[2]>

/** Null: he may; else the reason and its sentence or the permission that is missing. */
function refusalOf(caller: Caller, policy: Policy, context: Context = {}): string | null {
  try {
    admit(caller, policy, { projectId: null, neverByKey: catalogue.none, keysManageKeys: false, ...context })
    return null
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const { reason, message, values } = error.refusal
    return `${reason}: ${message ?? values?.permission ?? ''}`
  }
}

function policy(
  who: Who,
  permission: BuiltInPermission | null = null,
  scope: ScopeRule = 'any',
  orOwn = false,
): Policy {
  return { who, permission, scope, orOwn }
}

describe('who may call', () => {
  const needsOperator = 'forbidden: This needs an operator key.'
  const needsOperatorOrSession = 'forbidden: This needs an operator key or a session token.'
  const needsSession = 'forbidden: This needs a session token.'
  const canOnlyVerify = 'forbidden: This operator key can do nothing but verify.'

  test.each<[Who, Record<'operator' | 'acting' | 'onlyVerify' | 'member' | 'key', string | null>]>([
    [
      'operator',
      { operator: null, acting: null, onlyVerify: canOnlyVerify, member: needsOperator, key: needsOperator },
    ],
    ['verify', { operator: null, acting: null, onlyVerify: null, member: needsOperator, key: needsOperator }],
    [
      'operator or member',
      { operator: null, acting: null, onlyVerify: null, member: null, key: needsOperatorOrSession },
    ],
    [
      'session',
      { operator: needsSession, acting: needsSession, onlyVerify: canOnlyVerify, member: null, key: needsSession },
    ],
    ['any', { operator: null, acting: null, onlyVerify: canOnlyVerify, member: null, key: null }],
    ['tenant', { operator: null, acting: null, onlyVerify: canOnlyVerify, member: null, key: null }],
  ])('%s', (who, expected) => {
    const callers = { operator, acting, onlyVerify, member: member(), key: key() }
    const refusals = Object.entries(callers).map(([name, caller]) => [name, refusalOf(caller, policy(who))])
    expect(Object.fromEntries(refusals)).toEqual(expected)
  })
})

describe('permissions', () => {
  const none = { effective: catalogue.none }

  test('what is asked for must be had; an operator has everything', () => {
    const reading = policy('tenant', 'projects:read')
    expect(refusalOf(member(none), reading)).toBe('forbidden: projects:read')
    expect(refusalOf(key(none), reading)).toBe('forbidden: projects:read')
    expect(refusalOf(member({ effective: catalogue.expand(['projects:read']) }), reading)).toBeNull()
    expect(refusalOf(acting, reading)).toBeNull()
  })

  test('where it may be done with what is one’s own, the engine decides', () => {
    expect(refusalOf(member(none), policy('tenant', 'api_keys:read', 'filtered', true))).toBeNull()
    expect(refusalOf(key(none), policy('tenant', 'api_keys:read', 'filtered', true))).toBeNull()
  })

  test('keys cannot be used for api_keys:write, their own or not, unless the contract lets them', () => {
    for (const orOwn of [true, false]) {
      const writing = policy('tenant', 'api_keys:write', 'filtered', orOwn)
      expect(refusalOf(key(), writing)).toBe('forbidden: Keys cannot be used for api_keys:write.')
      expect(refusalOf(key(), writing, { keysManageKeys: true })).toBeNull()
      expect(refusalOf(member(), writing)).toBeNull()
    }
  })

  test('what no key may use is told so', () => {
    const neverByKey = catalogue.expand(['projects:write'])
    const effective = catalogue.all.without(neverByKey)
    const writing = policy('tenant', 'projects:write')
    expect(refusalOf(key({ effective }), writing, { neverByKey })).toBe(
      'forbidden: Keys cannot be used for projects:write.',
    )
    expect(refusalOf(member(), writing, { neverByKey })).toBeNull()
  })
})

describe('a project-scoped key', () => {
  test.each<[ScopeRule, string | null, string | null]>([
    ['any', 'app', null],
    ['filtered', 'app', null],
    ['own project', 'web', null],
    ['own project', 'app', 'scope_violation: '],
    ['own project', null, null],
    ['organization only', null, 'scope_violation: '],
  ])('under the rule %s, where the path names the project %s', (scope, projectId, expected) => {
    expect(refusalOf(projectKey, policy('tenant', 'projects:read', scope), { projectId })).toBe(expected)
  })

  test('meets its scope before its permissions; others have no scope to meet', () => {
    const rule = policy('tenant', 'projects:read', 'organization only')
    const poor = key({ scope: 'project', projectId: 'web' as ProjectId, effective: catalogue.none })
    expect(refusalOf(poor, rule)).toBe('scope_violation: ')
    expect(refusalOf(key(), rule)).toBeNull()
    expect(refusalOf(member(), rule)).toBeNull()
  })
})

test('the suspended are refused whatever they ask', () => {
  expect(refusalOf(member({ organizationSuspended: true }), policy('any'))).toBe('organization_suspended: ')
  expect(refusalOf(member({ ownerSuspended: true }), policy('tenant', null))).toBe('owner_suspended: ')
})

describe('the table of operations', () => {
  const entries = Object.entries<Policy>(policies)

  test('asks tenants for a permission, but for what anybody may know of himself', () => {
    const free = entries
      .filter(([, { who, permission }]) => who === 'tenant' && permission === null)
      .map(([name]) => name)
    expect(free).toEqual(expect.arrayContaining(['getCreationLimits']))
    expect(free.filter((name) => /^(create|update|delete|mint|revoke|rotate|transfer|remove)/.test(name))).toEqual([])
  })

  test('lets only what is about one’s own keys be done without the permission', () => {
    const own = entries.filter(([, { orOwn }]) => orOwn).map(([name]) => name)
    expect(own.toSorted()).toEqual([
      'deleteApiKey',
      'endApiKeySecret',
      'getApiKey',
      'getApiKeyWindow',
      'listApiKeys',
      'revokeApiKey',
    ])
  })

  test('never asks an operator’s operation for a permission, for operators have them all', () => {
    const asked = entries.filter(([, { who, permission }]) => !who.startsWith('tenant') && permission !== null)
    expect(asked.map(([name]) => name)).toEqual([])
  })

  test('opens nothing but health and the document of the interface to everybody', () => {
    const open = entries.filter(([, { who }]) => who === 'public').map(([name]) => name)
    expect(open).toEqual(expect.arrayContaining(['getHealth', 'getReadiness', 'getOpenApi']))
    expect(open.every((name) => name.startsWith('get'))).toBe(true)
  })
})
