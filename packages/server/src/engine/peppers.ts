import type { Keyring } from './keyring.ts'
import type { PepperUse } from './ports/peppers.ts'
import type { Storage } from './ports/storage.ts'

/** `unknown`: this node was not given it. */
type PepperRole = 'current' | 'previous' | 'unknown'

/** One pepper that the database knows, by its fingerprint, and what works only with it. */
export type PepperStatus = { readonly version: string; readonly role: PepperRole } & PepperUse

export type PepperUseCases = {
  /** Newest first. What is under the previous one is re-keyed as it is used, webhooks by themselves. */
  status(): Promise<readonly PepperStatus[]>
}

const nothing: PepperUse = { secrets: 0, sessions: 0, invitations: 0, webhooks: 0 }

export function createPeppers({
  storage,
  keyring,
}: {
  readonly storage: Storage
  readonly keyring: Keyring
}): PepperUseCases {
  const { current, previous } = keyring.digesters
  const roles = new Map<string, PepperRole>([[current.version, 'current']])
  if (previous !== null) roles.set(previous.version, 'previous')
  return {
    status: () =>
      storage.read('every-organization', async (stores) => {
        const known = await stores.peppers.list()
        const counts = await stores.peppers.count(await stores.nowMs())
        return known
          .map((version) => ({ version, role: roles.get(version) ?? 'unknown', ...(counts.get(version) ?? nothing) }))
          .toReversed()
      }),
  }
}
