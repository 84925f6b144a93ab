import { parseChosenId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { projectResource } from '../chosen-resource.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { requireOwnEnvironment } from '../keys/key-access.ts'
import { notFound } from '../refused.ts'
import { aboutKey, aboutProject } from '../webhooks/event-data.ts'
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
      requireOwnEnvironment(caller, keys)
      const atMs = await nowMs()
      for (const key of keys) {
        const revocation = { atMs, by: caller.actor, reason: 'project_deleted', comment: null } as const
        await stores.keys.revoke(key.number, revocation)
        const target = { type: 'api_key', id: key.id }
        const happening = { action: 'api_key.revoked', target, projectId: id, changes: { reason: 'project_deleted' } }
        await tell(happening, aboutKey({ ...key, revocation }, atMs))
      }
      await stores.idempotency.erase(projectResource(organizationId, id))
      await stores.projects.delete(organizationId, id)
      const changes = { name: project.name, revokedKeys: keys.length }
      const happening = { action: 'project.deleted', target: { type: 'project', id }, projectId: id, changes }
      await tell(happening, aboutProject(project))
      return { result: null, resourceId: null }
    },
  })
}
