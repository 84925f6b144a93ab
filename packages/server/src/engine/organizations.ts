import { createId, parseChosenId, type Contract, type OrganizationId } from '@mintmark/core'
import { differencesOf } from './audit.ts'
import type { CallerIn, OperatorCaller } from './caller.ts'
import type { Random } from './ports/clock.ts'
import type { Cursors } from './cursor.ts'
import { requirePermission, standingNow } from './grants.ts'
import type { Rights } from './holder.ts'
import { isoTime } from './keys/key-view.ts'
import { maxNameLength, requireText } from './keys/key-policy.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import type { Organization, OrganizationChange, OrganizationStatus, RateLimit } from './ports/organizations.ts'
import type { Storage, Stores } from './ports/storage.ts'
import { invalid, notFound, refuse } from './refused.ts'
import type { Done, IdempotentRequest, Mutate } from './unit-of-work.ts'

/** An organization as the operator sees it. */
export type OrganizationView = {
  readonly id: OrganizationId
  readonly name: string
  readonly tier: string
  readonly status: OrganizationStatus
  readonly rateLimit: RateLimit | null
  readonly createdAt: string
}

export type OrganizationInput = {
  /** Chosen by the operator, else made. */
  readonly id?: string
  readonly name: string
  readonly tier?: string
  readonly rateLimit?: RateLimit | null
}

export type OrganizationUseCases = {
  create(
    caller: OperatorCaller,
    input: OrganizationInput,
    idempotency: IdempotentRequest | null,
  ): Promise<Done<OrganizationView>>
  get(id: string): Promise<OrganizationView>
  list(input: PageInput): Promise<ListPage<OrganizationView>>
  change(caller: OperatorCaller, id: string, change: OrganizationChange): Promise<OrganizationView>
  /** Erases everything of it, its audit chain included. Its keys are unknown at once. */
  delete(caller: OperatorCaller, id: string): Promise<void>
  /** The caller's own. */
  getOwn(caller: CallerIn): Promise<OrganizationView>
  /** What its own people may change of it. */
  changeOwn(caller: CallerIn, change: { readonly name: string }): Promise<OrganizationView>
}

type Parts = {
  readonly contract: Contract
  readonly rights: Rights
  readonly storage: Storage
  readonly mutate: Mutate
  readonly random: Random
  readonly cursors: Cursors
}

/** The installation's own audit chain, and the tenant that stands for all of them: no organization may be called so. */
const reservedIds: readonly string[] = ['installation', 'every-organization']

export function createOrganizations(parts: Parts): OrganizationUseCases {
  const { contract, storage, mutate, random, cursors } = parts

  async function create(
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
      replay: async (stores, resourceId) => viewOrNull(await findOrganization(stores, resourceId)),
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

  async function change(caller: OperatorCaller, id: string, change: OrganizationChange): Promise<OrganizationView> {
    const organizationId = requireId(id)
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
        await stores.organizations.update(organizationId, change)
        const target = { type: 'organization', id }
        await tell({ action: 'organization.updated', target, changes: differencesOf(before, change) })
        return { result: viewOrganization({ ...before, ...change }), resourceId: null }
      },
    })
    return value
  }

  async function remove(caller: OperatorCaller, id: string): Promise<void> {
    const organizationId = requireId(id)
    await mutate({
      caller,
      tenant: 'every-organization',
      chain: 'installation',
      async work({ stores, tell }) {
        stores.mustFit()
        if ((await stores.organizations.lock(organizationId)) === null) throw notFound()
        await stores.organizations.delete(organizationId)
        await tell({ action: 'organization.deleted', target: { type: 'organization', id } })
        return { result: null, resourceId: null }
      },
    })
  }

  return {
    create,
    change,
    delete: remove,
    getOwn: (caller) => getOwn(storage, caller),
    changeOwn: (caller, change) => changeOwn(parts, caller, change),
    get: (id) =>
      storage.read('every-organization', async (stores) => {
        const organization = await findOrganization(stores, id)
        if (organization === null) throw notFound()
        return viewOrganization(organization)
      }),
    list: (input) =>
      storage.read('every-organization', (stores) =>
        writePage(cursors, 'organizations', input, async (page) =>
          (await stores.organizations.list(page)).map((organization) => ({
            number: organization.number,
            view: viewOrganization(organization),
          })),
        ),
      ),
  }
}

async function getOwn(storage: Storage, { organizationId }: CallerIn): Promise<OrganizationView> {
  const organization = await storage.read(organizationId, (stores) => stores.organizations.find(organizationId))
  if (organization === null) throw notFound()
  return viewOrganization(organization)
}

async function changeOwn(
  { mutate, rights }: Parts,
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
      await stores.organizations.update(id, change)
      const target = { type: 'organization', id }
      await tell({ action: 'organization.updated', target, changes: differencesOf(before, change) })
      return { result: viewOrganization({ ...before, ...change }), resourceId: null }
    },
  })
  return value
}

function requireId(id: string): OrganizationId {
  const parsed = parseChosenId('org', id)
  if (parsed === null) throw notFound()
  return parsed
}

async function findOrganization(stores: Stores, id: string): Promise<Organization | null> {
  const parsed = parseChosenId('org', id)
  return parsed === null ? null : stores.organizations.find(parsed)
}

function requireTier(contract: Contract, tier: string): void {
  if (Object.hasOwn(contract.tiers, tier)) return
  throw invalid('tier', `There is no tier ${JSON.stringify(tier)}. Tiers: ${Object.keys(contract.tiers).join(', ')}.`)
}

function viewOrNull(organization: Organization | null): OrganizationView | null {
  return organization === null ? null : viewOrganization(organization)
}

function viewOrganization(organization: Omit<Organization, 'number'>): OrganizationView {
  const { id, name, tier, status, rateLimit, createdAtMs } = organization
  return { id, name, tier, status, rateLimit, createdAt: isoTime(createdAtMs) }
}
