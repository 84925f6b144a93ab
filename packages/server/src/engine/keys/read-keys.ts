import {
  parseMadeId,
  type Environment,
  type KeyId,
  type OrganizationId,
  type ProjectId,
  type UserId,
} from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { writePage, type ListPage, type PageInput } from '../list.ts'
import type { KeyFilter, KeyWithSecrets } from '../ports/keys.ts'
import type { Stores } from '../ports/storage.ts'
import { notFound, refuse } from '../refused.ts'
import { creationLimitsOf, type CreationLimits } from './creation-limits.ts'
import { requireVisible, visibleKeys } from './key-access.ts'
import { requireSearchable } from './key-policy.ts'
import { viewKey, type KeyView } from './key-view.ts'
import type { Minted } from './mint-key.ts'
import type { KeyParts } from './parts.ts'

export type KeyQuery = PageInput & {
  readonly status?: KeyFilter['status']
  readonly environment?: Environment
  readonly projectId?: ProjectId
  /** `organization`: the keys that no member owns. */
  readonly owner?: UserId | 'organization'
  /** Part of the name, or beginning of a shown prefix. */
  readonly q?: string
  readonly unusedSinceMs?: number
  readonly neverUsed?: boolean
  readonly expiresBeforeMs?: number
  readonly neverExpires?: boolean
}

export async function getKey(parts: KeyParts, caller: CallerIn, id: string): Promise<KeyView> {
  return parts.storage.read(caller.organizationId, async (stores) => {
    const key = await findVisible(parts, stores, caller, id, 'api_keys:read')
    return viewKey(key, await stores.nowMs())
  })
}

export async function requireKey(parts: KeyParts, caller: CallerIn, id: string): Promise<void> {
  await parts.storage.read(caller.organizationId, (stores) => findVisible(parts, stores, caller, id, 'api_keys:write'))
}

/** The key, or the one 404: for what never was, for another organization's, for one outside the caller's sight. */
export async function findVisible(
  parts: KeyParts,
  stores: Stores,
  caller: CallerIn,
  id: string,
  permission: 'api_keys:read' | 'api_keys:write',
): Promise<KeyWithSecrets> {
  const keyId = parseMadeId('key', id)
  const key = keyId === null ? null : await stores.keys.find(caller.organizationId, keyId)
  return requireVisible(visibleKeys(parts.contract, caller, permission), key)
}

/** Like `findVisible`, and the key stays as it is until the transaction ends. */
export async function lockVisible(
  parts: KeyParts,
  stores: Stores,
  caller: CallerIn,
  id: string,
): Promise<KeyWithSecrets> {
  const keyId = parseMadeId('key', id)
  const key = keyId === null ? null : await stores.keys.lock(caller.organizationId, keyId)
  return requireVisible(visibleKeys(parts.contract, caller, 'api_keys:write'), key)
}

export async function listKeys(parts: KeyParts, caller: CallerIn, query: KeyQuery): Promise<ListPage<KeyView>> {
  const visibility = visibleKeys(parts.contract, caller, 'api_keys:read')
  requireSearchable('q', query.q ?? '')
  return parts.storage.read(caller.organizationId, async (stores) => {
    const nowMs = await stores.nowMs()
    const narrowed = narrow(visibility, query)
    if (narrowed === null) return { data: [], nextCursor: null }
    const filter: KeyFilter = {
      status: query.status ?? 'all',
      ...narrowed,
      search: query.q === undefined || query.q === '' ? null : query.q,
      unusedSinceMs: query.unusedSinceMs ?? null,
      neverUsed: query.neverUsed ?? null,
      expiresBeforeMs: query.expiresBeforeMs ?? null,
      neverExpires: query.neverExpires ?? null,
      nowMs,
    }
    const context = JSON.stringify(['keys', caller.organizationId, { ...filter, nowMs: 0 }])
    return writePage(parts.cursors, context, query, async (page) => {
      const keys = await stores.keys.list(caller.organizationId, filter, page)
      return keys.map((key) => ({ number: key.number, view: viewKey(key, nowMs) }))
    })
  })
}

/** What is asked for, within what may be seen. Null: they exclude one another. */
function narrow(
  visible: ReturnType<typeof visibleKeys>,
  query: KeyQuery,
): Pick<KeyFilter, 'environment' | 'projectId' | 'owner' | 'id'> | null {
  const { environment, projectId, owner } = query
  if (visible.environment !== null && environment !== undefined && environment !== visible.environment) return null
  if (visible.projectId !== null && projectId !== undefined && projectId !== visible.projectId) return null
  if (visible.owner !== null && owner !== undefined && owner !== visible.owner) return null
  return {
    environment: environment ?? visible.environment,
    projectId: projectId ?? visible.projectId,
    owner: owner ?? visible.owner,
    id: visible.id,
  }
}

/** The creation limits of the member who calls; nobody else has any. */
export async function getCreationLimits(parts: KeyParts, caller: CallerIn): Promise<CreationLimits> {
  if (caller.kind === 'operator') {
    throw refuse('invalid_request', 'Creation limits belong to a member. Act for one by Mintmark-User.')
  }
  const { userId } = caller
  if (userId === null) throw refuse('forbidden', 'No member stands behind this key.')
  return parts.storage.read(caller.organizationId, (stores) =>
    creationLimitsOf(parts.contract, stores, caller.organizationId, userId),
  )
}

/** A mint's or rotation's answer given again: the resource as it is now, and no secret. */
export async function replayKey(stores: Stores, organizationId: OrganizationId, id: string): Promise<Minted | null> {
  const key = await stores.keys.find(organizationId, toKeyId(id))
  return key === null ? null : { ...viewKey(key, await stores.nowMs()), key: null }
}

export async function replayView(stores: Stores, organizationId: OrganizationId, id: string): Promise<KeyView | null> {
  const key = await stores.keys.find(organizationId, toKeyId(id))
  return key === null ? null : viewKey(key, await stores.nowMs())
}

function toKeyId(id: string): KeyId {
  const keyId = parseMadeId('key', id)
  if (keyId === null) throw notFound()
  return keyId
}
