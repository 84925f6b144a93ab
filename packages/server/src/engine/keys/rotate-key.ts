import { parseMadeId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import {
  boundingRole,
  requireMayHandOut,
  requirePermission,
  requireWithinNow,
  requireWithinParent,
  standingNow,
  type Grant,
  type Standing,
} from '../grants.ts'
import type { KeyWithSecrets, Secret } from '../ports/keys.ts'
import type { Stores } from '../ports/storage.ts'
import { invalid, notFound, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { requireActive } from './change-key.ts'
import { requireKeysMayManage, requireMayEnd } from './key-access.ts'
import { liveSecrets, viewKey } from './key-view.ts'
import { mintSecret, type Minted } from './mint-key.ts'
import type { KeyParts } from './parts.ts'
import { aboutKey } from '../webhooks/event-data.ts'
import { lockVisible, replayKey } from './read-keys.ts'

export const defaultOverlapSeconds = 86_400
export const maxOverlapSeconds = 604_800

const lastSecret = 'This is the last secret of the key. Revoke the key instead.'
const lastingSecret =
  'When the overlap ends, this is the only secret left. Rotate the key to replace it, or revoke the key.'

/**
 * Gives a key a new secret. The one before works until the overlap ends; both spend from one window.
 * During an overlap: a newest secret that was never used (its answer may have been lost) is replaced, and the older
 * keeps the end it was promised, or ends sooner if this call says so; if the newest was used, the older ends at once.
 */
export async function rotateKey(
  parts: KeyParts,
  caller: CallerIn,
  id: string,
  input: { readonly overlapSeconds?: number },
  idempotency: IdempotentRequest | null,
): Promise<Done<Minted>> {
  const overlapSeconds = input.overlapSeconds ?? defaultOverlapSeconds
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > maxOverlapSeconds) {
    throw invalid('overlapSeconds', `Give a whole number from 0 to ${maxOverlapSeconds}.`)
  }
  return parts.mutate<Minted>({
    caller,
    idempotency,
    replay: (stores, resourceId) => replayKey(stores, caller.organizationId, resourceId),
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const key = await lockVisible(parts, stores, caller, id)
      requireKeysMayManage(parts.contract, caller)
      requirePermission(standing, 'api_keys:write')
      const grant = await requireMayTakeOver(parts, stores, standing, key)
      const atMs = await nowMs()
      requireActive(key, atMs, 'rotated')
      if (grant !== null) requireMayHandOut(parts.rights, standing, grant, atMs)
      const ended = endsAtRotation(liveSecrets(key, atMs), atMs, atMs + overlapSeconds * 1000)
      for (const { secret, endsAtMs } of ended) await stores.keys.endSecret(secret.number, endsAtMs)
      const { plaintext, secret } = mintSecret(parts, key.environment, atMs)
      await stores.keys.insertSecret(key.number, secret)
      const rotated = await stores.keys.find(caller.organizationId, key.id)
      if (rotated === null) throw notFound()
      const changes = {
        overlapSeconds,
        secretId: secret.id,
        ended: ended.map((end) => ({ secretId: end.secret.id, endsAtMs: end.endsAtMs })),
      }
      const target = { type: 'api_key', id: key.id }
      await tell({ action: 'api_key.rotated', target, projectId: key.projectId, changes }, aboutKey(rotated, atMs))
      return { result: { ...viewKey(rotated, atMs), key: plaintext }, resourceId: key.id }
    },
  })
}

/** Which live secrets end, and when, when a new one joins them. `secrets` oldest first: one or two. */
export function endsAtRotation(
  secrets: readonly Secret[],
  nowMs: number,
  overlapEndMs: number,
): readonly { readonly secret: Secret; readonly endsAtMs: number }[] {
  const newest = secrets.at(-1)
  if (newest === undefined) return []
  const older = secrets.slice(0, -1)
  const isUnused = older.length > 0 && newest.firstUsedAtMs === null
  if (isUnused) {
    const promised = older.map((secret) => ({
      secret,
      endsAtMs: Math.min(secret.endsAtMs ?? overlapEndMs, overlapEndMs),
    }))
    return [...promised, { secret: newest, endsAtMs: nowMs }]
  }
  return [...older.map((secret) => ({ secret, endsAtMs: nowMs })), { secret: newest, endsAtMs: overlapEndMs }]
}

/**
 * Ends the older of two live secrets early. The newest goes with its key only: at the end of the overlap nothing would
 * be left of a key that still says active. What has been promised to end is never given more time instead.
 */
export async function endSecret(parts: KeyParts, caller: CallerIn, id: string, secretId: string): Promise<void> {
  await parts.mutate({
    caller,
    async work({ stores, nowMs, tell }) {
      stores.mustFit()
      const standing = await standingNow(parts.rights, stores, caller)
      const key = await lockVisible(parts, stores, caller, id)
      requireMayEnd(parts.contract, caller, standing, key)
      const atMs = await nowMs()
      const live = liveSecrets(key, atMs)
      const ending = live.find((secret) => secret.id === parseMadeId('sec', secretId))
      if (ending === undefined) throw notFound()
      if (ending === live.at(-1)) throw refuse('conflict', live.length === 1 ? lastSecret : lastingSecret)
      await stores.keys.endSecret(ending.number, atMs)
      await tell({
        action: 'api_key.secret_ended',
        target: { type: 'api_key', id: key.id },
        projectId: key.projectId,
        changes: { secretId: ending.id },
      })
      return { result: null, resourceId: null }
    },
  })
}

/**
 * Whoever gets a key's secret into his hands, or hands it on, must have the key's rights himself. Answers what they are;
 * null: he may do everything.
 */
export async function requireMayTakeOver(
  parts: KeyParts,
  stores: Stores,
  standing: Standing,
  key: KeyWithSecrets,
  owner = key.owner,
): Promise<Grant | null> {
  if (standing.subject === null || key.organizationId === null || key.scope === 'installation') return null
  const role = await boundingRole(stores, key.organizationId, owner)
  const { scope, projectId, permissions } = key
  const grant = { scope, projectId, permissions, role }
  requireWithinNow(parts.rights, standing, grant)
  requireWithinParent(standing, key)
  return grant
}
