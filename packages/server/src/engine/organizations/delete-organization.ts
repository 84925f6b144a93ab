import type { OperatorCaller } from '../caller.ts'
import { notFound } from '../refused.ts'
import { requireOrganizationId, type OrganizationParts } from './organization-access.ts'

/** Windows forgotten at once: commands on one connection. */
const windowsAtOnce = 500

/** Erases everything of it, its audit chain included. Its keys are unknown at once. */
export async function deleteOrganization(
  { mutate, windows }: OrganizationParts,
  caller: OperatorCaller,
  id: string,
): Promise<void> {
  const organizationId = requireOrganizationId(id)
  const { value: keyIds } = await mutate({
    caller,
    tenant: 'every-organization',
    chain: 'installation',
    async work({ stores, tell }) {
      stores.mustFit()
      if ((await stores.organizations.lockToDelete(organizationId)) === null) throw notFound()
      // Whoever keeps a head of its chain sees that it ended here, and where.
      const changes = { auditHead: await stores.audit.head(organizationId) }
      const keyIds = await stores.keys.listIds(organizationId)
      await stores.organizations.delete(organizationId)
      await tell({ action: 'organization.deleted', target: { type: 'organization', id }, changes })
      return { result: keyIds, resourceId: null }
    },
  })
  for (let start = 0; start < keyIds.length; start += windowsAtOnce) {
    await Promise.all(keyIds.slice(start, start + windowsAtOnce).map(async (id) => windows.forget(id)))
  }
}
