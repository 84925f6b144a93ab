import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DomainStore } from './domain-store.ts'
import { isOf, type Projects } from './projects.ts'
import { Entry, IntegrationLink, listOf, NewEntry, NewIntegrationLink, ProjectPath } from './schemas.ts'

type Parts = { readonly store: DomainStore; readonly projects: Projects }

export const entryRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { store, projects }) => {
  app.get(
    '/projects/:projectId/entries',
    { schema: { tags: ['Entries'], params: ProjectPath, response: { 200: listOf(Entry) } } },
    async (request) => {
      const project = await projects.require(request, request.params.projectId)
      const all = store.entries(request.mintmark.organizationId, project.id)
      return { data: all.filter((entry) => isOf(project, entry)) }
    },
  )
  app.post(
    '/projects/:projectId/entries',
    { schema: { tags: ['Entries'], params: ProjectPath, body: NewEntry, response: { 201: Entry } } },
    async (request, reply) => {
      const { projectId } = request.params
      await projects.require(request, projectId)
      return reply.code(201).send(store.addEntry(request.mintmark.organizationId, projectId, request.body.title))
    },
  )
}

export const integrationLinkRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { store, projects }) => {
  app.get(
    '/integration-links',
    { schema: { tags: ['Integration links'], response: { 200: listOf(IntegrationLink) } } },
    async (request) => {
      const { organizationId, projectId } = request.mintmark
      return { data: await projects.living(request, store.integrationLinks(organizationId, projectId)) }
    },
  )
  app.post(
    '/projects/:projectId/integration-links',
    {
      schema: {
        tags: ['Integration links'],
        params: ProjectPath,
        body: NewIntegrationLink,
        response: { 201: IntegrationLink },
      },
    },
    async (request, reply) => {
      const { projectId } = request.params
      await projects.require(request, projectId)
      return reply
        .code(201)
        .send(store.addIntegrationLink(request.mintmark.organizationId, projectId, request.body.url))
    },
  )
}
