import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { addRoute } from '../route.ts'

export function addContractRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'getContract',
    method: 'GET',
    path: '/v1/contract',
    tag: 'Installation',
    summary: 'The contract in force',
    description: 'What pages and forms for keys are made by: environments, permissions, roles, who may mint what.',
    answer: { status: 200, schema: Type.Ref('Contract#') },
    handle: async () => ({ value: engine.contract }),
  })
}
