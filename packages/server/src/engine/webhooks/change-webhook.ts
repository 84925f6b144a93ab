import { parseMadeId } from '@mintmark/core'
import { differencesOf, isEmpty } from '../audit.ts'
import { environmentOf, type CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import type { Stores } from '../ports/storage.ts'
import type { Webhook, WebhookChange } from '../ports/webhooks.ts'
import { invalid, notFound } from '../refused.ts'
import type { WebhookParts } from './parts.ts'
import { requireDescription, requireMayRead, requireSubscription, requireUrl } from './webhook-policy.ts'
import { viewWebhook, type WebhookView } from './webhook-view.ts'

export type WebhookChangeInput = {
  readonly url?: string
  readonly events?: readonly string[]
  readonly description?: string | null
  readonly status?: 'enabled' | 'disabled'
}

export async function findWebhook(stores: Stores, caller: CallerIn, idText: string): Promise<Webhook> {
  const id = parseMadeId('whk', idText)
  const webhook = id === null ? null : await stores.webhooks.find(caller.organizationId, id)
  if (webhook === null) throw notFound()
  return webhook
}

export async function lockWebhook(stores: Stores, caller: CallerIn, idText: string): Promise<Webhook> {
  const id = parseMadeId('whk', idText)
  const webhook = id === null ? null : await stores.webhooks.lock(caller.organizationId, id)
  if (webhook === null) throw notFound()
  return webhook
}

/**
 * Changes where, what, whether. Switched off, it hears nothing of what happens then; what was on its way already waits
 * until it is switched on again.
 */
export async function changeWebhook(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  input: WebhookChangeInput,
): Promise<WebhookView> {
  if (Object.keys(input).length === 0) throw invalid('', 'Say what to change.')
  if (input.url !== undefined) requireUrl(parts.destinations, input.url)
  if (input.events !== undefined) requireSubscription(input.events)
  if (input.description !== undefined) requireDescription(input.description)
  const { value } = await parts.mutate({
    caller,
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const webhook = await lockWebhook(stores, caller, idText)
      requirePermission(standing, 'webhooks:write')
      const atMs = await nowMs()
      // Whoever sends another's events to an address of his own must have the right to read them.
      const sendsElsewhere = input.url !== undefined || input.events !== undefined
      const environment = sendsElsewhere ? environmentOf(caller) : webhook.environment
      const change = { ...changeOf(webhook, input, atMs), environment }
      const after = { ...webhook, ...change }
      if (sendsElsewhere) requireMayRead(standing, after.events)
      const changes = differencesOf(viewWebhook(webhook), input)
      if (isEmpty(changes)) return { result: viewWebhook(webhook), resourceId: null }
      await stores.webhooks.update(webhook.number, change, atMs)
      await tell({ action: 'webhook.updated', target: { type: 'webhook', id: webhook.id }, changes })
      return { result: viewWebhook(after), resourceId: null }
    },
  })
  parts.onDue()
  return value
}

function changeOf(webhook: Webhook, { status, ...rest }: WebhookChangeInput, nowMs: number): WebhookChange {
  if (status === 'disabled' && webhook.disabled === null) {
    return { ...rest, disabled: { atMs: nowMs, reason: 'requested' } }
  }
  return status === 'enabled' && webhook.disabled !== null ? { ...rest, disabled: null } : rest
}

/** Deletes a webhook and all that is known of what was sent to it. */
export async function deleteWebhook(parts: WebhookParts, caller: CallerIn, idText: string): Promise<void> {
  await parts.mutate({
    caller,
    async work({ stores, tell }) {
      stores.mustFit()
      const standing = await standingNow(parts.rights, stores, caller)
      const webhook = await lockWebhook(stores, caller, idText)
      requirePermission(standing, 'webhooks:write')
      await stores.webhooks.delete(webhook.number)
      const target = { type: 'webhook', id: webhook.id }
      await tell({ action: 'webhook.deleted', target, changes: { url: webhook.url } })
      return { result: null, resourceId: null }
    },
  })
}
