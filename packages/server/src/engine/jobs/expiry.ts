import type { KeyId, OrganizationId } from '@mintmark/core'
import { systemCaller } from '../caller.ts'
import { nextNoticeMs, noticeAt } from '../keys/expiry-notice.ts'
import type { KeyWithSecrets } from '../ports/keys.ts'
import type { Storage, Stores } from '../ports/storage.ts'
import type { Mutate, Unit } from '../unit-of-work.ts'
import { aboutKey } from '../webhooks/event-data.ts'
import type { Job } from './job.ts'

const minuteMs = 60_000
/** Keys told of in one transaction, all of one organization: its audit chain is locked at the end. */
const maxKeysAtOnce = 50

const name = 'api_key.expiry'

/**
 * Records that keys expired, and says before that they will. It decides nothing: every verification compares the expiry
 * with the clock itself. A key's row says what was told, under its lock, so that any number of nodes tells it once.
 */
export function createExpiryJob(parts: { readonly storage: Storage; readonly mutate: Mutate }): Job {
  const { storage, mutate } = parts
  return {
    name,
    everyMs: minuteMs,
    async step() {
      const due = await storage.read('every-organization', async (stores) => {
        const nowMs = await stores.nowMs()
        const organizationId = await stores.expiryNotices.nextOrganization(nowMs)
        if (organizationId === null) return null
        return { organizationId, keys: await stores.expiryNotices.listDue(organizationId, nowMs, maxKeysAtOnce) }
      })
      if (due === null) return false
      const { organizationId, keys } = due
      await mutate({
        caller: systemCaller(organizationId, name),
        async work({ stores, nowMs, tell }) {
          const locked = await lockAll(stores, organizationId, keys)
          const atMs = await nowMs()
          for (const key of locked) await tellOf(stores, tell, key, atMs)
          return { result: null, resourceId: null }
        },
      })
      return true
    },
  }
}

async function lockAll(
  stores: Stores,
  organizationId: OrganizationId,
  ids: readonly KeyId[],
): Promise<readonly KeyWithSecrets[]> {
  const locked = []
  for (const id of ids) {
    const key = await stores.keys.lock(organizationId, id)
    if (key !== null) locked.push(key)
  }
  return locked
}

async function tellOf(stores: Stores, tell: Unit['tell'], key: KeyWithSecrets, nowMs: number): Promise<void> {
  const dueAtMs = await stores.expiryNotices.dueAtMs(key.number)
  // Told by another node, or given more time, before the lock was had.
  if (dueAtMs === null || dueAtMs > nowMs) return
  const expiresAtMs = key.revocation === null ? key.expiresAtMs : null
  await stores.expiryNotices.set(key.number, nextNoticeMs(expiresAtMs, nowMs))
  const notice = noticeAt(expiresAtMs, nowMs)
  if (notice === null) return
  const { action, days } = notice
  const changes = { expiresAtMs, ...(days !== null && { days }) }
  const told = aboutKey(key, nowMs)
  await tell(
    { action, target: { type: 'api_key', id: key.id }, projectId: key.projectId, changes },
    days === null ? told : { ...told, data: { ...told.data, days } },
  )
}
