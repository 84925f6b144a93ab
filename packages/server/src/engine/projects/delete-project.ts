import { parseChosenId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { notFound } from '../refused.ts'
import { requireOwnProject, type ProjectParts } from './project-access.ts'

/** Deletes a project. Its keys are revoked in the same transaction. */
export async function deleteProject(parts: ProjectParts, caller: CallerIn, idText: string): Promise<void> {
  requireOwnProject(caller, idText)
  const { organizationId } = caller
  const id = parseChosenId('prj', idText)
  if (id === null) throw notFound()
  await parts.mutate({
    caller,
    async work({ stores, nowMs, tell }) {
      stores.mustFit()
      requirePermission(await standingNow(parts.rights, stores, caller), 'projects:delete')
      const project = await stores.projects.lock(organizationId, id)
      if (project === null) throw notFound()
      const keys = await stores.keys.lockUnrevoked(organizationId, { projectId: id })
      const atMs = await nowMs()
      for (const key of keys) {
        await stores.keys.revoke(key.number, { atMs, by: caller.actor, reason: 'project_deleted', comment: null })
        const target = { type: 'api_key', id: key.id }
        await tell({ action: 'api_key.revoked', target, projectId: id, changes: { reason: 'project_deleted' } })
      }
      await stores.projects.delete(organizationId, id)
      const changes = { name: project.name, revokedKeys: keys.length }
      await tell({ action: 'project.deleted', target: { type: 'project', id }, projectId: id, changes })
      return { result: null, resourceId: null }
    },
  })
}
