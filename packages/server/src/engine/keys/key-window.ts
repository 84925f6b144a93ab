import { parseMadeId, type Contract, type WindowLimit } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { tierLimit } from '../holder.ts'
import type { KeyWithSecrets } from '../ports/keys.ts'
import type { Organization } from '../ports/organizations.ts'
import { notFound } from '../refused.ts'
import type { KeyParts } from './parts.ts'
import { findVisible } from './read-keys.ts'

/** What is left of a key's window at this moment. */
export type KeyWindowView = {
  readonly limit: number
  readonly windowSeconds: number
  readonly remaining: number
  /** Until the window is empty again. */
  readonly resetSeconds: number
}

/** Looks and spends nothing: cost 0 is never refused. */
export async function getKeyWindow(parts: KeyParts, caller: CallerIn, id: string): Promise<KeyWindowView> {
  const { key, organization } = await parts.storage.read(caller.organizationId, async (stores) => ({
    key: await findVisible(parts, stores, caller, id, 'api_keys:read'),
    organization: await stores.organizations.find(caller.organizationId),
  }))
  const keyId = parseMadeId('key', id)
  if (keyId === null || organization === null) throw notFound()
  const window = await parts.windows.spend(keyId, windowOfKey(parts.contract, key, organization), 0)
  const { limit, windowMs, remaining, resetMs } = window
  return { limit, windowSeconds: windowMs / 1000, remaining, resetSeconds: Math.ceil(resetMs / 1000) }
}

/** The key's own, else the organization's, else its tier's. */
export function windowOfKey(contract: Contract, key: KeyWithSecrets, organization: Organization | null): WindowLimit {
  const own = key.rateLimit ?? organization?.rateLimit
  if (own != null) return { limit: own.limit, windowMs: own.windowSeconds * 1000 }
  return tierLimit(contract, organization?.tier ?? contract.defaultTier)
}
