import type { CallerIn } from '../caller.ts'
import { createTombstone } from '../tombstone.ts'
import { standingNow } from '../grants.ts'
import type { RevokedReason } from '../ports/keys.ts'
import { invalid } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { buriedActor, eraseKey } from './erase-key.ts'
import { requireMayEnd } from './key-access.ts'
import { isLongerThan } from './key-policy.ts'
import { viewKey, type KeyView } from './key-view.ts'
import type { KeyParts } from './parts.ts'
import { aboutDeletedKey, aboutKey } from '../webhooks/event-data.ts'
import { findVisible, lockVisible, replayView } from './read-keys.ts'

export const maxCommentLength = 500

export type RevokeInput = {
  readonly reason?: Extract<RevokedReason, 'unspecified' | 'leaked' | 'superseded' | 'unused'>
  readonly comment?: string
}

/** Throws 404 or 403 where the caller may not end the key: told before what is wrong with a body. */
export async function requireEndable(parts: KeyParts, caller: CallerIn, id: string): Promise<void> {
  const subject = caller.kind === 'operator' ? null : caller.subject
  await parts.storage.read(caller.organizationId, async (stores) => {
    const key = await findVisible(parts, stores, caller, id, 'api_keys:write')
    requireMayEnd(parts.contract, caller, { subject, parent: null }, key)
  })
}

/** Revokes a key, at once and for good. Again: the same answer, and nothing changes. */
export async function revokeKey(
  parts: KeyParts,
  caller: CallerIn,
  id: string,
  input: RevokeInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<KeyView>> {
  const comment = input.comment ?? null
  if (
    comment !== null &&
    (isLongerThan(comment, maxCommentLength) || comment.includes('\0') || !comment.isWellFormed())
  ) {
    throw invalid('comment', `Give at most ${maxCommentLength} characters.`)
  }
  return parts.mutate<KeyView>({
    caller,
    idempotency,
    replay: (stores, resourceId) => replayView(stores, caller.organizationId, resourceId),
    async work({ stores, nowMs, tell }) {
      stores.mustFit()
      const standing = await standingNow(parts.rights, stores, caller)
      const key = await lockVisible(parts, stores, caller, id)
      requireMayEnd(parts.contract, caller, standing, key)
      const atMs = await nowMs()
      if (key.revocation !== null) return { result: viewKey(key, atMs), resourceId: key.id }
      const revocation = { atMs, by: caller.actor, reason: input.reason ?? 'unspecified', comment } as const
      await stores.keys.revoke(key.number, revocation)
      const revoked = { ...key, revocation }
      const changes = { reason: revocation.reason, comment }
      const target = { type: 'api_key', id: key.id }
      await tell({ action: 'api_key.revoked', target, projectId: key.projectId, changes }, aboutKey(revoked, atMs))
      return { result: viewKey(revoked, atMs), resourceId: key.id }
    },
  })
}

/**
 * Erases a key: record, secrets, usage, activity, and what the audit trail says about it. What stays is the event that
 * an API key was deleted, by whom and when.
 */
export async function deleteKey(parts: KeyParts, caller: CallerIn, id: string): Promise<void> {
  const { value: keyId } = await parts.mutate({
    caller,
    async work({ stores, tell }) {
      stores.mustFit()
      const standing = await standingNow(parts.rights, stores, caller)
      const key = await lockVisible(parts, stores, caller, id)
      requireMayEnd(parts.contract, caller, standing, key)
      const tombstone = createTombstone(parts.random)
      const changes = await eraseKey(stores, caller.organizationId, key, tombstone, parts.random)
      const happening = {
        action: 'api_key.deleted',
        target: { type: 'api_key', id: tombstone },
        ...(caller.kind === 'key' && caller.keyId === key.id && { actor: buriedActor(key, tombstone) }),
        projectId: key.projectId,
        changes,
      }
      await tell(happening, aboutDeletedKey(key))
      return { result: key.id, resourceId: null }
    },
  })
  await parts.windows.forget(keyId)
}
