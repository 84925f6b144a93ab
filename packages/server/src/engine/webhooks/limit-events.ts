import type { Contract, KeyId, OrganizationId, UserId } from '@mintmark/core'
import { BoundedMap } from '../bounded-map.ts'
import { systemCaller } from '../caller.ts'
import { isoTime } from '../keys/key-view.ts'
import { windowOfKey } from '../keys/key-window.ts'
import type { ActivityStore, UsageCount } from '../ports/activity.ts'
import type { RateLimit } from '../ports/organizations.ts'
import type { Storage } from '../ports/storage.ts'
import type { Mutate } from '../unit-of-work.ts'
import { aboutKey } from './event-data.ts'
import { isSubscribedTo } from './event-types.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const limitReached = 'api_key.limit_reached'
/** Keys and members of whom this node remembers that it was told. Of one that is forgotten it asks the outbox again. */
const maxRemembered = 10_000

export type LimitEvents = {
  /**
   * What a flush of usage says of keys that were refused for their limit, is told to webhooks: the first time in an
   * hour. Nothing of it is done where a key is verified.
   */
  watch(activity: ActivityStore): ActivityStore
  /** A member may mint no more today. Told the first time in an hour on this node. Never rejects. */
  tellOfCreationLimit(limited: CreationLimited): Promise<void>
}

export type CreationLimited = {
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly atMs: number
  /** When the next mint is possible. */
  readonly resetAtMs: number
}

type Parts = {
  readonly contract: Contract
  readonly storage: Storage
  readonly mutate: Mutate
  readonly onError: (error: unknown) => void
}

export function createLimitEvents(parts: Parts): LimitEvents {
  const silentUntilMinute = new BoundedMap<number, number>(maxRemembered)
  const silentUntilMs = new BoundedMap<string, number>(maxRemembered)

  async function tellOfLimits(counts: readonly UsageCount[]): Promise<void> {
    const limited = new Map<number, number>()
    for (const { keyNumber, minute, outcome } of counts) {
      const isTold = minute < (silentUntilMinute.get(keyNumber) ?? 0)
      if (outcome === 'rate_limit' && !isTold) limited.set(keyNumber, minute)
    }
    if (limited.size === 0) return
    const heard = await parts.storage.read('every-organization', ({ outbox }) =>
      outbox.listHeard([...limited.keys()], (events) => isSubscribedTo(events, limitReached)),
    )
    // Somebody may begin to listen at any time.
    for (const [keyNumber, minute] of limited) silentUntilMinute.set(keyNumber, minute + 1)
    for (const { keyNumber, organizationId, keyId } of heard) {
      const silentMs = await tellOfLimit(parts, organizationId, keyId)
      silentUntilMinute.set(keyNumber, (limited.get(keyNumber) ?? 0) + Math.floor(silentMs / minuteMs))
    }
  }

  return {
    watch: (activity) => ({
      ...bound(activity),
      async record(batch) {
        await activity.record(batch)
        // What is written is written: were this to fail, the counts must not be written again.
        await tellOfLimits(batch.counts).catch(parts.onError)
      },
    }),
    async tellOfCreationLimit(limited) {
      const member = `${limited.organizationId}\n${limited.userId}`
      if (limited.atMs < (silentUntilMs.get(member) ?? 0)) return
      silentUntilMs.set(member, limited.atMs + hourMs)
      await tellOfMinter(parts, limited).catch(parts.onError)
    },
  }
}

function bound(activity: ActivityStore): Omit<ActivityStore, 'record'> {
  return {
    saveWindows: (windows) => activity.saveWindows(windows),
    takeWindows: () => activity.takeWindows(),
    countsSince: (minute) => activity.countsSince(minute),
  }
}

/** Under the key's lock, so that of two nodes one tells. Answers for how long nothing more is told, whoever told it. */
async function tellOfLimit(parts: Parts, organizationId: OrganizationId, keyId: KeyId): Promise<number> {
  const { value: silentMs } = await parts.mutate({
    caller: systemCaller(organizationId, limitReached),
    async work({ stores, nowMs, announce }) {
      const key = await stores.keys.lock(organizationId, keyId)
      const atMs = await nowMs()
      const lastAtMs = key === null ? null : await stores.outbox.lastAtMs(organizationId, keyId, limitReached)
      const restMs = lastAtMs === null ? 0 : lastAtMs + hourMs - atMs
      if (restMs > 0) return { result: restMs, resourceId: null }
      if (key !== null) {
        const told = aboutKey(key, atMs)
        const organization = await stores.organizations.find(organizationId)
        const { limit, windowMs } = windowOfKey(parts.contract, key, organization)
        const rateLimit: RateLimit = { limit, windowSeconds: windowMs / 1000 }
        await announce({ type: limitReached, projectId: key.projectId, ...told, data: { ...told.data, rateLimit } })
      }
      return { result: hourMs, resourceId: null }
    },
  })
  return silentMs
}

async function tellOfMinter(parts: Parts, limited: CreationLimited): Promise<void> {
  const type = 'api_key.creation_limit_reached'
  const { organizationId, userId, resetAtMs } = limited
  const data = { userId, limit: parts.contract.minting.perMemberPerDay, resetAt: isoTime(resetAtMs) }
  await parts.mutate({
    caller: systemCaller(organizationId, type),
    async work({ announce }) {
      await announce({ type, projectId: null, keyId: null, environment: null, data })
      return { result: null, resourceId: null }
    },
  })
}
