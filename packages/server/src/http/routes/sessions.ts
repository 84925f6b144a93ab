import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { addRoute, answerOf, asMember, asOperator } from '../route.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { closed, Id } from '../schemas/shapes.ts'

export function addSessionRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'createSession',
    method: 'POST',
    path: '/v1/sessions',
    tag: 'Sessions',
    summary: 'Mint a session token for a member',
    body: closed({
      organizationId: Id,
      userId: Id,
      ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400, default: 3600 })),
    }),
    answer: { status: 201, schema: Type.Ref('Session#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await engine.sessions.create(asOperator(caller), body, idempotency)),
  })
  addRoute(app, {
    operation: 'endCurrentSession',
    method: 'DELETE',
    path: '/v1/sessions/current',
    tag: 'Sessions',
    summary: 'End the session that calls',
    answer: { status: 204 },
    async handle({ caller }) {
      await engine.sessions.end(asMember(caller))
      return null
    },
  })
}
