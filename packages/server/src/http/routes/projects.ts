import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { inOrganization } from '../../engine/admit.ts'
import type { Engine } from '../../engine/engine.ts'
import { addRoute, answerOf } from '../route.ts'
import { idempotencyReasons } from '../schemas/errors.ts'
import { closed, Id, listOf, Name, PageQuery } from '../schemas/shapes.ts'

export function addProjectRoutes(app: FastifyInstance, engine: Engine): void {
  addRoute(app, {
    operation: 'listProjects',
    method: 'GET',
    path: '/v1/projects',
    tag: 'Projects',
    summary: 'List projects, newest first',
    query: closed(PageQuery),
    answer: { status: 200, schema: listOf(Type.Ref('Project#')) },
    handle: async ({ caller, query }) => ({ value: await engine.projects.list(inOrganization(caller), query) }),
  })
  addRoute(app, {
    operation: 'createProject',
    method: 'POST',
    path: '/v1/projects',
    tag: 'Projects',
    summary: 'Create a project',
    body: closed({ id: Type.Optional(Id), name: Name }),
    answer: { status: 201, schema: Type.Ref('Project#') },
    reasons: idempotencyReasons,
    handle: async ({ caller, body, idempotency }) =>
      answerOf(await engine.projects.create(inOrganization(caller), body, idempotency)),
  })
  addRoute(app, {
    operation: 'getProject',
    method: 'GET',
    path: '/v1/projects/:projectId',
    tag: 'Projects',
    summary: 'One project',
    answer: { status: 200, schema: Type.Ref('Project#') },
    handle: async ({ caller, params }) => ({
      value: await engine.projects.get(inOrganization(caller), params.projectId),
    }),
  })
  addRoute(app, {
    operation: 'updateProject',
    method: 'PATCH',
    path: '/v1/projects/:projectId',
    tag: 'Projects',
    summary: 'Rename a project',
    body: closed({ name: Name }),
    answer: { status: 200, schema: Type.Ref('Project#') },
    find: ({ caller, params }) => engine.projects.require(inOrganization(caller), params.projectId),
    handle: async ({ caller, params, body }) => ({
      value: await engine.projects.change(inOrganization(caller), params.projectId, body),
    }),
  })
  addRoute(app, {
    operation: 'deleteProject',
    method: 'DELETE',
    path: '/v1/projects/:projectId',
    tag: 'Projects',
    summary: 'Delete a project and revoke its keys',
    description: 'A key deletes no project that has keys of another environment than its own.',
    answer: { status: 204 },
    async handle({ caller, params }) {
      await engine.projects.delete(inOrganization(caller), params.projectId)
      return null
    },
  })
}
