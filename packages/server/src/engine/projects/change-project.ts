import { parseChosenId } from '@mintmark/core'
import { differencesOf, isEmpty } from '../audit.ts'
import type { CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import { notFound } from '../refused.ts'
import { aboutProject } from '../webhooks/event-data.ts'
import { requireOwnProject, viewProject, type ProjectParts, type ProjectView } from './project-access.ts'

export async function changeProject(
  parts: ProjectParts,
  caller: CallerIn,
  idText: string,
  input: { readonly name: string },
): Promise<ProjectView> {
  requireOwnProject(caller, idText)
  requireText('name', input.name, maxNameLength)
  const { organizationId } = caller
  const id = parseChosenId('prj', idText)
  if (id === null) throw notFound()
  const { value } = await parts.mutate({
    caller,
    async work({ stores, tell }) {
      requirePermission(await standingNow(parts.rights, stores, caller), 'projects:write')
      const project = await stores.projects.lock(organizationId, id)
      if (project === null) throw notFound()
      const changes = differencesOf(project, input)
      if (isEmpty(changes)) return { result: viewProject(project), resourceId: null }
      await stores.projects.update(organizationId, id, input)
      const changed = { ...project, ...input }
      const happening = { action: 'project.updated', target: { type: 'project', id }, projectId: id, changes }
      await tell(happening, aboutProject(changed))
      return { result: viewProject(changed), resourceId: null }
    },
  })
  return value
}
