import type { IncomingMessage } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import { safetyHeaders, type Contract } from '@mintmark/core'
import type { Engine } from '../engine/engine.ts'
import type { ClientAddress } from './client-address.ts'
import { allowOrigins } from './cross-origin.ts'
import { wrapSuccesses } from './envelope.ts'
import { answerErrors } from './error-handler.ts'
import { maxBodyBytes } from './exchange.ts'
import { identify } from './identify.ts'
import { readJsonBodies } from './json-body.ts'
import { laneOperations } from './lane-operations.ts'
import type { Log } from './log.ts'
import type { MetricsSources } from './metrics/write-metrics.ts'
import type { DescribedOperation } from './openapi/described-operation.ts'
import type { Dashboard } from './pages/dashboard.ts'
import { decodable, maxHeaderBytes } from './request-target.ts'
import { requirePolicies } from './require-policies.ts'
import { RouteTable } from './route-table.ts'
import { addRoutes } from './routes/all.ts'
import type { AnswerGraphql } from './routes/graphql.ts'
import type { Health } from './routes/health.ts'
import { setSerializers } from './serializers.ts'
import { transportSecurity } from './transport-security.ts'
import { setValidators } from './validators.ts'

export type AppOptions = {
  readonly engine: Engine
  readonly contract: Contract
  readonly clientAddress: ClientAddress
  readonly createRequestId: () => string
  readonly health: Health
  readonly metrics: MetricsSources
  readonly log: Log
  readonly version: string
  readonly publicUrl: string
  readonly graphql: AnswerGraphql
  /** Null: it was not built. */
  readonly dashboard: Dashboard | null
  /** Of the dashboard's content security policy: new for each answer. */
  readonly createNonce: () => string
  /** Whose pages may call `/v1/*`. */
  readonly allowedOrigins: readonly string[]
  /** Told of each request's route; null: none. */
  readonly onRoute?: (request: IncomingMessage, route: string | null) => void
}

/** The HTTP interface but for the verify lane. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { engine, contract, clientAddress, createRequestId, log } = options
  const app = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    genReqId: () => createRequestId(),
    requestIdHeader: false,
    return503OnClosing: false,
    // An id's length is judged where it is parsed: what is too long is not found, like anything else that is no id.
    routerOptions: { maxParamLength: maxHeaderBytes },
    rewriteUrl: (request) => decodable(request.url ?? '/'),
  })
  const table = new RouteTable()
  app.decorateRequest('identity', null)
  app.decorateRequest('bodyText', '')
  const operations: DescribedOperation[] = [...laneOperations]
  for (const { method, path } of laneOperations) table.add(method, path)
  requirePolicies(app)
  app.addHook('onRoute', (route) => {
    table.add(route.method, route.url)
    const described = route.config?.described
    // A GET's HEAD comes with the same description.
    if (described !== undefined && described.method === route.method) operations.push(described)
  })
  setValidators(app)
  setSerializers(app)
  readJsonBodies(app)
  answerErrors(app, options)
  const everyAnswer = [...safetyHeaders, ...transportSecurity(options.publicUrl)]
  app.addHook('onRequest', async (request, reply) => {
    options.onRoute?.(request.raw, request.routeOptions.url ?? null)
    void reply.header('X-Request-Id', request.id)
    for (let index = 0; index < everyAnswer.length; index += 2) {
      void reply.header(everyAnswer[index] ?? '', everyAnswer[index + 1])
    }
  })
  allowOrigins(app, options.allowedOrigins)
  identify(app, { engine, contract, clientAddress, table, hasPages: options.dashboard !== null })
  wrapSuccesses(app, contract)
  app.addHook('onResponse', async (request, reply) => {
    log.request(request.id, request.method, request.routeOptions.url ?? null, reply.statusCode, reply.elapsedTime)
  })
  addRoutes(app, options, operations)
  await app.ready()
  return app
}
