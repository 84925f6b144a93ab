import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { inOrganization } from '../../engine/admit.ts'
import type { Engine } from '../../engine/engine.ts'
import { addRoute, answerOf } from '../route.ts'
import { RotateBody } from '../schemas/api-keys.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { closed, listOf, PageQuery } from '../schemas/shapes.ts'
import { WebhookBody, WebhookChangeBody } from '../schemas/webhooks.ts'

const tag = 'Webhooks'

export function addWebhookRoutes(app: FastifyInstance, engine: Engine): void {
  addCollectionRoutes(app, engine)
  addWebhookItemRoutes(app, engine)
  addDeliveryRoutes(app, engine)
}

function addCollectionRoutes(app: FastifyInstance, { webhooks }: Engine): void {
  addRoute(app, {
    operation: 'listWebhooks',
    method: 'GET',
    path: '/v1/webhooks',
    tag,
    summary: 'List webhooks, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Webhook#')) },
    handle: async ({ caller, query }) => ({ value: await webhooks.list(inOrganization(caller), query) }),
  })
  addRoute(app, {
    operation: 'createWebhook',
    method: 'POST',
    path: '/v1/webhooks',
    tag,
    summary: 'Have events sent to an address',
    description:
      'Each event is one POST as Standard Webhooks 1.0 describes it: `{"type","timestamp","data"}`, signed with the secret in this answer. What nobody answers with 2xx is sent again, under the same `webhook-id`, for three days. One that a key makes, or gives another address or other events, hears of the keys of that key’s environment alone.',
    body: WebhookBody,
    answer: { status: 201, schema: Type.Ref('WebhookWithSecret#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await webhooks.create(inOrganization(caller), body, idempotency)),
  })
}

function addWebhookItemRoutes(app: FastifyInstance, { webhooks }: Engine): void {
  addRoute(app, {
    operation: 'getWebhook',
    method: 'GET',
    path: '/v1/webhooks/:id',
    tag,
    summary: 'One webhook',
    answer: { status: 200, schema: Type.Ref('Webhook#') },
    handle: async ({ caller, params }) => ({ value: await webhooks.get(inOrganization(caller), params.id) }),
  })
  addRoute(app, {
    operation: 'updateWebhook',
    method: 'PATCH',
    path: '/v1/webhooks/:id',
    tag,
    summary: 'Change a webhook, switch it off or on',
    description: 'What was on its way when it was switched off waits; what happens meanwhile is not sent to it.',
    body: WebhookChangeBody,
    answer: { status: 200, schema: Type.Ref('Webhook#') },
    find: ({ caller, params }) => webhooks.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, body }) => ({
      value: await webhooks.change(inOrganization(caller), params.id, body),
    }),
  })
  addRoute(app, {
    operation: 'deleteWebhook',
    method: 'DELETE',
    path: '/v1/webhooks/:id',
    tag,
    summary: 'Delete a webhook and its deliveries',
    answer: { status: 204 },
    async handle({ caller, params }) {
      await webhooks.delete(inOrganization(caller), params.id)
      return null
    },
  })
  addRoute(app, {
    operation: 'rotateWebhookSecret',
    method: 'POST',
    path: '/v1/webhooks/:id/rotate-secret',
    tag,
    summary: 'Give a webhook a new secret; until the overlap ends, both sign',
    body: RotateBody,
    answer: { status: 201, schema: Type.Ref('WebhookWithSecret#') },
    reasons: idempotencyReasons,
    find: ({ caller, params }) => webhooks.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, body, idempotency }) =>
      answerOf(await webhooks.rotateSecret(inOrganization(caller), params.id, body ?? {}, idempotency)),
  })
}

function addDeliveryRoutes(app: FastifyInstance, { webhooks }: Engine): void {
  addRoute(app, {
    operation: 'testWebhook',
    method: 'POST',
    path: '/v1/webhooks/:id/test',
    tag,
    summary: 'Send a webhook.test event',
    answer: { status: 201, schema: Type.Ref('Delivery#') },
    reasons: idempotencyReasons,
    find: ({ caller, params }) => webhooks.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, idempotency }) =>
      answerOf(await webhooks.test(inOrganization(caller), params.id, idempotency)),
  })
  addRoute(app, {
    operation: 'listDeliveries',
    method: 'GET',
    path: '/v1/webhooks/:id/deliveries',
    tag,
    summary: 'What was sent to a webhook, newest first, and what became of it',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Delivery#')) },
    find: ({ caller, params }) => webhooks.require(inOrganization(caller), params.id),
    handle: async ({ caller, params, query }) => ({
      value: await webhooks.listDeliveries(inOrganization(caller), params.id, query),
    }),
  })
  addRoute(app, {
    operation: 'resendDelivery',
    method: 'POST',
    path: '/v1/webhooks/:id/deliveries/:deliveryId/resend',
    tag,
    summary: 'Send an event once more, under the same id',
    answer: { status: 201, schema: Type.Ref('Delivery#') },
    reasons: idempotencyReasons,
    find: ({ caller, params }) => webhooks.require(inOrganization(caller), params.id, params.deliveryId),
    handle: async ({ caller, params, idempotency }) =>
      answerOf(await webhooks.resend(inOrganization(caller), params.id, params.deliveryId, idempotency)),
  })
}
