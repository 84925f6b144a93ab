import type { WindowLimit } from '@mintmark/core'

/** One request as its client saw it: decided at some instant between sending and receiving. */
export type Admission = {
  readonly cost: number
  readonly admitted: boolean
  readonly sentMs: number
  readonly receivedMs: number
}

export type Judgement = {
  readonly admitted: number
  /** Windows in which more than the limit was certainly admitted. */
  readonly above: number
  /** Refusals although the limit certainly left room. */
  readonly wronglyRefused: number
}

/**
 * Sound for any true instants of decision (SECURITY.md F-2). Above: more than the limit admitted, all of it certainly
 * within one window. Wrongly refused: what may have been admitted within the window before the refusal leaves room.
 * `slackMs` for clocks that count whole milliseconds.
 */
export function checkAdmissions(all: readonly Admission[], limit: WindowLimit, slackMs = 1): Judgement {
  const admitted = all.filter((one) => one.admitted && one.cost > 0)
  const above = admitted.filter((first) => {
    const certainlyWithin = admitted.filter(
      (other) => other.sentMs >= first.sentMs && other.receivedMs < first.sentMs + limit.windowMs - slackMs,
    )
    return sum(certainlyWithin) > limit.limit
  })
  const wrong = all.filter((refused) => {
    if (refused.admitted) return false
    const fromMs = refused.sentMs - limit.windowMs - slackMs
    const possiblyWithin = admitted.filter((one) => one.receivedMs > fromMs && one.sentMs <= refused.receivedMs)
    return sum(possiblyWithin) + refused.cost <= limit.limit
  })
  return { admitted: sum(admitted), above: above.length, wronglyRefused: wrong.length }
}

function sum(admissions: readonly Admission[]): number {
  return admissions.reduce((total, { cost }) => total + cost, 0)
}
