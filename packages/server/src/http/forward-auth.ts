import { noDemand, type Demand, type Refusal } from '@mintmark/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RefusedError } from '../engine/refused.ts'
import type { Verdict } from '../engine/verify.ts'
import { whenReady } from '../engine/when-ready.ts'
import { readHeaders, type RequestHeaders } from './credential.ts'
import { announcedBytes, sendAscii, type Exchange } from './exchange.ts'
import { readForwardAuthQuery } from './forward-auth-demand.ts'
import { holderHeaders } from './holder-headers.ts'
import type { LaneParts } from './lane-parts.ts'
import { answering, createRefuser } from './lane-refusal.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'

/** A gateway has a handful of routes, each with its query. */
const maxRememberedQueries = 1_000

const requestCost = 1

/**
 * `ANY /v1/forward-auth`, for gateways: judges the credential of the request that the gateway holds, from that
 * request's own headers. The body, if the gateway sends it along, is never read: the connection then ends with the
 * answer, so that nothing of the body can be taken for another request.
 */
export function createForwardAuth(
  parts: LaneParts,
): (request: IncomingMessage, response: ServerResponse, query: string) => void {
  const { engine, contract, createRequestId } = parts
  const refuser = createRefuser(contract.errors, contract.messages, parts.log)
  const demands = new Map<string, Demand>()

  /** The demand of a query, or what is wrong with it: told after 401, 429 and 403. */
  function demandOf(query: string): Demand | RefusedError {
    const known = demands.get(query)
    if (known !== undefined) return known
    try {
      const demand = engine.parseDemand(readForwardAuthQuery(query))
      if (demands.size >= maxRememberedQueries) demands.clear()
      demands.set(query, demand)
      return demand
    } catch (error) {
      if (error instanceof RefusedError) return error
      throw error
    }
  }

  function answer(exchange: Exchange, headers: RequestHeaders, query: string) {
    const { credential } = headers
    if (headers.isAmbiguous) return refuseWith(exchange, { reason: 'ambiguous_credentials' })
    if (credential === null) return refuser.refuse(exchange, { reason: 'missing_key' }, { hasCredential: false })
    const digests = engine.recognise.operatorDigests(credential)
    if (digests !== null) {
      return whenReady(engine.authenticate.verifier(digests), (refusal) =>
        refuseWith(exchange, refusal ?? operatorsStayOut),
      )
    }
    const demand = demandOf(query)
    const mistake = demand instanceof RefusedError ? demand : mistakeOfActing(headers)
    const clientIp = parts.clientAddress(exchange.request.socket.remoteAddress, headers.forwardedFor)
    const question = {
      key: credential,
      demand: demand instanceof RefusedError ? noDemand : demand,
      clientIp,
      cost: requestCost,
    }
    return whenReady(engine.judge(question), (verdict) => send(exchange, verdict, mistake))
  }

  function refuseWith(exchange: Exchange, refusal: Refusal): void {
    refuser.refuse(exchange, refusal, { hasCredential: true })
  }

  function send(exchange: Exchange, verdict: Verdict, mistake: RefusedError | null): void {
    const { holder, window } = verdict
    const refusal = verdict.refusal ?? mistake?.refusal ?? null
    if (refusal !== null || holder === null) {
      const faults = verdict.refusal === null ? (mistake?.faults ?? []) : []
      refuser.refuse(exchange, refusal ?? { reason: 'invalid_key' }, { hasCredential: true, window, faults })
      return
    }
    const headers = ['X-Request-Id', exchange.requestId].concat(
      holderHeaders(holder),
      window === null ? [] : rateLimitHeaders(window),
    )
    sendAscii(exchange, 200, headers, '')
  }

  return (request, response, query) => {
    const exchange: Exchange = {
      request,
      response,
      requestId: createRequestId(),
      closes: announcedBytes(request) !== 0,
    }
    answering(refuser, exchange, () => answer(exchange, readHeaders(request.rawHeaders, contract.headers), query))
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
