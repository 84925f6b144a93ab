import type { Environment } from '@mintmark/core'
import type { DemandInput } from '../engine/demand.ts'
import { invalid, invalidFields, type InputFault } from '../engine/refused.ts'

type Draft = { -readonly [Name in keyof DemandInput]: DemandInput[Name] }

/** Characters of a query. A gateway writes it once, by hand. */
const maxQueryLength = 8_192
const parameters = 'permission, roles, projectId, organizationWide, environment'

/**
 * Reads the query of `/v1/forward-auth`: `permission=a,b` demands all of them, `roles=a,b` one of them.
 * Throws `RefusedError` for what is unknown, empty or there twice: a demand that was misspelt must not demand nothing.
 */
export function readForwardAuthQuery(query: string): DemandInput {
  if (query.length > maxQueryLength) throw invalid('', `The query has more than ${maxQueryLength} characters.`)
  const draft: Draft = {}
  const seen = new Set<string>()
  const faults: InputFault[] = []
  for (const [name, value] of new URLSearchParams(query)) {
    const wrong = seen.has(name) ? 'This stands here twice.' : readParameter(draft, name, value)
    seen.add(name)
    if (wrong !== null) faults.push({ path: name, message: wrong })
    if (faults.length >= 20) break
  }
  if (faults.length > 0) throw invalidFields(faults)
  return draft
}

function readParameter(draft: Draft, name: string, value: string): string | null {
  if (value === '') return 'This is empty: write a value, or leave it out.'
  switch (name) {
    case 'permission':
      draft.permission = value.includes(',') ? { all: value.split(',') } : value
      return null
    case 'roles':
      draft.roles = value.split(',')
      return draft.roles.length > 100 ? 'Name 1 to 100 roles.' : null
    case 'projectId':
      draft.projectId = value
      return null
    case 'organizationWide':
      draft.organizationWide = value === 'true'
      return value === 'true' || value === 'false' ? null : 'Write true or false.'
    case 'environment':
      if (!isEnvironment(value)) return 'Write live or test.'
      draft.environment = value
      return null
    default:
      return `There is no such parameter. There are ${parameters}.`
  }
}

function isEnvironment(text: string): text is Environment {
  return text === 'live' || text === 'test'
}
