import type { ErrorDialect } from '@mintmark/core'
import type { Policy } from '../engine/policy.ts'

/**
 * Whether an operation answers in the contract's dialect (API.md section 6): what a company's customers call does, what
 * its own backend and its load balancers call is always `problem`.
 */
export function speaksContract(policy: Policy): boolean {
  return policy.who === 'tenant' || policy.who === 'any' || policy.who === 'session' || policy.who === 'guard'
}

/** The dialect that an operation speaks. */
export function dialectOf(policy: Policy, contractDialect: ErrorDialect): ErrorDialect {
  return speaksContract(policy) ? contractDialect : 'problem'
}

/** Errors have a content type of their own in RFC 9457's shape only. */
export function errorMediaType(dialect: ErrorDialect): string {
  return dialect === 'problem' ? 'application/problem+json' : 'application/json'
}
