import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideAccess,
  decideDanger,
  isDangerousKey,
  noDemand,
  stepUpMs,
  type Demand,
  type HandedOut,
  type Subject,
} from './access.ts'
import { parseChosenId } from './id.ts'
import { createCatalogue } from './permissions.ts'

const catalogue = createCatalogue({ permissions: ['sites:read', 'sites:write', 'billing:write'], aliases: {} })
const neverByKey = catalogue.expand(['billing:write'])
const projectId = parseChosenId('prj', 'prj_a')

const key: Subject = {
  kind: 'key',
  scope: 'organization',
  projectId: null,
  environment: 'live',
  role: 'engineer',
  effective: catalogue.expand(['sites:read']),
  organizationSuspended: false,
  ownerSuspended: false,
  steppedUpUntilMs: null,
}
const projectKey: Subject = { ...key, scope: 'project', projectId }
const session: Subject = { ...key, kind: 'session', environment: null, effective: catalogue.all }

function decide(subject: Subject, demand: Partial<Demand>, isAddressAllowed = true) {
  return decideAccess(subject, { ...noDemand, ...demand }, { isAddressAllowed, neverByKey })
}

describe('what is refused', () => {
  test.each([
    ['an organization that is suspended', { ...key, organizationSuspended: true }, {}, true, 'organization_suspended'],
    ['an owner who is suspended', { ...key, ownerSuspended: true }, {}, true, 'owner_suspended'],
    ['an address outside the list', key, {}, false, 'ip_not_allowed'],
    ['the other environment', key, { environment: 'test' }, true, 'forbidden'],
    ['another project', projectKey, { projectId: 'prj_b' }, true, 'scope_violation'],
    ['an organization-wide request by a project key', projectKey, { organizationWide: true }, true, 'scope_violation'],
    ['a role that is not held', key, { roles: ['admin'] }, true, 'forbidden'],
    ['a permission that is not held', key, { permission: { all: ['sites:write'] } }, true, 'forbidden'],
  ] as const)('%s', (_what, subject, demand, isAddressAllowed, reason) => {
    expect(decide(subject, demand, isAddressAllowed)?.reason).toBe(reason)
  })

  test('in this order: organization, owner, address, environment, scope, permission', () => {
    const wrong = { ...projectKey, organizationSuspended: true, ownerSuspended: true }
    const demand: Partial<Demand> = {
      environment: 'test',
      projectId: 'prj_b',
      permission: { all: ['sites:write'] },
    }
    expect(decide(wrong, demand, false)?.reason).toBe('organization_suspended')
    expect(decide({ ...wrong, organizationSuspended: false }, demand, false)?.reason).toBe('owner_suspended')
    expect(decide(projectKey, demand, false)?.reason).toBe('ip_not_allowed')
    expect(decide(projectKey, demand)?.message).toBe('This key belongs to the live environment.')
    expect(decide(projectKey, { ...demand, environment: 'live' })?.reason).toBe('scope_violation')
    expect(decide(projectKey, { permission: { all: ['sites:write'] } })?.values).toEqual({ permission: 'sites:write' })
  })
})

describe('what is allowed', () => {
  test('nothing demanded of a subject in good standing', () => {
    expect(decide(key, {})).toBeNull()
    expect(decide(projectKey, {})).toBeNull()
  })

  test('a project key in its own project, an organization key in any', () => {
    expect(decide(projectKey, { projectId: 'prj_a' })).toBeNull()
    expect(decide(key, { projectId: 'prj_b', organizationWide: true })).toBeNull()
  })

  test('a session in both environments', () => {
    expect(decide(session, { environment: 'test' })).toBeNull()
    expect(decide(session, { environment: 'live' })).toBeNull()
  })

  test('a session what no key may use', () => {
    expect(decide(session, { permission: { all: ['billing:write'] } })).toBeNull()
    expect(decide(key, { permission: { all: ['billing:write'] } })).toEqual({
      reason: 'forbidden',
      message: 'Keys cannot be used for billing:write.',
      values: { permission: 'billing:write' },
    })
  })

  test('and what a session lacks it merely lacks', () => {
    const missing = { reason: 'forbidden', values: { permission: 'billing:write' } }
    expect(decide({ ...session, effective: key.effective }, { permission: { all: ['billing:write'] } })).toEqual(
      missing,
    )
    expect(decide(key, { permission: { all: ['sites:write'] } })).toEqual({
      reason: 'forbidden',
      values: { permission: 'sites:write' },
    })
  })

  test('any of several permissions, where one is held', () => {
    expect(decide(key, { permission: { any: ['sites:write', 'sites:read'] } })).toBeNull()
    expect(decide(key, { permission: { any: ['sites:write', 'billing:write'] } })?.values).toEqual({
      permission: 'sites:write',
    })
    expect(decide(key, { permission: { any: [] } })).toEqual({ reason: 'forbidden', values: { permission: '' } })
  })
})

describe('a role that is asked for', () => {
  test('is named by the permission beside it', () => {
    const demand = { roles: ['admin', 'manager'], permission: { all: ['sites:read'] } } as const
    expect(decide(key, demand)?.values).toEqual({ permission: 'sites:read' })
    expect(decide(key, { roles: ['admin', 'manager'] })?.message).toBe('This needs the role admin or manager.')
  })

  test('does not replace the permission', () => {
    expect(decide(key, { roles: ['engineer'], permission: { all: ['sites:read'] } })).toBeNull()
    expect(decide(key, { roles: ['engineer'], permission: { all: ['sites:write'] } })?.reason).toBe('forbidden')
  })
})

test('all demanded permissions are needed: allowed exactly when they are a subset', () => {
  const names = fc.subarray([...catalogue.names])
  fc.assert(
    fc.property(names, names, (held, demanded) => {
      const subject = { ...session, effective: catalogue.expand(held) }
      const isSubset = demanded.every((name) => held.includes(name))
      expect(decide(subject, { permission: { all: demanded } }) === null).toBe(isSubset)
    }),
  )
})

describe('what is dangerous', () => {
  const nowMs = 1_000_000

  test.each([
    ['who is not bound by it', null, null],
    ['who has just shown that it is he', nowMs + 1, null],
    ['who showed it too long ago, by an instant', nowMs, 'step_up_required'],
    ['who never did', 0, 'step_up_required'],
  ] as const)('%s', (_who, steppedUpUntilMs, reason) => {
    const refusal = decideDanger({ ...session, steppedUpUntilMs }, nowMs)
    expect(refusal).toEqual(reason === null ? null : { reason })
  })

  test('lasts five minutes', () => {
    expect(stepUpMs).toBe(300_000)
  })

  const everything = catalogue.expand(['sites:*'])
  const ofProject: HandedOut = { scope: 'project', permissions: catalogue.expand(['sites:read']), everything }

  test.each<[string, HandedOut, boolean]>([
    ['a part of what its role may, in a project', ofProject, false],
    ['the same of the whole organization', { ...ofProject, scope: 'organization' }, true],
    ['what it inherits', { ...ofProject, permissions: null }, true],
    ['all that its role may', { ...ofProject, permissions: everything }, true],
    ['more than that', { ...ofProject, permissions: catalogue.all }, true],
    ['nothing', { ...ofProject, permissions: catalogue.none }, false],
    [
      'nothing, where its role may nothing',
      { ...ofProject, permissions: catalogue.none, everything: catalogue.none },
      false,
    ],
  ])('a key of %s', (_what, handedOut, isDangerous) => {
    expect(isDangerousKey(handedOut)).toBe(isDangerous)
  })
})
