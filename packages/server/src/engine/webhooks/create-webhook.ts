import { createId, parseMadeId } from '@mintmark/core'
import { environmentOf, type CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { notFound, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import type { WebhookParts } from './parts.ts'
import { requireDescription, requireMayRead, requireSubscription, requireUrl, maxWebhooks } from './webhook-policy.ts'
import { sealSecrets, showWebhookSecret, webhookSecretBytes } from './webhook-secret.ts'
import { viewWebhook, type WebhookView } from './webhook-view.ts'

export type WebhookInput = {
  readonly url: string
  readonly events: readonly string[]
  readonly description?: string | null
}

/** A webhook with what it signs with, shown once; null where an answer is given again. */
export type WebhookWithSecret = WebhookView & { readonly secret: string | null }

export async function createWebhook(
  parts: WebhookParts,
  caller: CallerIn,
  input: WebhookInput,
  idempotency: IdempotentRequest | null,
): Promise<Done<WebhookWithSecret>> {
  const { organizationId } = caller
  const description = input.description ?? null
  requireUrl(parts.destinations, input.url)
  requireSubscription(input.events)
  requireDescription(description)
  return parts.mutate<WebhookWithSecret>({
    caller,
    idempotency,
    async replay(stores, resourceId) {
      const id = parseMadeId('whk', resourceId)
      const webhook = id === null ? null : await stores.webhooks.find(organizationId, id)
      return webhook === null ? null : { ...viewWebhook(webhook), secret: null }
    },
    async work({ stores, nowMs, tell }) {
      if ((await stores.organizations.lock(organizationId)) === null) throw notFound()
      const standing = await standingNow(parts.rights, stores, caller)
      requirePermission(standing, 'webhooks:write')
      requireMayRead(standing, input.events)
      if ((await stores.webhooks.count(organizationId)) >= maxWebhooks) {
        throw refuse('conflict', `An organization has at most ${maxWebhooks} webhooks. Delete one first.`)
      }
      const id = createId('whk', parts.random)
      const environment = environmentOf(caller)
      const draft = {
        id,
        organizationId,
        url: input.url,
        events: input.events,
        description,
        environment,
        disabled: null,
      }
      const secret = parts.random(webhookSecretBytes)
      const sealed = sealSecrets(parts, id, { current: secret, previous: null })
      const webhook = await stores.webhooks.insert({ ...draft, createdAtMs: await nowMs() }, sealed)
      const changes = { url: input.url, events: input.events, description }
      await tell({ action: 'webhook.created', target: { type: 'webhook', id }, changes })
      return { result: { ...viewWebhook(webhook), secret: showWebhookSecret(secret) }, resourceId: id }
    },
  })
}
