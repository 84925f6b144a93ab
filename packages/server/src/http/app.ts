import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { createCatalogue, type Contract, type CredentialHeader } from '@mintmark/core'
import { admit } from '../engine/admit.ts'
import type { Engine } from '../engine/engine.ts'
import { noPolicy, type Policy } from '../engine/policy.ts'
import { refuse, RefusedError } from '../engine/refused.ts'
import type { ClientAddress } from './client-address.ts'
import { readHeaders } from './credential.ts'
import { answerErrors } from './error-handler.ts'
import { maxBodyBytes } from './exchange.ts'
import { readJsonBodies } from './json-body.ts'
import type { Log } from './log.ts'
import { laneOperations } from './lane-operations.ts'
import type { DescribedOperation } from './openapi/described-operation.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'
import { callOf } from './route.ts'
import { RouteTable } from './route-table.ts'
import { addRoutes } from './routes/all.ts'
import { decodable, maxUrlLength } from './request-target.ts'
import type { Health } from './routes/health.ts'
import { setValidators } from './validators.ts'

export type AppOptions = {
  readonly engine: Engine
  readonly contract: Contract
  readonly clientAddress: ClientAddress
  readonly createRequestId: () => string
  readonly health: Health
  readonly log: Log
  readonly version: string
  readonly publicUrl: string
}

/** Mintmark's own interface takes a credential in either header, whatever the contract asks of the company's own. */
const ownHeaders: readonly CredentialHeader[] = ['authorization', 'x-api-key']

/** The HTTP interface but for the verify lane. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { createRequestId, log } = options
  const app = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    genReqId: () => createRequestId(),
    requestIdHeader: false,
    return503OnClosing: false,
    // An id's length is judged where it is parsed: what is too long is not found, like anything else that is no id.
    routerOptions: { maxParamLength: maxUrlLength },
    rewriteUrl: (request) => decodable(request.url ?? '/'),
  })
  const table = new RouteTable()
  app.decorateRequest('identity', null)
  app.decorateRequest('bodyText', '')
  const operations: DescribedOperation[] = [...laneOperations]
  for (const { method, path } of laneOperations) table.add(method, path)
  app.addHook('onRoute', (route) => {
    table.add(route.method, route.url)
    const described = route.config?.described
    // A GET's HEAD comes with the same description.
    if (described !== undefined && described.method === route.method) operations.push(described)
  })
  setValidators(app)
  readJsonBodies(app)
  answerErrors(app, options)
  identify(app, options)
  app.addHook('onResponse', async (request, reply) => {
    log.request(request.id, request.method, request.routeOptions.url ?? null, reply.statusCode, reply.elapsedTime)
  })
  app.setNotFoundHandler(async (request, reply) => {
    const methods = table.methodsFor(request.url)
    if (methods.length === 0) throw refuse('not_found')
    void reply.header('Allow', methods.join(', '))
    throw refuse('method_not_allowed', `This path takes ${methods.join(', ')}.`)
  })
  addRoutes(app, options, operations)
  await app.ready()
  return app
}

/** Before anything else of a request: who is it, may he, and what is left of his window. */
function identify(app: FastifyInstance, options: AppOptions): void {
  const { engine, contract, clientAddress } = options
  const neverByKey = createCatalogue(contract).expand(contract.neverByKey)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'X-Request-Id': request.id,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    })
    const policy = policyOf(request)
    if (policy.who === 'public') return
    const headers = readHeaders(request.raw.rawHeaders, ownHeaders)
    if (headers.isAmbiguous) throw refuse('ambiguous_credentials')
    if (headers.isActingTwice) {
      throw refuse('invalid_request', 'Send Mintmark-Organization and Mintmark-User once each.')
    }
    // Outside of /v1 there is nothing that a path could tell.
    if (headers.credential === null && policy === noPolicy && !request.url.startsWith('/v1/')) return
    const origin = {
      requestId: request.id,
      ip: clientAddress(request.socket.remoteAddress, headers.forwardedFor),
    }
    const { credential, organizationId, userId } = headers
    const { caller, refusal, window } = await engine.authenticate.request({
      credential,
      organizationId,
      userId,
      origin,
    })
    if (window !== null) setRateLimitHeaders(reply, window)
    if (refusal !== null || caller === null) {
      const retryAfterMs = window !== null && !window.admitted ? { retryAfterMs: window.retryAfterMs } : {}
      throw new RefusedError(refusal ?? { reason: 'invalid_key' }, retryAfterMs)
    }
    request.identity = { caller, window }
    const { keysManageKeys } = contract.minting
    admit(caller, policy, { projectId: pathProject(request), neverByKey, keysManageKeys })
    await request.routeOptions.config.find?.(callOf(request) as never)
  })
}

function setRateLimitHeaders(
  reply: { header(name: string, value: string): unknown },
  window: Parameters<typeof rateLimitHeaders>[0],
): void {
  const headers = rateLimitHeaders(window)
  for (let index = 0; index < headers.length; index += 2) reply.header(headers[index] ?? '', headers[index + 1] ?? '')
}

/** A path that is no route has no policy: whoever has a credential learns 404, nobody else anything. */
function policyOf(request: FastifyRequest): Policy {
  return request.routeOptions.config.policy ?? noPolicy
}

/** The project that the path itself names. */
function pathProject(request: FastifyRequest): string | null {
  const { params } = request
  if (typeof params !== 'object' || params === null || !('projectId' in params)) return null
  return typeof params.projectId === 'string' ? params.projectId : null
}
