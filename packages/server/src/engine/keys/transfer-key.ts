import { parseMadeId, type UserId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { boundingRole, requirePermission, requireRole, requireWithin, standingNow, type Standing } from '../grants.ts'
import type { Key, KeyOwner, KeyWithSecrets } from '../ports/keys.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { requireActive } from './change-key.ts'
import { requireRoomForActive } from './creation-limits.ts'
import { requireKeysMayManage } from './key-access.ts'
import { viewKey, type KeyView } from './key-view.ts'
import type { KeyParts } from './parts.ts'
import { lockVisible, replayView } from './read-keys.ts'
import { requireMayTakeOver } from './rotate-key.ts'

export type TransferInput =
  | { readonly userId: UserId; readonly owner?: never; readonly role?: never }
  | { readonly owner: 'organization'; readonly role: string; readonly userId?: never }

/** Gives an active key another owner. It counts as active for him, and spends no day's mint. */
export async function transferKey(
  parts: KeyParts,
  caller: CallerIn,
  id: string,
  input: TransferInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<KeyView>> {
  if (input.userId === undefined) requireRole(parts.contract, input.role, 'role')
  const owner: KeyOwner =
    input.userId === undefined ? { type: 'organization', role: input.role } : { type: 'member', userId: input.userId }
  return parts.mutate<KeyView>({
    caller,
    idempotency,
    replay: (stores, resourceId) => replayView(stores, caller.organizationId, resourceId),
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const holder = await lockNewHolder(stores, caller, id, owner)
      const key = await lockVisible(parts, stores, caller, id)
      requireKeysMayManage(parts.contract, caller)
      requirePermission(standing, 'api_keys:write')
      await requireMayTakeOver(parts, stores, standing, key)
      if (owner.type === 'member' && holder === null) {
        throw invalid('userId', 'There is no active member with this id.')
      }
      await requireMayGiveTo(parts, stores, standing, key, owner)
      const atMs = await nowMs()
      requireActive(key, atMs, 'transferred')
      if (holder !== null && holder !== holderOf(key)) {
        await requireRoomForActive(parts.contract, stores, caller.organizationId, holder, atMs)
      }
      await stores.keys.update(key.number, { owner })
      await tell({
        action: 'api_key.transferred',
        target: { type: 'api_key', id: key.id },
        projectId: key.projectId,
        changes: { owner: { before: key.owner, after: owner } },
      })
      return { result: viewKey({ ...key, owner }, atMs), resourceId: key.id }
    },
  })
}

/** The member whose count of active keys the key is in: its owner, or who minted it for the organization. */
function holderOf(key: Pick<Key, 'owner' | 'createdByUserId'>): UserId | null {
  return key.owner?.type === 'member' ? key.owner.userId : key.createdByUserId
}

/**
 * Locks the member whose count will rise, before the key itself is locked. Null where there is none; whether one should
 * be there is for him only to know who may give the key away.
 */
async function lockNewHolder(stores: Stores, caller: CallerIn, id: string, owner: KeyOwner): Promise<UserId | null> {
  const { organizationId } = caller
  if (owner.type === 'member') {
    const member = await stores.members.lock(organizationId, owner.userId)
    return member?.status === 'active' ? member.userId : null
  }
  const keyId = parseMadeId('key', id)
  const key = keyId === null ? null : await stores.keys.find(organizationId, keyId)
  if (key?.createdByUserId == null) return null
  return (await stores.members.lock(organizationId, key.createdByUserId)) === null ? null : key.createdByUserId
}

async function requireMayGiveTo(
  parts: KeyParts,
  stores: Stores,
  standing: Standing,
  key: KeyWithSecrets,
  owner: KeyOwner,
): Promise<void> {
  if (standing.subject === null || key.organizationId === null || key.scope === 'installation') return
  const role = await boundingRole(stores, key.organizationId, owner)
  const { scope, projectId, permissions } = key
  requireWithin(parts.rights, standing, { scope, projectId, permissions, role })
}
