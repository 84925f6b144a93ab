import { createId, parseChosenId, type ProjectId } from '@mintmark/core'
import type { CallerIn } from './caller.ts'
import type { Cursors } from './cursor.ts'
import { missingPermission, requirePermission, standingNow } from './grants.ts'
import type { Rights } from './holder.ts'
import { maxNameLength, requireText } from './keys/key-policy.ts'
import { isoTime, isoTimeOrNull } from './keys/key-view.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import type { Random } from './ports/clock.ts'
import type { Project } from './ports/projects.ts'
import type { Storage } from './ports/storage.ts'
import { invalid, notFound, refuse } from './refused.ts'
import type { Done, IdempotentRequest, Mutate } from './unit-of-work.ts'

export type ProjectView = {
  readonly id: ProjectId
  readonly name: string
  readonly createdAt: string
  readonly archivedAt: string | null
}

export type ProjectUseCases = {
  create(
    caller: CallerIn,
    input: { readonly id?: string; readonly name: string },
    idempotency: IdempotentRequest | null,
  ): Promise<Done<ProjectView>>
  get(caller: CallerIn, id: string): Promise<ProjectView>
  list(caller: CallerIn, input: PageInput): Promise<ListPage<ProjectView>>
}

type Parts = {
  readonly rights: Rights
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly cursors: Cursors
}

export function createProjects(parts: Parts): ProjectUseCases {
  const { storage, mutate, random, cursors } = parts

  async function create(
    caller: CallerIn,
    input: { readonly id?: string; readonly name: string },
    idempotency: IdempotentRequest | null,
  ): Promise<Done<ProjectView>> {
    if (projectOf(caller) !== null) throw refuse('scope_violation')
    const id = input.id === undefined ? createId('prj', random) : parseChosenId('prj', input.id)
    if (id === null) throw invalid('id', 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
    requireText('name', input.name, maxNameLength)
    const { organizationId } = caller
    return mutate({
      caller,
      idempotency,
      async replay(stores, resourceId) {
        const parsed = parseChosenId('prj', resourceId)
        const project = parsed === null ? null : await stores.projects.find(organizationId, parsed)
        return project === null ? null : viewProject(project)
      },
      async work({ stores, nowMs, tell }) {
        requirePermission(await standingNow(parts.rights, stores, caller), 'projects:write')
        const project = { organizationId, id, name: input.name, createdAtMs: await nowMs(), archivedAtMs: null }
        if (!(await stores.projects.insert(project))) {
          throw refuse('conflict', 'There is a project with this id already.')
        }
        await tell({
          action: 'project.created',
          target: { type: 'project', id },
          projectId: id,
          changes: { name: input.name },
        })
        return { result: viewProject(project), resourceId: id }
      },
    })
  }

  async function get(caller: CallerIn, id: string): Promise<ProjectView> {
    requireOwnProject(caller, id)
    const parsed = parseChosenId('prj', id)
    const project =
      parsed === null
        ? null
        : await storage.read(caller.organizationId, (stores) => stores.projects.find(caller.organizationId, parsed))
    if (project === null) throw notFound()
    return viewProject(project)
  }

  async function list(caller: CallerIn, input: PageInput): Promise<ListPage<ProjectView>> {
    const { organizationId } = caller
    const own = projectOf(caller)
    return storage.read(organizationId, async (stores) => {
      if (own !== null) {
        const project = await stores.projects.find(organizationId, own)
        return { data: project === null ? [] : [viewProject(project)], nextCursor: null }
      }
      return writePage(cursors, JSON.stringify(['projects', organizationId]), input, async (page) =>
        (await stores.projects.list(organizationId, page)).map((project) => ({
          number: project.number,
          view: viewProject(project),
        })),
      )
    })
  }

  return {
    create,
    async get(caller, id) {
      requireRead(caller)
      return get(caller, id)
    },
    async list(caller, input) {
      requireRead(caller)
      return list(caller, input)
    },
  }
}

/** A foreign project in the path is a scope violation, whether or not it exists: nothing is looked up. */
function requireOwnProject(caller: CallerIn, id: string): void {
  const own = projectOf(caller)
  if (own !== null && own !== id) throw refuse('scope_violation')
}

function requireRead(caller: CallerIn): void {
  if (caller.kind !== 'operator' && !caller.subject.effective.has('projects:read')) {
    throw missingPermission('projects:read')
  }
}

function projectOf(caller: CallerIn): ProjectId | null {
  return caller.kind === 'operator' ? null : caller.subject.projectId
}

function viewProject(project: Omit<Project, 'number'>): ProjectView {
  const { id, name, createdAtMs, archivedAtMs } = project
  return { id, name, createdAt: isoTime(createdAtMs), archivedAt: isoTimeOrNull(archivedAtMs) }
}
