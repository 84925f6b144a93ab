import type { KeyFilter } from './ports/keys.ts'
import type { Storage, Stores } from './ports/storage.ts'
import type { Contract } from '@mintmark/core'
import type { CallerIn } from './caller.ts'
import { visibleKeys } from './keys/key-access.ts'
import { requireSearchable } from './keys/key-policy.ts'
import { statusOfKey } from './keys/key-view.ts'

/** One thing found. `label` is its name, `detail` what tells it from others of that name. */
export type Found = {
  readonly type: 'key' | 'project' | 'user'
  readonly id: string
  readonly label: string
  readonly detail: string
}

/** Of each type, at most. */
const maxOfEach = 20

export type Search = (caller: CallerIn, text: string) => Promise<{ readonly data: readonly Found[] }>

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
    return storage.read(caller.organizationId, async (stores) => ({
      data: [
        ...(await findKeys(contract, stores, caller, text)),
        ...(await findProjects(stores, caller, text)),
        ...(await findUsers(stores, caller, text)),
      ],
    }))
  }
}

async function findKeys(contract: Contract, stores: Stores, caller: CallerIn, text: string): Promise<Found[]> {
  const nowMs = await stores.nowMs()
  const filter: KeyFilter = {
    ...visibleKeys(contract, caller, 'api_keys:read'),
    status: 'all',
    search: text,
    unusedSinceMs: null,
    expiresBeforeMs: null,
    nowMs,
  }
  const keys = await stores.keys.list(caller.organizationId, filter, { before: null, limit: maxOfEach })
  return keys.map((key) => ({
    type: 'key',
    id: key.id,
    label: key.name,
    detail: `${key.secrets.at(-1)?.prefix ?? ''} ${statusOfKey(key, nowMs)}`,
  }))
}

async function findProjects(stores: Stores, caller: CallerIn, text: string): Promise<Found[]> {
  if (!may(caller, 'projects:read')) return []
  const own = caller.kind === 'operator' ? null : caller.subject.projectId
  const projects = await stores.projects.search(caller.organizationId, { text, id: own, limit: maxOfEach })
  return projects.map(({ id, name }) => ({ type: 'project', id, label: name, detail: id }))
}

/** People belong to the whole organization: a project-scoped credential sees none of them. */
async function findUsers(stores: Stores, caller: CallerIn, text: string): Promise<Found[]> {
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
