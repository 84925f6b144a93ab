import { describe, expect, test } from 'vitest'
import { policies, type Operation, type Policy, type ScopeRule, type Who } from '../../engine/policy.ts'
import { describeOperation } from './operation.ts'

const notes = {
  any: null,
  'own project': 'Project-scoped credentials: their own project only, else 403 scope_violation.',
  'organization only': 'Project-scoped credentials: 403 scope_violation.',
  filtered: 'Project-scoped credentials: what is of their project only.',
} as const satisfies Record<ScopeRule, string | null>

/** Whether a project-scoped key may be among those who call, and there is a project to speak of. */
const meetsScope = {
  public: false,
  operator: false,
  'operator in organization': false,
  'operator or member': false,
  verify: false,
  session: false,
  tenant: true,
  'tenant or installation': true,
  any: false,
  guard: false,
} as const satisfies Record<Who, boolean>

function noteOf(operationId: string, policy: Policy): string | null {
  const shape = { method: 'GET', path: '/', tag: 'Search', summary: '', answers: [], reasons: [], readsBody: false }
  const { description } = describeOperation({ operationId, policy, ...shape }, 'problem')
  return /Project-scoped credentials: .*/.exec(String(description))?.[0] ?? null
}

describe('what a project-scoped credential meets', () => {
  test.each(Object.keys(policies) as Operation[])('is said of %s as its policy has it', (operation) => {
    const { who, scope }: Policy = policies[operation]
    expect(noteOf(operation, policies[operation])).toBe(meetsScope[who] ? notes[scope] : null)
  })

  test.each(Object.keys(meetsScope) as Who[])('is said, or is not, where the caller is %s', (who) => {
    const policy = { ...policies.getUser, who }
    expect(noteOf('getUser', policy)).toBe(meetsScope[who] ? notes['organization only'] : null)
  })

  test('is under every rule that there is', () => {
    const tenants = Object.values<Policy>(policies).filter(({ who }) => meetsScope[who])
    expect(new Set(tenants.map(({ scope }) => scope))).toEqual(new Set(Object.keys(notes)))
  })
})
