import type { CallerIn, OperatorCaller } from './caller.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import { changeOrganization, changeOwnOrganization } from './organizations/change-organization.ts'
import { createOrganization, type OrganizationInput } from './organizations/create-organization.ts'
import { deleteOrganization } from './organizations/delete-organization.ts'
import {
  findOrganization,
  viewOrganization,
  type OrganizationParts,
  type OrganizationView,
} from './organizations/organization-access.ts'
import type { OrganizationChange } from './ports/organizations.ts'
import { notFound } from './refused.ts'
import type { Done, IdempotentRequest } from './unit-of-work.ts'

export type OrganizationUseCases = {
  create(
    caller: OperatorCaller,
    input: OrganizationInput,
    idempotency: IdempotentRequest | null,
  ): Promise<Done<OrganizationView>>
  get(id: string): Promise<OrganizationView>
  list(input: PageInput): Promise<ListPage<OrganizationView>>
  change(caller: OperatorCaller, id: string, change: OrganizationChange): Promise<OrganizationView>
  delete(caller: OperatorCaller, id: string): Promise<void>
  /** The caller's own. */
  getOwn(caller: CallerIn): Promise<OrganizationView>
  changeOwn(caller: CallerIn, change: { readonly name: string }): Promise<OrganizationView>
}

export function createOrganizations(parts: OrganizationParts): OrganizationUseCases {
  return {
    create: (caller, input, idempotency) => createOrganization(parts, caller, input, idempotency),
    change: (caller, id, change) => changeOrganization(parts, caller, id, change),
    delete: (caller, id) => deleteOrganization(parts, caller, id),
    get: (id) => getOrganization(parts, id),
    list: (input) => listOrganizations(parts, input),
    getOwn: (caller) => getOwnOrganization(parts, caller),
    changeOwn: (caller, change) => changeOwnOrganization(parts, caller, change),
  }
}

async function getOrganization({ storage }: OrganizationParts, id: string): Promise<OrganizationView> {
  const organization = await storage.read('every-organization', (stores) => findOrganization(stores, id))
  if (organization === null) throw notFound()
  return viewOrganization(organization)
}

async function getOwnOrganization(
  { storage }: OrganizationParts,
  { organizationId }: CallerIn,
): Promise<OrganizationView> {
  const organization = await storage.read(organizationId, (stores) => stores.organizations.find(organizationId))
  if (organization === null) throw notFound()
  return viewOrganization(organization)
}

function listOrganizations(
  { storage, cursors }: OrganizationParts,
  input: PageInput,
): Promise<ListPage<OrganizationView>> {
  return storage.read('every-organization', (stores) =>
    writePage(cursors, 'organizations', input, async (page) =>
      (await stores.organizations.list(page)).map((organization) => ({
        number: organization.number,
        view: viewOrganization(organization),
      })),
    ),
  )
}
