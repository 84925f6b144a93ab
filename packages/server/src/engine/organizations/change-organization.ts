import { differencesOf, isEmpty } from '../audit.ts'
import type { CallerIn, OperatorCaller } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import type { OrganizationChange } from '../ports/organizations.ts'
import { invalid, notFound } from '../refused.ts'
import {
  requireOrganizationId,
  requireTier,
  viewOrganization,
  type OrganizationParts,
  type OrganizationView,
} from './organization-access.ts'

export async function changeOrganization(
  { contract, mutate }: OrganizationParts,
  caller: OperatorCaller,
  id: string,
  change: OrganizationChange,
): Promise<OrganizationView> {
  const organizationId = requireOrganizationId(id)
  if (Object.keys(change).length === 0) throw invalid('', 'Say what to change.')
  if (change.name !== undefined) requireText('name', change.name, maxNameLength)
  if (change.tier !== undefined) requireTier(contract, change.tier)
  const { value } = await mutate({
    caller,
    tenant: organizationId,
    chain: organizationId,
    async work({ stores, tell }) {
      if (change.status === 'suspended') stores.mustFit()
      const before = await stores.organizations.lock(organizationId)
      if (before === null) throw notFound()
      const changes = differencesOf(before, change)
      if (isEmpty(changes)) return { result: viewOrganization(before), resourceId: null }
      await stores.organizations.update(organizationId, change)
      await tell({ action: 'organization.updated', target: { type: 'organization', id }, changes })
      return { result: viewOrganization({ ...before, ...change }), resourceId: null }
    },
  })
  return value
}

/** What its own people may change of it. */
export async function changeOwnOrganization(
  { mutate, rights }: OrganizationParts,
  caller: CallerIn,
  change: { readonly name: string },
): Promise<OrganizationView> {
  const { organizationId: id } = caller
  requireText('name', change.name, maxNameLength)
  const { value } = await mutate({
    caller,
    async work({ stores, tell }) {
      const before = await stores.organizations.lock(id)
      if (before === null) throw notFound()
      requirePermission(await standingNow(rights, stores, caller), 'organization:write')
      const changes = differencesOf(before, change)
      if (isEmpty(changes)) return { result: viewOrganization(before), resourceId: null }
      await stores.organizations.update(id, change)
      await tell({ action: 'organization.updated', target: { type: 'organization', id }, changes })
      return { result: viewOrganization({ ...before, ...change }), resourceId: null }
    },
  })
  return value
}
