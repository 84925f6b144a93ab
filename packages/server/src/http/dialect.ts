import type { ErrorDialect } from '@mintmark/core'
import type { Policy } from '../engine/policy.ts'

const contractSpeakers: ReadonlySet<Policy['who']> = new Set([
  'tenant',
  'tenant or installation',
  'any',
  'session',
  'guard',
])

/**
 * Whether an operation answers in the contract's dialect (API.md section 6): what a company's customers call does, what
 * its own backend and its load balancers call is always `problem`.
 */
export function speaksContract(policy: Policy): boolean {
  return contractSpeakers.has(policy.who)
}

/** The dialect that an operation speaks. */
export function dialectOf(policy: Policy, contractDialect: ErrorDialect): ErrorDialect {
  return speaksContract(policy) ? contractDialect : 'problem'
}
