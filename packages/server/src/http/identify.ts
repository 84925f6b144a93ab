import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createCatalogue, statusOf, type Contract, type Refusal } from '@mintmark/core'
import { admit, isOutside, notInside, refusalByPolicy } from '../engine/admit.ts'
import type { Authentication } from '../engine/authenticate.ts'
import type { Caller } from '../engine/caller.ts'
import type { Engine } from '../engine/engine.ts'
import { noPolicy, type Policy } from '../engine/policy.ts'
import { refuse, RefusedError } from '../engine/refused.ts'
import type { ClientAddress } from './client-address.ts'
import { ownHeaders, readHeaders, type RequestHeaders } from './credential.ts'
import { callOf } from './route.ts'
import { setRateLimitHeaders } from './spending.ts'
import { userAgentOf } from './user-agent.ts'
import type { RouteTable } from './route-table.ts'

type IdentifyParts = {
  readonly engine: Engine
  readonly contract: Contract
  readonly clientAddress: ClientAddress
  readonly table: RouteTable
  /** Whether a browser that asks for what is not there is shown a page that says so. */
  readonly hasPages: boolean
}

/**
 * Before anything else of a request: who is it, what is left of his window, may he, and is there what he names. What is
 * wrong with the acting headers is told in its turn, after the body was read (API.md section 3).
 */
export function identify(
  app: FastifyInstance,
  { engine, contract, clientAddress, table, hasPages }: IdentifyParts,
): void {
  const neverByKey = createCatalogue(contract).expand(contract.neverByKey)
  const { keysManageKeys } = contract.minting
  app.decorateRequest('mistake', null)
  app.decorateRequest('settle', null)
  app.addHook('onRequest', async (request, reply) => {
    const policy = policyOf(request)
    if (policy.who === 'public') return
    const headers = readHeaders(request.raw.rawHeaders, ownHeaders)
    if (headers.isAmbiguous) throw refuse('ambiguous_credentials')
    // Outside of /v1 there is nothing that a path could tell.
    const isAnyones = headers.credential === null && policy === noPolicy && !request.url.startsWith('/v1/')
    if (isAnyones && hasPages && isLostBrowser(table, request)) return
    const context = { projectId: pathProject(request), neverByKey, keysManageKeys }
    const refuses = (caller: Caller): Refusal | null => refusalByPolicy(caller, policy, context)
    const caller = isAnyones ? null : await authenticate(request, reply, { headers, refuses })
    if (caller !== null) admit(caller, policy, context)
    if (caller === null || policy === noPolicy) throw unrouted(table, request, reply)
    if (!isOutside(caller, policy)) await request.routeOptions.config.find?.(callOf(request) as never)
    else request.mistake ??= notInside()
  })
  app.addHook('preValidation', async ({ mistake }) => {
    if (mistake !== null) throw mistake
  })

  async function authenticate(
    request: FastifyRequest,
    reply: FastifyReply,
    { headers, refuses }: { readonly headers: RequestHeaders; readonly refuses: (caller: Caller) => Refusal | null },
  ): Promise<Caller> {
    const { credential, organizationId, userId, isActingTwice, forwardedFor } = headers
    const origin = { requestId: request.id, ip: clientAddress(request.socket.remoteAddress, forwardedFor) }
    // Which of two was meant is not for us to say: neither.
    const acting = isActingTwice ? { organizationId: null, userId: null } : { organizationId, userId }
    const agent = userAgentOf(request.raw.rawHeaders)
    const { spendsLater } = request.routeOptions.config
    const own = { credential, ...acting, origin, agent, refusalByPolicy: refuses }
    const presented = { ...own, ...(spendsLater === true && { spendsLater }) }
    const authentication = await engine.authenticate.request(presented)
    if (authentication.window !== null) setRateLimitHeaders(reply, authentication.window)
    request.settle = authentication.settle ?? null
    const { caller, mistake } = readAuthentication(authentication)
    request.identity = { caller, window: authentication.window }
    request.mistake = isActingTwice ? sentTwice() : mistake
    return caller
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What is wrong with the headers: told after everything that comes before 400. */
    mistake: RefusedError | null
  }
}

/** Whoever is known goes on with his mistake; nobody goes on with a refusal. */
function readAuthentication({ caller, refusal, window }: Authentication): {
  readonly caller: Caller
  readonly mistake: RefusedError | null
} {
  const isMistake = refusal !== null && statusOf(refusal.reason) === 400
  if (caller !== null && (refusal === null || isMistake)) {
    return { caller, mistake: refusal === null ? null : new RefusedError(refusal) }
  }
  const retryAfterMs = window !== null && !window.admitted ? { retryAfterMs: window.retryAfterMs } : {}
  throw new RefusedError(refusal ?? { reason: 'invalid_key' }, retryAfterMs)
}

function sentTwice(): RefusedError {
  return refuse('invalid_request', 'Send Mintmark-Organization and Mintmark-User once each.')
}

/** Somebody typed an address: he is shown the page of the router's not-found handler. */
function isLostBrowser(table: RouteTable, { method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true && table.methodsFor(url).length === 0
}

function unrouted(table: RouteTable, request: FastifyRequest, reply: FastifyReply): RefusedError {
  const methods = table.methodsFor(request.url)
  if (methods.length === 0) return refuse('not_found')
  void reply.header('Allow', methods.join(', '))
  return refuse('method_not_allowed', `This path takes ${methods.join(', ')}.`)
}

/** A path that is no route has no policy: whoever has a credential learns 404, nobody else anything. */
function policyOf({ routeOptions, params }: FastifyRequest): Policy {
  return hasEmptyPart(params) ? noPolicy : (routeOptions.config.policy ?? noPolicy)
}

/** To the router `/v1/projects/` is a project without an id. */
function hasEmptyPart(params: unknown): boolean {
  return typeof params === 'object' && params !== null && Object.values(params).includes('')
}

/** The project that the path itself names. */
function pathProject(request: FastifyRequest): string | null {
  const { params } = request
  if (typeof params !== 'object' || params === null || !('projectId' in params)) return null
  return typeof params.projectId === 'string' ? params.projectId : null
}
