import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { safetyHeaders } from '../openapi/headers.ts'
import { addPublicRoute } from '../public-route.ts'
import { closed, oneOf } from '../schemas/shapes.ts'

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

const unreadyHeaders = ['X-Request-Id', ...safetyHeaders, 'Retry-After'] as const

/** For load balancers: no credential is read, and nothing about the installation is told but whether it can decide. */
export function addHealthRoutes(app: FastifyInstance, health: Health): void {
  addPublicRoute(app, {
    operation: 'getHealth',
    path: '/healthz',
    summary: 'The process is alive',
    answers: [{ status: 200, description: 'Alive.', schema: closed({ status: Type.Literal('ok') }) }],
    handle: async () => ({ status: 200, value: { status: 'ok' } }),
  })
  addPublicRoute(app, {
    operation: 'getReadiness',
    path: '/readyz',
    summary: 'Verdicts can be given: the authority answers',
    answers: [
      { status: 200, description: 'Ready.', schema: ReadinessShape },
      { status: 503, description: 'Not ready.', schema: ReadinessShape, headers: unreadyHeaders },
    ],
    async handle() {
      const value = await health.check()
      return value.ready ? { status: 200, value } : { status: 503, value, headers: { 'Retry-After': '1' } }
    },
  })
}
