import type { ProjectOf } from './context.ts'

/** What a route demands of whoever calls it. */
export type Rule = {
  /** One permission, all of several, or any of several. Default: none. */
  readonly permission?: string | { readonly all: readonly string[] } | { readonly any: readonly string[] }
  /** One of these roles, besides the permission. Default: any. */
  readonly roles?: readonly string[]
  readonly scope?: ScopeRule
  /** Default: either. */
  readonly environment?: 'live' | 'test'
  /** What a request spends from the key's window, 0 to 1000. Default: 1. */
  readonly cost?: number
  /** For `own project`, where the path does not name it. */
  readonly projectOf?: ProjectOf
}

/**
 * What a project-scoped key meets:
 * - `organization only` (the default): it is refused.
 * - `own project`: it may in its own project. That is compared with the path's `:projectId` (another: 403
 *   `scope_violation`), else with what `projectOf` says (another, or none: 404). Without either it is refused.
 * - `filtered`: it may, and the handler shows nothing but what is of `context.projectId`.
 * - `any`: it may, for what is shown is of no project.
 */
export type ScopeRule = 'organization only' | 'own project' | 'filtered' | 'any'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/**
 * Every route that may be called: `'POST /time-entries/:id/approve': { permission: 'approve:time_entry' }`. A route that
 * it lacks is refused. HEAD is GET where it is not named. Names go before parameters: `/users/me` is not `/users/:id`. A
 * parameter stands for any name that the policy does not have beside it, so what the router has beside it belongs here.
 */
export type Policy = { readonly [Route in `${Method} /${string}`]: Rule }

/** A policy that cannot be held to, with every mistake in it. */
export class PolicyError extends TypeError {
  override readonly name = 'PolicyError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`The policy is wrong.\n${mistakes.join('\n')}`)
    this.mistakes = mistakes
  }
}
