import type { CallerIn } from './caller.ts'
import { writePage, type ListPage, type PageInput } from './list.ts'
import type { Done, IdempotentRequest } from './unit-of-work.ts'
import { changeWebhook, deleteWebhook, findWebhook, type WebhookChangeInput } from './webhooks/change-webhook.ts'
import { createWebhook, type WebhookInput, type WebhookWithSecret } from './webhooks/create-webhook.ts'
import { listDeliveries, requireDelivery, resendDelivery, testWebhook } from './webhooks/deliveries.ts'
import type { WebhookParts } from './webhooks/parts.ts'
import { rotateWebhookSecret } from './webhooks/rotate-webhook-secret.ts'
import { viewWebhook, type DeliveryView, type WebhookView } from './webhooks/webhook-view.ts'

type Idempotency = IdempotentRequest | null

export type WebhookUseCases = {
  create(caller: CallerIn, input: WebhookInput, idempotency: Idempotency): Promise<Done<WebhookWithSecret>>
  get(caller: CallerIn, id: string): Promise<WebhookView>
  list(caller: CallerIn, input: PageInput): Promise<ListPage<WebhookView>>
  change(caller: CallerIn, id: string, input: WebhookChangeInput): Promise<WebhookView>
  delete(caller: CallerIn, id: string): Promise<void>
  rotateSecret(
    caller: CallerIn,
    id: string,
    input: { readonly overlapSeconds?: number },
    idempotency: Idempotency,
  ): Promise<Done<WebhookWithSecret>>
  /** Sends an event that says nothing. */
  test(caller: CallerIn, id: string, idempotency: Idempotency): Promise<Done<DeliveryView>>
  listDeliveries(caller: CallerIn, id: string, input: PageInput): Promise<ListPage<DeliveryView>>
  resend(caller: CallerIn, id: string, deliveryId: string, idempotency: Idempotency): Promise<Done<DeliveryView>>
  /** Throws 404 unless the webhook, and the delivery where one is named, are there. */
  require(caller: CallerIn, id: string, deliveryId?: string): Promise<void>
}

export function createWebhooks(parts: WebhookParts): WebhookUseCases {
  const { storage, cursors } = parts
  return {
    create: (caller, input, idempotency) => createWebhook(parts, caller, input, idempotency),
    get: (caller, id) =>
      storage.read(caller.organizationId, async (stores) => viewWebhook(await findWebhook(stores, caller, id))),
    list: (caller, input) =>
      storage.read(caller.organizationId, (stores) =>
        writePage(cursors, JSON.stringify(['webhooks', caller.organizationId]), input, async (page) =>
          (await stores.webhooks.list(caller.organizationId, page)).map((webhook) => ({
            number: webhook.number,
            view: viewWebhook(webhook),
          })),
        ),
      ),
    change: (caller, id, input) => changeWebhook(parts, caller, id, input),
    delete: (caller, id) => deleteWebhook(parts, caller, id),
    rotateSecret: (caller, id, input, idempotency) => rotateWebhookSecret(parts, caller, id, input, idempotency),
    test: (caller, id, idempotency) => testWebhook(parts, caller, id, idempotency),
    listDeliveries: (caller, id, input) => listDeliveries(parts, caller, id, input),
    resend: (caller, id, deliveryId, idempotency) => resendDelivery(parts, caller, id, deliveryId, idempotency),
    require: (caller, id, deliveryId) => requireDelivery(parts, caller, id, deliveryId ?? null),
  }
}
