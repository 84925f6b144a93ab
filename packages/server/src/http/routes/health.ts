import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { closed, oneOf } from '../schemas/shapes.ts'
import { policies } from '../../engine/policy.ts'

export type Readiness = {
  readonly ready: boolean
  readonly dependencies: readonly {
    readonly name: string
    readonly status: 'ok' | 'degraded' | 'unavailable'
    readonly detail: string | null
  }[]
  /** What holds, but not as strictly as it could. */
  readonly warnings: readonly string[]
}

/** Asks the authority itself, with a bounded wait. */
export type Health = { check(): Promise<Readiness> }

const ReadinessShape = closed({
  ready: Type.Boolean(),
  dependencies: Type.Array(
    closed({
      name: Type.String(),
      status: oneOf(['ok', 'degraded', 'unavailable']),
      detail: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  warnings: Type.Array(Type.String()),
})

/** For load balancers: no credential is read, and nothing about the installation is told but whether it can decide. */
export function addHealthRoutes(app: FastifyInstance, health: Health): void {
  app.get(
    '/healthz',
    {
      config: { policy: policies.getHealth },
      schema: {
        operationId: 'getHealth',
        summary: 'The process is alive',
        tags: ['Installation'],
        response: { 200: closed({ status: Type.Literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' }),
  )
  app.get(
    '/readyz',
    {
      config: { policy: policies.getReadiness },
      schema: {
        operationId: 'getReadiness',
        summary: 'Verdicts can be given: the authority answers',
        tags: ['Installation'],
        response: { 200: ReadinessShape, 503: ReadinessShape },
      },
    },
    async (_request, reply) => {
      const readiness = await health.check()
      if (!readiness.ready) void reply.header('Retry-After', '1')
      return reply.code(readiness.ready ? 200 : 503).send(readiness)
    },
  )
}
