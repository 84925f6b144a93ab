import type { WebhookId } from '@mintmark/core'
import type { Keyring } from '../keyring.ts'
import type { Random } from '../ports/clock.ts'
import type { SealedSecrets } from '../ports/webhooks.ts'
import { seal, unseal } from '../sealing.ts'

/** Standard Webhooks 1.0: 24 to 64 bytes. */
export const webhookSecretBytes = 32

/** What receivers are given, once: `whsec_` and base64. */
export function showWebhookSecret(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`
}

type Sealing = { readonly keyring: Keyring; readonly random: Random }

/** What a webhook signs with. Secrets are kept sealed under the pepper, which is in no database and no backup of one. */
export type OpenSecrets = {
  readonly current: Uint8Array
  readonly previous: { readonly secret: Uint8Array; readonly endsAtMs: number } | null
}

export function sealSecrets({ keyring, random }: Sealing, id: WebhookId, secrets: OpenSecrets): SealedSecrets {
  const sealOne = (secret: Uint8Array): Uint8Array => seal(keyring.current.webhook, secret, contextOf(id), random)
  const { current, previous } = secrets
  return {
    current: sealOne(current),
    previous: previous === null ? null : { sealed: sealOne(previous.secret), endsAtMs: previous.endsAtMs },
    pepperVersion: keyring.digesters.current.version,
  }
}

/** Throws when they are sealed under a pepper that this node was not given. */
export function openSecrets(keyring: Keyring, id: WebhookId, sealed: SealedSecrets): OpenSecrets {
  const { current, previous } = keyring.digesters
  const keys = [
    { version: current.version, key: keyring.current.webhook },
    ...(previous === null || keyring.previous === null
      ? []
      : [{ version: previous.version, key: keyring.previous.webhook }]),
  ]
  const key = keys.find(({ version }) => version === sealed.pepperVersion)?.key
  const open = (bytes: Uint8Array): Uint8Array => {
    const secret = key === undefined ? null : unseal(key, bytes, contextOf(id))
    if (secret === null) throw new Error('A webhook secret is sealed under another pepper, or was changed by hand')
    return secret
  }
  return {
    current: open(sealed.current),
    previous: sealed.previous && { secret: open(sealed.previous.sealed), endsAtMs: sealed.previous.endsAtMs },
  }
}

/** Those in force, the current one first. */
export function secretsAt({ current, previous }: OpenSecrets, nowMs: number): readonly Uint8Array[] {
  return previous !== null && nowMs < previous.endsAtMs ? [current, previous.secret] : [current]
}

function contextOf(id: WebhookId): string {
  return `webhook secret\n${id}`
}
