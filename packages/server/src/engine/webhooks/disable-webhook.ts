import { systemCaller } from '../caller.ts'
import type { DisabledReason, Webhook } from '../ports/webhooks.ts'
import type { Mutate } from '../unit-of-work.ts'
import { viewWebhook } from './webhook-view.ts'

/**
 * Switches off a webhook that nothing gets through to, and says so: in the audit trail and to the other webhooks.
 *
 * @param sent as it was when it was sent to: one that has been given another address since is left on
 */
export async function disableWebhook(mutate: Mutate, sent: Webhook, reason: DisabledReason) {
  const { organizationId, id } = sent
  await mutate({
    caller: systemCaller(organizationId, 'webhooks'),
    async work({ stores, nowMs, tell }) {
      const webhook = await stores.webhooks.lock(organizationId, id)
      if (webhook === null || webhook.disabled !== null || webhook.url !== sent.url) {
        return { result: null, resourceId: null }
      }
      const atMs = await nowMs()
      const disabled = { atMs, reason }
      await stores.webhooks.update(webhook.number, { disabled }, atMs)
      const happening = { action: 'webhook.disabled', target: { type: 'webhook', id }, changes: { reason } }
      await tell(happening, { keyId: null, environment: null, data: viewWebhook({ ...webhook, disabled }) })
      return { result: null, resourceId: null }
    },
  })
}
