import { DatabaseError } from 'pg'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'

/** SQLSTATE classes (PostgreSQL appendix A) that tell of an outage: connection, resources, operator, system. */
const outageClasses = new Set(['08', '53', '57', '58', 'F0', 'XX'])

/** Single states that do: a lock not had in time, an idle transaction ended, the server became a replica. */
const outageStates = new Set(['55P03', '25P03', '25006', '28P01', '28000', '3D000'])

/** The transaction was undone by the server for concurrency's sake, and may simply be run again. */
const retryStates = new Set(['40001', '40P01'])

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
