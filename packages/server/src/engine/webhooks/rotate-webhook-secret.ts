import { parseMadeId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { defaultOverlapSeconds, maxOverlapSeconds } from '../keys/rotate-key.ts'
import { invalid } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { lockWebhook } from './change-webhook.ts'
import type { WebhookWithSecret } from './create-webhook.ts'
import type { WebhookParts } from './parts.ts'
import { openSecrets, sealSecrets, showWebhookSecret, webhookSecretBytes } from './webhook-secret.ts'
import { viewWebhook } from './webhook-view.ts'

/**
 * Gives a webhook a new secret. Until the overlap ends, everything is signed with the one before too. During an overlap
 * the older of the two ends at once.
 */
export async function rotateWebhookSecret(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  input: { readonly overlapSeconds?: number },
  idempotency: IdempotentRequest | null,
): Promise<Done<WebhookWithSecret>> {
  const overlapSeconds = input.overlapSeconds ?? defaultOverlapSeconds
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > maxOverlapSeconds) {
    throw invalid('overlapSeconds', `Give a whole number from 0 to ${maxOverlapSeconds}.`)
  }
  return parts.mutate<WebhookWithSecret>({
    caller,
    idempotency,
    async replay(stores, resourceId) {
      const id = parseMadeId('whk', resourceId)
      const webhook = id === null ? null : await stores.webhooks.find(caller.organizationId, id)
      return webhook === null ? null : { ...viewWebhook(webhook), secret: null }
    },
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const webhook = await lockWebhook(stores, caller, idText)
      requirePermission(standing, 'webhooks:write')
      const before = openSecrets(parts.keyring, webhook.id, await stores.webhooks.readSecrets(webhook.number))
      const secret = parts.random(webhookSecretBytes)
      const endsAtMs = (await nowMs()) + overlapSeconds * 1000
      const previous = overlapSeconds === 0 ? null : { secret: before.current, endsAtMs }
      await stores.webhooks.writeSecrets(webhook.number, sealSecrets(parts, webhook.id, { current: secret, previous }))
      const target = { type: 'webhook', id: webhook.id }
      await tell({ action: 'webhook.secret_rotated', target, changes: { overlapSeconds } })
      return { result: { ...viewWebhook(webhook), secret: showWebhookSecret(secret) }, resourceId: webhook.id }
    },
  })
}
