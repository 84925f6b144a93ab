import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { addRoute } from '../route.ts'
import { closed, Id, oneOf } from '../schemas/shapes.ts'

const Found = closed({
  type: oneOf(['key', 'project', 'user', 'organization']),
  id: Type.String(),
  organizationId: Id,
  label: Type.String(),
  detail: Type.String(),
})

export function addSearchRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'search',
    method: 'GET',
    path: '/v1/search',
    tag: 'Search',
    summary: 'Find keys, projects and users by name, shown prefix, address or id',
    description:
      'Each type only with its read permission, filtered as its list is; 20 of each at most. For an operator outside any organization: keys of all of them by exactly what is shown, and organizations by id.',
    query: closed({ q: Type.String({ minLength: 1, maxLength: 100 }) }),
    answer: { status: 200, schema: closed({ data: Type.Array(Found) }) },
    handle: async ({ caller, query }) => ({ value: await engine.search(caller, query.q) }),
  })
}
