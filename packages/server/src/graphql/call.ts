import type { WindowDecision } from '@mintmark/core'
import type { Caller } from '../engine/caller.ts'
import type { Operation } from '../engine/policy.ts'

/**
 * Throws 400 unless `input` is what the operation takes over HTTP: the body or the query of its REST twin. So both
 * interfaces take and refuse the same.
 */
export type CheckInput = (operation: Operation, input: object) => void

/** Spends from the caller's window, if he has one. Throws `RefusedError`, having spent nothing. */
export type Spend = (cost: number) => Promise<WindowDecision | null>

/** One request, as every field of it sees it. */
export type GraphqlCall = {
  readonly caller: Caller
  readonly check: CheckInput
  /** The decision that admitted the request; null for who has no window, and while nothing is spent. */
  readonly window: WindowDecision | null
}

/** One request, as Yoga's plugins see it besides. */
export type GraphqlContext = GraphqlCall & {
  readonly spend: Spend
  /** Where they say what went wrong on our side. */
  readonly failures: unknown[]
}
