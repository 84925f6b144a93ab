import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Engine } from '../../engine/engine.ts'
import { addRoute } from '../route.ts'

export function addMeRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'getMe',
    method: 'GET',
    path: '/v1/me',
    tag: 'Credentials',
    summary: 'Who the credential is, and what it may do now',
    answer: { status: 200, schema: Type.Ref('Me#') },
    handle: async ({ caller, window }) => ({ value: await engine.me(caller, window) }),
  })
}
