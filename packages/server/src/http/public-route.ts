import type { FastifyInstance } from 'fastify'
import type { Reason } from '@mintmark/core'
import { policies, type Operation } from '../engine/policy.ts'
import type { DescribedAnswer } from './openapi/described-operation.ts'

export type PublicRoute = {
  readonly operation: Operation
  readonly path: string
  readonly summary: string
  readonly answers: readonly DescribedAnswer[]
  /** Reasons besides those that any request may meet. */
  readonly reasons?: readonly Reason[]
  readonly handle: (params: Readonly<Record<string, string>>) => Promise<PublicAnswer>
}

export type PublicAnswer = {
  readonly status: number
  readonly value: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Registers a GET that reads no credential. */
export function addPublicRoute(app: FastifyInstance, route: PublicRoute): void {
  const { operation, path, summary, answers, reasons = [] } = route
  const policy = policies[operation]
  if (policy.who !== 'public') throw new Error(`${operation} is not public.`)
  app.route({
    method: 'GET',
    url: path,
    config: {
      policy,
      described: {
        operationId: operation,
        method: 'GET',
        path,
        tag: 'Installation',
        summary,
        policy,
        answers,
        reasons,
        readsBody: true,
      },
    },
    schema: {
      operationId: operation,
      response: Object.fromEntries(answers.map(({ status, schema }) => [status, schema])),
    },
    async handler({ params }, reply) {
      const { status, value, headers = {} } = await route.handle(params as Readonly<Record<string, string>>)
      return reply.code(status).headers(headers).send(value)
    },
  })
}
