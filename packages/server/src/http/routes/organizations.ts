import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { inOrganization } from '../../engine/admit.ts'
import type { Engine } from '../../engine/engine.ts'
import { addRoute, answerOf, asOperator } from '../route.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { closed, Id, listOf, Name, nullable, oneOf, PageQuery, RateLimitShape } from '../schemas/shapes.ts'

const Tier = Type.String({ minLength: 1, maxLength: 100 })

export function addOrganizationRoutes(app: FastifyInstance, engine: Engine): void {
  const { organizations } = engine
  addRoute(app, {
    operation: 'createOrganization',
    method: 'POST',
    path: '/v1/organizations',
    tag: 'Organizations',
    summary: 'Create an organization',
    body: closed({
      id: Type.Optional(Id),
      name: Name,
      tier: Type.Optional(Tier),
      rateLimit: Type.Optional(nullable(RateLimitShape)),
    }),
    answer: { status: 201, schema: Type.Ref('Organization#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await organizations.create(asOperator(caller), body, idempotency)),
  })
  addRoute(app, {
    operation: 'listOrganizations',
    method: 'GET',
    path: '/v1/organizations',
    tag: 'Organizations',
    summary: 'List organizations, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Organization#')) },
    handle: async ({ query }) => ({ value: await organizations.list(query) }),
  })
  addRoute(app, {
    operation: 'getOrganization',
    method: 'GET',
    path: '/v1/organizations/:id',
    tag: 'Organizations',
    summary: 'One organization',
    answer: { status: 200, schema: Type.Ref('Organization#') },
    handle: async ({ params }) => ({ value: await organizations.get(params.id) }),
  })
  addChangeRoutes(app, engine)
  addOwnRoutes(app, engine)
}

function addChangeRoutes(app: FastifyInstance, engine: Engine): void {
  const { organizations } = engine
  addRoute(app, {
    operation: 'updateOrganization',
    method: 'PATCH',
    path: '/v1/organizations/:id',
    tag: 'Organizations',
    summary: 'Rename, move to a tier, suspend or resume, set its own limit',
    body: closed({
      name: Type.Optional(Name),
      tier: Type.Optional(Tier),
      status: Type.Optional(oneOf(['active', 'suspended'])),
      rateLimit: Type.Optional(nullable(RateLimitShape)),
    }),
    answer: { status: 200, schema: Type.Ref('Organization#') },
    find: ({ params }) => organizations.get(params.id),
    handle: async ({ caller, params, body }) => ({
      value: await organizations.change(asOperator(caller), params.id, body),
    }),
  })
  addRoute(app, {
    operation: 'deleteOrganization',
    method: 'DELETE',
    path: '/v1/organizations/:id',
    tag: 'Organizations',
    summary: 'Erase an organization and everything of it',
    answer: { status: 204 },
    find: ({ params }) => organizations.get(params.id),
    async handle({ caller, params }) {
      await organizations.delete(asOperator(caller), params.id)
      return null
    },
  })
}

/** The caller's own organization, for its people. */
function addOwnRoutes(app: FastifyInstance, engine: Engine): void {
  const { organizations } = engine
  addRoute(app, {
    operation: 'getOwnOrganization',
    method: 'GET',
    path: '/v1/organization',
    tag: 'Organizations',
    summary: 'The organization of the caller',
    answer: { status: 200, schema: Type.Ref('Organization#') },
    handle: async ({ caller }) => ({ value: await organizations.getOwn(inOrganization(caller)) }),
  })
  addRoute(app, {
    operation: 'updateOwnOrganization',
    method: 'PATCH',
    path: '/v1/organization',
    tag: 'Organizations',
    summary: 'Rename the organization of the caller',
    body: closed({ name: Name }),
    answer: { status: 200, schema: Type.Ref('Organization#') },
    handle: async ({ caller, body }) => ({ value: await organizations.changeOwn(inOrganization(caller), body) }),
  })
}
