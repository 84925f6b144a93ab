import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RefusedError } from '@mintmark/sdk'
import type { FastifyRequest } from 'fastify'
import type { DomainStore, TimeEntry as Stored, TimeEntryStatus } from './domain-store.ts'
import { isOf, type Projects } from './projects.ts'
import { IdPath, listOf, NewTimeEntry, ProjectPath, TimeEntry, TimeEntryChange } from './schemas.ts'

type Parts = { readonly store: DomainStore; readonly projects: Projects }

/** What an approver may do with a time entry, from which status it leads to which. */
const steps = {
  approve: { from: 'submitted', to: 'approved' },
  reject: { from: 'submitted', to: 'rejected' },
  unlock: { from: 'approved', to: 'submitted' },
} as const satisfies Record<string, { readonly from: TimeEntryStatus; readonly to: TimeEntryStatus }>

export const timeEntryRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { store, projects }) => {
  const find = async (request: FastifyRequest, id: string): Promise<Stored> => {
    const timeEntry = store.timeEntry(request.mintmark.organizationId, id)
    if (timeEntry === null) throw new RefusedError('not_found')
    const project = await projects.require(request, timeEntry.projectId)
    if (!isOf(project, timeEntry)) throw new RefusedError('not_found')
    return timeEntry
  }
  const change = ({ mintmark }: FastifyRequest, from: Stored, to: Stored) => {
    const isChanged = store.changeTimeEntry(mintmark.organizationId, from.status, to)
    if (!isChanged) throw new RefusedError('conflict', 'This time entry has changed meanwhile.')
    return shown(to)
  }
  app.get(
    '/projects/:projectId/time-entries',
    { schema: { tags: ['Time entries'], params: ProjectPath, response: { 200: listOf(TimeEntry) } } },
    async (request) => {
      const project = await projects.require(request, request.params.projectId)
      const all = store.timeEntries(request.mintmark.organizationId, project.id)
      return { data: all.filter((timeEntry) => isOf(project, timeEntry)).map(shown) }
    },
  )
  app.post(
    '/projects/:projectId/time-entries',
    { schema: { tags: ['Time entries'], params: ProjectPath, body: NewTimeEntry, response: { 201: TimeEntry } } },
    async (request, reply) => {
      const { minutes, note = '' } = request.body
      const { projectId } = request.params
      await projects.require(request, projectId)
      return reply.code(201).send(shown(store.addTimeEntry(request.mintmark.organizationId, projectId, minutes, note)))
    },
  )
  app.get(
    '/time-entries',
    { schema: { tags: ['Time entries'], response: { 200: listOf(TimeEntry) } } },
    async (request) => {
      const all = await projects.living(request, store.timeEntries(request.mintmark.organizationId, null))
      return { data: all.map(shown) }
    },
  )
  app.patch(
    '/time-entries/:id',
    { schema: { tags: ['Time entries'], params: IdPath, body: TimeEntryChange, response: { 200: TimeEntry } } },
    async (request) => {
      const timeEntry = await find(request, request.params.id)
      if (timeEntry.status === 'approved') throw new RefusedError('conflict', 'This time entry is locked.')
      // Who was rejected has mended it.
      return change(request, timeEntry, { ...timeEntry, ...request.body, status: 'submitted' })
    },
  )
  for (const [name, { from, to }] of Object.entries(steps)) {
    app.post(
      `/time-entries/:id/${name}`,
      { schema: { tags: ['Time entries'], params: IdPath, response: { 200: TimeEntry } } },
      async (request) => {
        const timeEntry = await find(request, request.params.id)
        if (timeEntry.status !== from) throw new RefusedError('conflict', `This time entry is ${timeEntry.status}.`)
        return change(request, timeEntry, { ...timeEntry, status: to })
      },
    )
  }
}

function shown(timeEntry: Stored) {
  return { ...timeEntry, locked: timeEntry.status === 'approved' }
}
