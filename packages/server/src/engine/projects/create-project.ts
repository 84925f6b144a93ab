import { createId, parseChosenId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { parseProjectResource, projectResource } from '../chosen-resource.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import { invalid, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { aboutProject } from '../webhooks/event-data.ts'
import { projectOf, viewProject, type ProjectParts, type ProjectView } from './project-access.ts'

export type ProjectInput = {
  /** Chosen by the caller, else made. */
  readonly id?: string
  readonly name: string
}

export async function createProject(
  parts: ProjectParts,
  caller: CallerIn,
  input: ProjectInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<ProjectView>> {
  if (projectOf(caller) !== null) throw refuse('scope_violation')
  const id = input.id === undefined ? createId('prj', parts.random) : parseChosenId('prj', input.id)
  if (id === null) throw invalid('id', 'An id has 1 to 64 of A-Z a-z 0-9 _ -.')
  requireText('name', input.name, maxNameLength)
  const { organizationId } = caller
  return parts.mutate({
    caller,
    idempotency,
    async replay(stores, resourceId) {
      const parsed = parseProjectResource(resourceId)
      const project = parsed === null ? null : await stores.projects.find(organizationId, parsed)
      return project === null ? null : viewProject(project)
    },
    async work({ stores, nowMs, tell }) {
      requirePermission(await standingNow(parts.rights, stores, caller), 'projects:write')
      const project = { organizationId, id, name: input.name, createdAtMs: await nowMs(), archivedAtMs: null }
      if (!(await stores.projects.insert(project))) {
        throw refuse('conflict', 'There is a project with this id already.')
      }
      const changes = { name: input.name }
      const happening = { action: 'project.created', target: { type: 'project', id }, projectId: id, changes }
      await tell(happening, aboutProject(project))
      return { result: viewProject(project), resourceId: projectResource(organizationId, id) }
    },
  })
}
