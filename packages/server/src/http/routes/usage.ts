import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { inOrganization } from '../../engine/admit.ts'
import type { Engine } from '../../engine/engine.ts'
import { readUsageRequest } from '../../engine/usage/usage-request.ts'
import { addRoute } from '../route.ts'
import { TopKeysQuery, UsageListQuery } from '../schemas/usage.ts'

export function addUsageRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'getUsage',
    method: 'GET',
    path: '/v1/usage',
    tag: 'Usage',
    summary: 'What keys were used for: accepted, and refused by reason',
    description:
      'Of one key, a project, or the whole organization, at most 5 s behind. Buckets are UTC; those in which nothing ' +
      'was asked are left out. A key sees its own environment. Usage is kept for 7 days by minute, 90 days by hour, ' +
      'and as long as configured by day (400 days); a deleted key takes its usage along.',
    query: UsageListQuery,
    answer: { status: 200, schema: Type.Ref('Usage#') },
    handle: async ({ caller, query }) => ({
      value: await engine.readUsage(inOrganization(caller), readUsageRequest(query)),
    }),
  })
  addRoute(app, {
    operation: 'listTopKeys',
    method: 'GET',
    path: '/v1/usage/top-keys',
    tag: 'Usage',
    summary: 'The keys that asked the most, accepted or not',
    description: 'Of the keys that the caller may see: those that he owns where he has not api_keys:read.',
    query: TopKeysQuery,
    answer: { status: 200, schema: Type.Ref('TopKeys#') },
    handle: async ({ caller, query }) => ({
      value: await engine.listTopKeys(inOrganization(caller), readUsageRequest(query)),
    }),
  })
}
