import { parseChosenId } from '@mintmark/core'
import { differencesOf } from '../audit.ts'
import type { CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import { notFound } from '../refused.ts'
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
      await stores.projects.update(organizationId, id, input)
      const changes = differencesOf(project, input)
      await tell({ action: 'project.updated', target: { type: 'project', id }, projectId: id, changes })
      return { result: viewProject({ ...project, ...input }), resourceId: null }
    },
  })
  return value
}
