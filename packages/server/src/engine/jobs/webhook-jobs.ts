import type { Keyring } from '../keyring.ts'
import type { Random } from '../ports/clock.ts'
import type { Storage } from '../ports/storage.ts'
import { openSecrets, sealSecrets } from '../webhooks/webhook-secret.ts'
import type { Job } from './job.ts'

const minuteMs = 60_000
/** For so long it can be seen what was sent, and be sent again. */
const keptMs = 30 * 24 * 60 * minuteMs
const maxEventsAtOnce = 200
const maxWebhooksAtOnce = 50

/** Forgets old deliveries; during a change of pepper, seals the secrets of webhooks anew. */
export function createWebhookJobs(parts: {
  readonly storage: Storage
  readonly keyring: Keyring
  readonly random: Random
}): readonly Job[] {
  const { storage, keyring } = parts
  const forget: Job = {
    name: 'webhooks.forget',
    everyMs: 60 * minuteMs,
    step: () =>
      storage.transaction('every-organization', async (stores) => {
        const beforeMs = (await stores.nowMs()) - keptMs
        return (await stores.dispatch.deleteBefore(beforeMs, maxEventsAtOnce)) === maxEventsAtOnce
      }),
  }
  const reseal: Job = { name: 'webhooks.reseal', everyMs: minuteMs, step: () => resealSome(parts) }
  return keyring.rekeys ? [forget, reseal] : [forget]
}

async function resealSome(parts: {
  readonly storage: Storage
  readonly keyring: Keyring
  readonly random: Random
}): Promise<boolean> {
  const { storage, keyring } = parts
  const { current, previous } = keyring.digesters
  if (previous === null) return false
  return storage.transaction('every-organization', async ({ webhooks }) => {
    const sealed = await webhooks.lockSealed(previous.version, maxWebhooksAtOnce)
    for (const { id, number } of sealed) {
      const secrets = openSecrets(keyring, id, await webhooks.readSecrets(number))
      await webhooks.writeSecrets(number, sealSecrets(parts, id, secrets))
    }
    return sealed.length === maxWebhooksAtOnce && current.version !== previous.version
  })
}
