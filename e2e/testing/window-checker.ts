import type { WindowLimit } from '@mintmark/core'

/** One request as its client saw it: decided at some instant between sending and receiving, or nobody knows. */
export type Spending = {
  readonly cost: number
  readonly outcome: 'admitted' | 'refused' | 'unknown'
  readonly sentMs: number
  readonly receivedMs: number
}

/** A limit and when it was put in force: somewhere between sending and acknowledgement. The first one always was. */
export type LimitPhase = { readonly limit: number; readonly sentMs: number; readonly receivedMs: number }

export type WindowJudgement = {
  readonly admitted: number
  readonly refused: number
  readonly unknown: number
  /** Requests with which certainly more than the limit were admitted within one window. */
  readonly above: readonly Spending[]
  /** Refusals although the limit certainly left room. */
  readonly wronglyRefused: readonly Spending[]
}

/** Clocks count whole milliseconds, and not from the same instant. */
const slackMs = 2

export function constantLimit(limit: number): readonly LimitPhase[] {
  return [{ limit, sentMs: Number.NEGATIVE_INFINITY, receivedMs: Number.NEGATIVE_INFINITY }]
}

/**
 * Sound for any true instants of decision (SECURITY.md F-2), while the limit, but not the window's length, changes.
 * What is unknown counts for whoever is accused.
 */
export function checkWindow(
  all: readonly Spending[],
  phases: readonly LimitPhase[],
  windowMs: WindowLimit['windowMs'],
): WindowJudgement {
  const spent = all.filter(({ cost }) => cost > 0)
  const admitted = spent.filter(({ outcome }) => outcome === 'admitted')
  const refused = spent.filter(({ outcome }) => outcome === 'refused')
  const perhapsAdmitted = spent.filter(({ outcome }) => outcome !== 'refused')
  const isAbove = (one: Spending) =>
    isAboveTogether(one, admitted, phases, windowMs) || isAboveAfterOthers(one, admitted, phases, windowMs)
  const isWronglyRefused = (one: Spending) => {
    const fromMs = one.sentMs - windowMs - slackMs
    const counting = perhapsAdmitted.filter(({ sentMs, receivedMs }) => receivedMs > fromMs && sentMs <= one.receivedMs)
    return sum(counting) + one.cost <= Math.min(...limitsDuring(one, phases))
  }
  return {
    admitted: sum(admitted),
    refused: refused.length,
    unknown: spent.length - admitted.length - refused.length,
    above: admitted.filter(isAbove),
    wronglyRefused: refused.filter(isWronglyRefused),
  }
}

/** Whichever was decided last: none of the limits that were in force then allows so many. */
function isAboveTogether(
  first: Spending,
  admitted: readonly Spending[],
  phases: readonly LimitPhase[],
  windowMs: number,
): boolean {
  const together = admitted.filter(
    ({ sentMs, receivedMs }) => sentMs >= first.sentMs && receivedMs < first.sentMs + windowMs - slackMs,
  )
  // One that took longer than the window may have been decided with none of the others.
  if (together.length === 0) return false
  const largest = Math.max(...together.flatMap((one) => limitsDuring(one, phases)))
  return sum(together) > largest
}

/** By the limit of this one alone, with what was certainly admitted before it and still counts. */
function isAboveAfterOthers(
  last: Spending,
  admitted: readonly Spending[],
  phases: readonly LimitPhase[],
  windowMs: number,
): boolean {
  const counting = admitted.filter(
    ({ sentMs, receivedMs }) => receivedMs <= last.sentMs && sentMs > last.receivedMs - windowMs + slackMs,
  )
  return sum(counting) + last.cost > Math.max(...limitsDuring(last, phases))
}

/** Limits that may have been in force when it was decided. */
function limitsDuring({ sentMs, receivedMs }: Spending, phases: readonly LimitPhase[]): number[] {
  return phases.flatMap((phase, index) => {
    const next = phases[index + 1]
    const isOver = next !== undefined && next.receivedMs < sentMs
    return phase.sentMs <= receivedMs && !isOver ? [phase.limit] : []
  })
}

function sum(spendings: readonly Spending[]): number {
  return spendings.reduce((total, { cost }) => total + cost, 0)
}
