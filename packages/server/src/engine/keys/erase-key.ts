import type { ChainDigest, KeyId, OrganizationId } from '@mintmark/core'
import type { Actor } from '../actor.ts'
import { sealAuditEvent, type AuditPayload } from '../audit.ts'
import { keyPrincipal } from '../caller.ts'
import type { Random } from '../ports/clock.ts'
import type { KeyWithSecrets } from '../ports/keys.ts'
import type { Stores } from '../ports/storage.ts'

/** What a deletion's event declares, so that the chain still proves itself. It is never erased. */
export type Erasure = {
  readonly erased: readonly number[]
  readonly rewritten: readonly { readonly sequence: number; readonly payloadDigest: ChainDigest }[]
}

/**
 * Takes a key out of everything. Events about it are emptied; in events done by it its id becomes the tombstone, beside
 * its owner's user id, and its address goes: an intruder must not be able to erase his acts by deleting the key he used.
 */
export async function eraseKey(
  stores: Stores,
  organizationId: OrganizationId,
  key: KeyWithSecrets,
  tombstone: KeyId,
  random: Random,
): Promise<Erasure> {
  const erased = await stores.audit.eraseTarget(organizationId, key.id)
  const rewritten = []
  for (const { sequence, payload } of await stores.audit.listByActor(organizationId, key.id)) {
    const replaced = buryActor(JSON.parse(payload) as AuditPayload, key, tombstone)
    const event = sealAuditEvent(replaced, random)
    await stores.audit.rewrite(organizationId, sequence, event)
    rewritten.push({ sequence, payloadDigest: event.payloadDigest })
  }
  await stores.keys.replaceRevoker(organizationId, key.id, tombstone)
  await stores.outbox.eraseKey(organizationId, key.id)
  await stores.idempotency.erase(key.id)
  await stores.idempotency.forget(keyPrincipal(organizationId, key.id))
  await stores.keys.delete(key.number)
  return { erased, rewritten }
}

function buryActor(payload: AuditPayload, key: KeyWithSecrets, tombstone: KeyId): AuditPayload {
  return { ...payload, actor: buriedActor(key, tombstone), ip: null }
}

/** What stands for a deleted key where it did something. */
export function buriedActor(key: KeyWithSecrets, tombstone: KeyId): Actor {
  return { type: 'key', id: tombstone, ownerUserId: key.owner?.type === 'member' ? key.owner.userId : null }
}
