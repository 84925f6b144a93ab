import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { addRoute, answerOf, asOperator } from '../route.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { closed, listOf, Name, nullable, PageQuery } from '../schemas/shapes.ts'

export function addOperatorKeyRoutes(app: FastifyInstance, engine: Engine): void {
  const { operatorKeys } = engine
  addRoute(app, {
    operation: 'createOperatorKey',
    method: 'POST',
    path: '/v1/operator-keys',
    tag: 'Installation',
    summary: 'Mint an operator key',
    body: closed({ name: Name, only: Type.Optional(nullable(Type.Literal('verify'))) }),
    answer: { status: 201, schema: Type.Ref('MintedOperatorKey#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await operatorKeys.create(asOperator(caller), body, idempotency)),
  })
  addRoute(app, {
    operation: 'listOperatorKeys',
    method: 'GET',
    path: '/v1/operator-keys',
    tag: 'Installation',
    summary: 'List operator keys, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('OperatorKey#')) },
    handle: async ({ query }) => ({ value: await operatorKeys.list(query) }),
  })
  addRoute(app, {
    operation: 'revokeOperatorKey',
    method: 'POST',
    path: '/v1/operator-keys/:id/revoke',
    tag: 'Installation',
    summary: 'Revoke an operator key, at once and for good',
    body: closed({}),
    answer: { status: 200, schema: Type.Ref('OperatorKey#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, params, idempotency }) =>
      answerOf(await operatorKeys.revoke(asOperator(caller), params.id, idempotency)),
  })
}
