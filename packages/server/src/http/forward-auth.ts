import { guardMessages, noDemand, rateLimitHeaders, rateLimitOf, type Demand, type Refusal } from '@mintmark/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RefusedError } from '../engine/refused.ts'
import type { Verdict } from '../engine/verify.ts'
import { whenReady } from '../engine/when-ready.ts'
import { readHeaders, type RequestHeaders } from './credential.ts'
import { announcedBytes, sendAscii, type Exchange } from './exchange.ts'
import { readForwardAuthQuery } from './forward-auth-demand.ts'
import { holderHeaders } from './holder-headers.ts'
import type { LaneParts } from './lane-parts.ts'
import { answering, createRefuser, type Refuser } from './lane-refusal.ts'
import type { Turn } from './turn.ts'
import { userAgentOf } from './user-agent.ts'

/** A gateway has a handful of routes, each with its query. */
const maxRememberedQueries = 1_000

const requestCost = 1

/**
 * `ANY /v1/forward-auth`, for gateways: judges the credential of the request that the gateway holds, from that
 * request's own headers. The body, if the gateway sends it along, is never read: the connection then ends with the
 * answer, so that nothing of the body can be taken for another request.
 */
export class ForwardAuth {
  readonly #parts: LaneParts
  readonly #turn: Turn
  readonly #refuser: Refuser
  readonly #demands = new Map<string, Demand>()

  constructor(parts: LaneParts, turn: Turn) {
    this.#parts = parts
    this.#turn = turn
    const contract = { ...parts.contract, messages: guardMessages(parts.contract) }
    this.#refuser = createRefuser(contract.errors, { ...parts, contract })
  }

  handle(request: IncomingMessage, response: ServerResponse, query: string): void {
    const exchange: Exchange = {
      request,
      response,
      requestId: this.#parts.createRequestId(),
      startedAtMs: performance.now(),
      closes: announcedBytes(request) !== 0,
      always: this.#parts.always,
    }
    const headers = readHeaders(request.rawHeaders, this.#parts.contract.headers)
    this.#turn.add(() => answering(this.#refuser, exchange, () => this.#answer(exchange, headers, query)))
  }

  /** The demand of a query, or what is wrong with it: told after 401, 429 and 403. */
  #demandOf(query: string): Demand | RefusedError {
    const known = this.#demands.get(query)
    if (known !== undefined) return known
    try {
      const demand = this.#parts.engine.parseDemand(readForwardAuthQuery(query))
      if (this.#demands.size >= maxRememberedQueries) this.#demands.clear()
      this.#demands.set(query, demand)
      return demand
    } catch (error) {
      if (error instanceof RefusedError) return error
      throw error
    }
  }

  #answer(exchange: Exchange, headers: RequestHeaders, query: string) {
    const { credential } = headers
    if (headers.isAmbiguous) return this.#refuseWith(exchange, { reason: 'ambiguous_credentials' })
    if (credential === null) {
      this.#parts.engine.metrics.answered('missing_key', exchange.startedAtMs)
      return this.#refuser.refuse(exchange, { reason: 'missing_key' }, { hasCredential: false })
    }
    const digests = this.#parts.engine.recognise.operatorDigests(credential)
    if (digests !== null) {
      return whenReady(this.#parts.engine.authenticate.verifier(digests), (refusal) =>
        this.#refuseWith(exchange, refusal ?? operatorsStayOut),
      )
    }
    const demand = this.#demandOf(query)
    const mistake = demand instanceof RefusedError ? demand : mistakeOfActing(headers)
    const clientIp = this.#parts.clientAddress(exchange.request.socket.remoteAddress, headers.forwardedFor)
    const question = {
      key: credential,
      demand: demand instanceof RefusedError ? noDemand : demand,
      clientIp,
      agent: userAgentOf(exchange.request.rawHeaders),
      cost: requestCost,
    }
    return whenReady(this.#parts.engine.judge(question), (verdict) => this.#send(exchange, verdict, mistake))
  }

  #refuseWith(exchange: Exchange, refusal: Refusal): void {
    this.#refuser.refuse(exchange, refusal, { hasCredential: true })
  }

  #send(exchange: Exchange, verdict: Verdict, mistake: RefusedError | null): void {
    const { holder, window } = verdict
    const refusal = verdict.refusal ?? mistake?.refusal ?? null
    this.#parts.engine.metrics.answered(verdict.refusal?.reason ?? null, exchange.startedAtMs)
    if (refusal !== null || holder === null) {
      const faults = verdict.refusal === null ? (mistake?.faults ?? []) : []
      this.#refuser.refuse(exchange, refusal ?? { reason: 'invalid_key' }, { hasCredential: true, window, faults })
      return
    }
    const headers = ['X-Request-Id', exchange.requestId].concat(
      holderHeaders(holder),
      window === null ? [] : rateLimitHeaders(rateLimitOf(window)),
    )
    sendAscii(exchange, 200, headers, '')
  }
}

const operatorsStayOut: Refusal = {
  reason: 'forbidden',
  message: "An operator key is not the credential of a request: send the caller's own.",
}

/** They go with operator keys alone (API.md section 2). */
function mistakeOfActing({ organizationId, userId }: RequestHeaders): RefusedError | null {
  if (organizationId === null && userId === null) return null
  return new RefusedError({
    reason: 'invalid_request',
    message: 'Mintmark-Organization and Mintmark-User go with an operator key only.',
  })
}
