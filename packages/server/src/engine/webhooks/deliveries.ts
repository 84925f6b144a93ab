import { createId, parseMadeId } from '@mintmark/core'
import type { CallerIn } from '../caller.ts'
import { requirePermission, standingNow } from '../grants.ts'
import { writePage, type ListPage, type PageInput } from '../list.ts'
import type { Stores } from '../ports/storage.ts'
import type { Webhook } from '../ports/webhooks.ts'
import { notFound, refuse } from '../refused.ts'
import type { Done, IdempotentRequest } from '../unit-of-work.ts'
import { createOutboxEvent } from './announcement.ts'
import { findWebhook, lockWebhook } from './change-webhook.ts'
import { testEventType } from './event-types.ts'
import type { WebhookParts } from './parts.ts'
import { viewDelivery, type DeliveryView } from './webhook-view.ts'

export async function listDeliveries(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  input: PageInput,
): Promise<ListPage<DeliveryView>> {
  return parts.storage.read(caller.organizationId, async (stores) => {
    const webhook = await findWebhook(stores, caller, idText)
    const context = JSON.stringify(['deliveries', caller.organizationId, webhook.id])
    return writePage(parts.cursors, context, input, async (page) =>
      (await stores.deliveries.list(webhook, page)).map((delivery) => ({
        number: delivery.number,
        view: viewDelivery(caller, delivery),
      })),
    )
  })
}

/** Sends an event that says nothing, so that a receiver can be tried. */
export async function testWebhook(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  idempotency: IdempotentRequest | null,
): Promise<Done<DeliveryView>> {
  return sending(parts, caller, idText, idempotency, async (stores, webhook, nowMs) => {
    const data = { webhookId: webhook.id }
    const announcement = { type: testEventType, projectId: null, keyId: null, environment: null, data } as const
    const event = createOutboxEvent(announcement, createId('evt', parts.random), nowMs)
    const delivery = await stores.deliveries.insert(webhook, event, createId('dlv', parts.random))
    return { action: 'webhook.tested', delivery: viewDelivery(caller, delivery) }
  })
}

/** Sends an event once more, under the same id, whatever became of it before. */
export async function resendDelivery(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  deliveryId: string,
  idempotency: IdempotentRequest | null,
): Promise<Done<DeliveryView>> {
  return sending(parts, caller, idText, idempotency, async (stores, webhook, nowMs) => {
    const delivery = await findDelivery(stores, webhook, deliveryId)
    await stores.deliveries.sendAgain(webhook, delivery, nowMs)
    const again = { ...delivery, status: 'pending', nextAttemptAtMs: nowMs } as const
    return { action: 'webhook.resent', delivery: viewDelivery(caller, again) }
  })
}

/** Throws 404 unless the webhook, and the delivery where one is named, are there. */
export async function requireDelivery(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  deliveryId: string | null,
): Promise<void> {
  await parts.storage.read(caller.organizationId, async (stores) => {
    const webhook = await findWebhook(stores, caller, idText)
    if (deliveryId !== null) await findDelivery(stores, webhook, deliveryId)
  })
}

async function findDelivery(stores: Stores, webhook: Webhook, idText: string) {
  const id = parseMadeId('dlv', idText)
  const delivery = id === null ? null : await stores.deliveries.find(webhook, id)
  if (delivery === null) throw notFound()
  return delivery
}

type Sent = { readonly action: string; readonly delivery: DeliveryView }

async function sending(
  parts: WebhookParts,
  caller: CallerIn,
  idText: string,
  idempotency: IdempotentRequest | null,
  send: (stores: Stores, webhook: Webhook, nowMs: number) => Promise<Sent>,
): Promise<Done<DeliveryView>> {
  const done = await parts.mutate<DeliveryView>({
    caller,
    idempotency,
    async replay(stores, resourceId) {
      const webhook = await findWebhook(stores, caller, idText)
      const id = parseMadeId('dlv', resourceId)
      const delivery = id === null ? null : await stores.deliveries.find(webhook, id)
      return delivery === null ? null : viewDelivery(caller, delivery)
    },
    async work({ stores, nowMs, tell }) {
      const standing = await standingNow(parts.rights, stores, caller)
      const webhook = await lockWebhook(stores, caller, idText)
      requirePermission(standing, 'webhooks:write')
      if (webhook.disabled !== null) throw refuse('conflict', 'This webhook is disabled. Enable it first.')
      const { action, delivery } = await send(stores, webhook, await nowMs())
      await tell({ action, target: { type: 'webhook', id: webhook.id }, changes: { deliveryId: delivery.id } })
      return { result: delivery, resourceId: delivery.id }
    },
  })
  parts.onDue()
  return done
}
