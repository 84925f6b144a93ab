import { DatabaseError } from 'pg'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'

/** SQLSTATE classes (PostgreSQL appendix A) that tell of an outage: connection, resources, operator, system. */
const outageClasses = new Set(['08', '53', '57', '58', 'F0', 'XX'])

/** Single states that do: a lock not had in time, an idle transaction ended, the server became a replica. */
const outageStates = new Set(['55P03', '25P03', '25006', '28P01', '28000', '3D000'])

/** The server answers, and there is no such database, no such role, or another password. */
const refusedStates = new Set(['3D000', '28P01', '28000'])

/** What PostgreSQL says to whoever connects with a URL that is wrong; null: something else is the matter. */
export function refusalOfConnection(error: unknown): string | null {
  const cause = error instanceof StoreUnavailable ? error.cause : error
  return cause instanceof DatabaseError && refusedStates.has(cause.code ?? '') ? cause.message : null
}

/**
 * The transaction was undone for concurrency's sake, and may simply be run again: by the server, or because a row that
 * it had just seen, and referred to, was deleted by another. Run again it does not see it.
 */
const retryStates = new Set(['40001', '40P01', '23503'])

/** What a query of ours failed with: an outage as `StoreUnavailable`, anything that the server judged as it is. */
export function judgeQueryError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error
  if (!(error instanceof DatabaseError)) return new StoreUnavailable('database', { cause: error })
  const state = error.code ?? ''
  const outage = outageClasses.has(state.slice(0, 2)) || outageStates.has(state)
  return outage ? new StoreUnavailable('database', { cause: error }) : error
}

export function mayRetry(error: unknown): boolean {
  return error instanceof DatabaseError && retryStates.has(error.code ?? '')
}
