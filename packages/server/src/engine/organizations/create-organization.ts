import { createId, parseChosenId } from '@mintmark/core'
import type { OperatorCaller } from '../caller.ts'
import { maxNameLength, requireText } from '../keys/key-policy.ts'
import type { RateLimit } from '../ports/organizations.ts'
import { invalid, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import {
  findOrganization,
  requireTier,
  viewOrganization,
  type OrganizationParts,
  type OrganizationView,
} from './organization-access.ts'

export type OrganizationInput = {
  /** Chosen by the operator, else made. */
  readonly id?: string
  readonly name: string
  readonly tier?: string
  readonly rateLimit?: RateLimit | null
}

/** The installation's own audit chain, and the tenant that stands for all of them: no organization may be called so. */
const reservedIds: readonly string[] = ['installation', 'every-organization']

export async function createOrganization(
  { contract, mutate, random }: OrganizationParts,
  caller: OperatorCaller,
  input: OrganizationInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<OrganizationView>> {
  const id = input.id === undefined ? createId('org', random) : parseChosenId('org', input.id)
  if (id === null || reservedIds.includes(id)) {
    throw invalid('id', `An id has 1 to 64 of A-Z a-z 0-9 _ - and is none of ${reservedIds.join(', ')}.`)
  }
  requireText('name', input.name, maxNameLength)
  const tier = input.tier ?? contract.defaultTier
  requireTier(contract, tier)
  return mutate({
    caller,
    tenant: 'every-organization',
    chain: id,
    idempotency,
    async replay(stores, resourceId) {
      const organization = await findOrganization(stores, resourceId)
      return organization === null ? null : viewOrganization(organization)
    },
    async work({ stores, nowMs, tell }) {
      const rateLimit = input.rateLimit ?? null
      const organization = {
        id,
        name: input.name,
        tier,
        status: 'active',
        rateLimit,
        createdAtMs: await nowMs(),
      } as const
      if (!(await stores.organizations.insert(organization))) {
        throw refuse('conflict', 'There is an organization with this id already.')
      }
      const changes = { name: input.name, tier, rateLimit }
      await tell({ action: 'organization.created', target: { type: 'organization', id }, changes })
      return { result: viewOrganization(organization), resourceId: id }
    },
  })
}
