import type { KeyFilter, KeyWithSecrets } from './ports/keys.ts'
import type { Storage, Stores } from './ports/storage.ts'
import type { Contract } from '@mintmark/core'
import { inOrganization } from './admit.ts'
import { findOrganization } from './organizations/organization-access.ts'
import type { Caller, CallerIn } from './caller.ts'
import { visibleKeys } from './keys/key-access.ts'
import { requireSearchable } from './keys/key-policy.ts'
import { prefixOf, statusOfKey } from './keys/key-view.ts'

/** One thing found. `label` is its name, `detail` what tells it from others of that name. */
export type Found = {
  readonly type: 'key' | 'project' | 'user' | 'organization'
  readonly id: string
  /** Whose it is. */
  readonly organizationId: string
  readonly label: string
  readonly detail: string
}

/** Of each type, at most. */
const maxOfEach = 20

export type Search = (caller: Caller, text: string) => Promise<{ readonly data: readonly Found[] }>

/** Searches what the caller may read, by the same rules as the lists. Nothing else is told of, not even by its absence. */
export function createSearch({
  storage,
  contract,
}: {
  readonly storage: Storage
  readonly contract: Contract
}): Search {
  return async (caller, text) => {
    requireSearchable('q', text)
    if (text.trim() === '') return { data: [] }
    if (caller.kind === 'operator' && caller.organizationId === null) {
      return storage.read('every-organization', async (stores) => ({ data: await findAnywhere(stores, text.trim()) }))
    }
    const inside = inOrganization(caller)
    const { organizationId } = inside
    return storage.read(organizationId, async (stores) => {
      const found = [
        ...(await findKeys(contract, stores, inside, text)),
        ...(await findProjects(stores, inside, text)),
        ...(await findUsers(stores, inside, text)),
      ]
      return { data: found.map((one) => ({ ...one, organizationId })) }
    })
  }
}

type FoundInside = Omit<Found, 'organizationId'>

/** Whose is this? Exactly what is shown, or an id: by less, all organizations would have to be read. */
async function findAnywhere(stores: Stores, text: string): Promise<Found[]> {
  const nowMs = await stores.nowMs()
  const keys = await stores.keys.findShown(text, maxOfEach)
  const organization = await findOrganization(stores, text)
  return [
    ...keys.map((key) => ({ ...foundKey(key, nowMs), organizationId: key.organizationId ?? '' })),
    ...(organization === null
      ? []
      : [
          {
            type: 'organization' as const,
            id: organization.id,
            organizationId: organization.id,
            label: organization.name,
            detail: `${organization.tier} ${organization.status}`,
          },
        ]),
  ]
}

async function findKeys(contract: Contract, stores: Stores, caller: CallerIn, text: string): Promise<FoundInside[]> {
  const nowMs = await stores.nowMs()
  const filter: KeyFilter = {
    ...visibleKeys(contract, caller, 'api_keys:read'),
    status: 'all',
    search: text,
    unusedSinceMs: null,
    neverUsed: null,
    expiresBeforeMs: null,
    neverExpires: null,
    nowMs,
  }
  const keys = await stores.keys.list(caller.organizationId, filter, { before: null, limit: maxOfEach })
  return keys.map((key) => foundKey(key, nowMs))
}

function foundKey(key: KeyWithSecrets, nowMs: number): FoundInside {
  return {
    type: 'key',
    id: key.id,
    label: key.name,
    detail: `${prefixOf(key, nowMs)} ${statusOfKey(key, nowMs)}`,
  }
}

async function findProjects(stores: Stores, caller: CallerIn, text: string): Promise<FoundInside[]> {
  if (!may(caller, 'projects:read')) return []
  const own = caller.kind === 'operator' ? null : caller.subject.projectId
  const projects = await stores.projects.search(caller.organizationId, { text, id: own, limit: maxOfEach })
  return projects.map(({ id, name }) => ({ type: 'project', id, label: name, detail: id }))
}

/** People belong to the whole organization: a project-scoped credential sees none of them. */
async function findUsers(stores: Stores, caller: CallerIn, text: string): Promise<FoundInside[]> {
  if (!may(caller, 'users:read') || (caller.kind !== 'operator' && caller.subject.scope === 'project')) return []
  const members = await stores.members.search(caller.organizationId, { text, limit: maxOfEach })
  return members.map((member) => ({
    type: 'user',
    id: member.userId,
    label: member.name ?? member.email ?? member.userId,
    detail: `${member.email ?? member.userId} ${member.role}`,
  }))
}

function may(caller: CallerIn, permission: string): boolean {
  return caller.kind === 'operator' || caller.subject.effective.has(permission)
}
