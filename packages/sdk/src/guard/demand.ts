import { createCatalogue, nearestName, type Contract } from '@mintmark/core'
import type { Question } from '../verdict.ts'
import type { Rule } from './policy.ts'
import type { GuardedRoute } from './route-table.ts'

/** What a rule asks of a credential. */
export type Demand = Omit<Question, 'key' | 'clientIp'>

const projectIdForm = /^[A-Za-z0-9_-]{1,64}$/
const projectParameter = 'projectId'

/**
 * The demand of a rule for one request. What a path names that can be no project's id is no project of any key: as much
 * as the whole organization, it is beyond one that has a project.
 */
export function demandOf({ rule }: GuardedRoute, params: Readonly<Record<string, string>>): Demand {
  const { permission, roles, environment, cost, scope = 'organization only' } = rule
  const projectId = scope === 'own project' ? params[projectParameter] : undefined
  const isBeyondProjects =
    scope === 'organization only' ||
    (scope === 'own project' && !namesProject(projectId) && !asksForProject(rule, params))
  return {
    ...(permission !== undefined && { permission }),
    ...(roles !== undefined && { roles }),
    ...(environment !== undefined && { environment }),
    ...(cost !== undefined && { cost }),
    ...(namesProject(projectId) && { projectId }),
    ...(isBeyondProjects && { organizationWide: true }),
  }
}

/** Whether the project of a request is found out after the verdict, by the rule's own function. */
export function asksForProject(rule: Rule, params: Readonly<Record<string, string>>): boolean {
  return rule.scope === 'own project' && rule.projectOf !== undefined && !(projectParameter in params)
}

function namesProject(projectId: string | undefined): projectId is string {
  return projectId !== undefined && projectIdForm.test(projectId)
}

/** What the contract does not have: a demand of it could never be met. */
export function mistakesUnder(contract: Contract, { name, rule }: GuardedRoute): readonly string[] {
  const catalogue = createCatalogue(contract)
  const roles = Object.keys(contract.roles)
  return [
    ...permissionsOf(rule)
      .filter((permission) => !catalogue.has(permission))
      .map((permission) => `${name}: there is no permission ${quoted(permission)}${hint(permission, catalogue.names)}`),
    ...(rule.roles ?? [])
      .filter((role) => !roles.includes(role))
      .map((role) => `${name}: there is no role ${quoted(role)}${hint(role, roles)}`),
  ]
}

function permissionsOf({ permission = { all: [] } }: Rule): readonly string[] {
  if (typeof permission === 'string') return [permission]
  return 'all' in permission ? permission.all : permission.any
}

function quoted(name: string): string {
  return JSON.stringify(name)
}

function hint(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates)
  return nearest === null ? '' : `: did you mean ${quoted(nearest)}?`
}
