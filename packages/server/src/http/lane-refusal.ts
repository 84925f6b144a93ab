import { rateLimitHeaders, rateLimitOf, type ErrorDialect, type Refusal, type WindowDecision } from '@mintmark/core'
import type { InputFault } from '../engine/refused.ts'
import { sendError, type Exchange } from './exchange.ts'
import type { LaneParts } from './lane-parts.ts'
import { refusalOf } from '../engine/refusal-of.ts'
import { createRenderError } from './problem.ts'

export type RefusalDetails = {
  readonly hasCredential: boolean
  /** The window that a recognised, active key met. */
  readonly window?: WindowDecision | null
  readonly faults?: readonly InputFault[]
  readonly retryAfterMs?: number | null
}

/** How a lane says no, in one dialect. */
export type Refuser = {
  readonly refuse: (exchange: Exchange, refusal: Refusal, details: RefusalDetails) => void
  /** For what was thrown: a mistake of the caller, an outage, or a fault of ours, of which he is told nothing. */
  readonly fail: (exchange: Exchange, error: unknown) => void
}

export function createRefuser(
  dialect: ErrorDialect,
  { contract, log, engine }: Pick<LaneParts, 'contract' | 'log' | 'engine'>,
): Refuser {
  const { messages } = contract
  const render = createRenderError(dialect, messages)

  function refuse(exchange: Exchange, refusal: Refusal, details: RefusalDetails): void {
    const window = details.window ?? null
    const retryAfterMs = details.retryAfterMs ?? (window === null || window.admitted ? null : window.retryAfterMs)
    const { requestId } = exchange
    const answer = render(refusal, {
      requestId,
      hasCredential: details.hasCredential,
      faults: details.faults ?? [],
      retryAfterMs,
    })
    sendError(exchange, answer, window === null ? [] : rateLimitHeaders(rateLimitOf(window)))
  }

  return {
    refuse,
    fail(exchange, error) {
      const known = refusalOf(error)
      if (known === null) log.failure(exchange.requestId, error)
      engine.metrics.failed(error)
      if (exchange.response.headersSent) {
        exchange.response.destroy()
        return
      }
      const { refusal, faults, retryAfterMs } = known ?? internal
      refuse(exchange, refusal, { hasCredential: true, faults, retryAfterMs })
    },
  }
}

const internal = { refusal: { reason: 'internal' }, faults: [], retryAfterMs: null } as const

/** Runs what may answer at once or later, so that whatever it throws becomes an answer. */
export function answering(refuser: Refuser, exchange: Exchange, work: () => void | Promise<void>): void {
  try {
    const done = work()
    if (done instanceof Promise) done.catch((error: unknown) => refuser.fail(exchange, error))
  } catch (error) {
    refuser.fail(exchange, error)
  }
}
