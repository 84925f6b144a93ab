import { parseChosenId } from '@mintmark/core'
import type { CallerIn } from './caller.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import { changeProject } from './projects/change-project.ts'
import { createProject, type ProjectInput } from './projects/create-project.ts'
import { deleteProject } from './projects/delete-project.ts'
import {
  projectOf,
  requireOwnProject,
  requireProjectsRead,
  viewProject,
  type ProjectParts,
  type ProjectView,
} from './projects/project-access.ts'
import { notFound } from './refused.ts'
import type { Done, IdempotentRequest } from './unit-of-work.ts'

export type ProjectUseCases = {
  create(caller: CallerIn, input: ProjectInput, idempotency?: IdempotentRequest | null): Promise<Done<ProjectView>>
  get(caller: CallerIn, id: string): Promise<ProjectView>
  list(caller: CallerIn, input: PageInput): Promise<ListPage<ProjectView>>
  change(caller: CallerIn, id: string, input: { readonly name: string }): Promise<ProjectView>
  delete(caller: CallerIn, id: string): Promise<void>
  /** Throws 404 unless the project is there, and within the caller's scope. */
  require(caller: CallerIn, id: string): Promise<void>
}

export function createProjects(parts: ProjectParts): ProjectUseCases {
  return {
    create: (caller, input, idempotency = null) => createProject(parts, caller, input, idempotency),
    change: (caller, id, input) => changeProject(parts, caller, id, input),
    delete: (caller, id) => deleteProject(parts, caller, id),
    async get(caller, id) {
      requireProjectsRead(caller)
      return findProject(parts, caller, id)
    },
    async list(caller, input) {
      requireProjectsRead(caller)
      return listProjects(parts, caller, input)
    },
    async require(caller, id) {
      await findProject(parts, caller, id)
    },
  }
}

async function findProject(parts: ProjectParts, caller: CallerIn, idText: string): Promise<ProjectView> {
  requireOwnProject(caller, idText)
  const { organizationId } = caller
  const id = parseChosenId('prj', idText)
  if (id === null) throw notFound()
  const project = await parts.storage.read(organizationId, (stores) => stores.projects.find(organizationId, id))
  if (project === null) throw notFound()
  return viewProject(project)
}

/** A project-scoped credential's list is its own project. */
async function listProjects(parts: ProjectParts, caller: CallerIn, input: PageInput): Promise<ListPage<ProjectView>> {
  const { organizationId } = caller
  const own = projectOf(caller)
  return parts.storage.read(organizationId, async (stores) => {
    if (own !== null) {
      const project = await stores.projects.find(organizationId, own)
      return { data: project === null ? [] : [viewProject(project)], nextCursor: null }
    }
    return writePage(parts.cursors, JSON.stringify(['projects', organizationId]), input, async (page) =>
      (await stores.projects.list(organizationId, page)).map((project) => ({
        number: project.number,
        view: viewProject(project),
      })),
    )
  })
}
