import { createDestinations, type Destinations } from '../engine/webhooks/destination.ts'
import { createResolveName } from './resolve-name.ts'
import { createSendWebhook } from './send-webhook.ts'
import { WebhookWorker } from './webhook-worker.ts'

/** What goes out of this process by itself. */
export type Outgoing = { readonly destinations: Destinations; readonly worker: WebhookWorker }

/** @param allowNetworks CIDRs that webhooks may reach although they are private */
export function openWebhooks(allowNetworks: readonly string[], onError: (error: unknown) => void): Outgoing {
  const destinations = createDestinations(allowNetworks)
  const resolveName = createResolveName({ asksSystem: allowNetworks.length > 0 })
  return {
    destinations,
    worker: new WebhookWorker({ send: createSendWebhook({ destinations, resolveName }), onError }),
  }
}
