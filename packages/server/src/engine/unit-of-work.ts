import { createId } from '@mintmark/core'
import { chainOf, createAuditEvent, type Happening } from './audit.ts'
import { principalOf, tenantOf, type Caller, type PersonCaller } from './caller.ts'
import type { Random } from './ports/clock.ts'
import type { Keyring } from './keyring.ts'
import type { ChainName, NewAuditEvent } from './ports/audit.ts'
import type { IdempotencyRecord } from './ports/idempotency.ts'
import type { Storage, Stores, Tenant } from './ports/storage.ts'
import { refuse, RefusedError } from './refused.ts'
import type { OutboxEvent } from './ports/outbox.ts'
import { createOutboxEvent, type Announcement, type Told } from './webhooks/announcement.ts'
import { isEventType } from './webhooks/event-types.ts'

/** A POST that may be sent again: the header's value and what identifies the request. */
export type IdempotentRequest = {
  /** 1 to 255 printable ASCII characters. */
  readonly key: string
  /** Method, path and body as they were sent. */
  readonly request: string
}

/** What one mutation sees: the stores of its transaction, the authority's clock, and a place to say what happened. */
export type Unit = {
  readonly stores: Stores
  /** The authority's clock, asked once: call it after the last lock has been taken. */
  readonly nowMs: () => Promise<number>
  /**
   * Says what happened. Written with the commit, in the order told, into the mutation's chain.
   * @param told what webhooks hear of it: needed where the action is an event that they can subscribe to
   */
  readonly tell: (happening: Happening, told?: Told) => Promise<void>
  /** Tells webhooks alone, with the commit: of what changes nothing and so is in no audit trail. */
  readonly announce: (announcement: Announcement) => Promise<void>
}

export type Mutation<T> = {
  readonly caller: Caller | PersonCaller
  /** Defaults to the caller's organization. */
  readonly tenant?: Tenant
  readonly chain?: ChainName
  readonly idempotency?: IdempotentRequest | null
  /** Does it. `resourceId` is what the answer is about, so that it can be given again. */
  readonly work: (unit: Unit) => Promise<{ readonly result: T; readonly resourceId: string | null }>
  /** Makes the answer again for a repeated request, without any secret. Null: what it was about is gone. */
  readonly replay?: (stores: Stores, resourceId: string) => Promise<T | null>
}

/** `replayed`: nothing was done now, the answer is the earlier one. */
export type Done<T> = { readonly value: T; readonly replayed: boolean }

export type Mutate = <T>(mutation: Mutation<T>) => Promise<Done<T>>

export const idempotencyLifetimeMs = 24 * 60 * 60 * 1000

type Parts = {
  readonly storage: Storage
  readonly random: Random
  readonly keyring: Keyring
  /** Called after a commit that webhooks are to be told of. */
  readonly onAnnounced: () => void
}

/**
 * The only way to change anything: one transaction with its audit events, and the claim of its Idempotency-Key.
 * Whatever `work` throws rolls all of it back.
 */
export function createMutate(parts: Parts): Mutate {
  const { storage, random, keyring } = parts
  const inFlight = new Set<string>()

  async function run<T>(mutation: Mutation<T>, claim: Claim | null): Promise<Done<T>> {
    const { caller } = mutation
    const tenant = mutation.tenant ?? tenantOf(caller)
    const { done, announces } = await storage.transaction(tenant, async (stores) => {
      if (claim !== null) {
        const replayed = await claimOrReplay(stores, mutation, claim)
        if (replayed !== null) return { done: { value: replayed, replayed: true }, announces: false }
      }
      const story = createStory(caller, stores, random)
      const { result, resourceId } = await mutation.work({ stores, ...story })
      if (claim !== null) await stores.idempotency.complete(claim.principal, claim.keyHmac, { status: 200, resourceId })
      const chain = mutation.chain ?? chainOf(caller)
      if (chain !== 'installation' && story.announced.length > 0) await stores.outbox.append(chain, story.announced)
      // Last, because it locks the head of the chain until the commit.
      if (story.events.length > 0) await stores.audit.append(chain, story.events)
      return { done: { value: result, replayed: false }, announces: story.announced.length > 0 }
    })
    if (announces) parts.onAnnounced()
    return done
  }

  async function claimOrReplay<T>(stores: Stores, mutation: Mutation<T>, claim: Claim): Promise<T | null> {
    const atMs = await stores.nowMs()
    const sinceMs = atMs - idempotencyLifetimeMs
    const { principal, keyHmac, fingerprint, previousKeyHmac } = claim
    if (previousKeyHmac !== null) {
      // Another node may be claiming under that pepper now. Nodes lock in one order, so that one of them wins.
      for (const known of [keyHmac, previousKeyHmac].toSorted()) {
        if (!(await stores.idempotency.lock(principal, known))) throw stillInFlight()
      }
      const older = await stores.idempotency.find(principal, previousKeyHmac, sinceMs)
      if (older !== null) return replay(stores, mutation, older, claim.previousFingerprint)
    }
    const answer = await stores.idempotency.claim({ principal, keyHmac, fingerprint, atMs, sinceMs })
    if (answer.state === 'in_flight') throw stillInFlight()
    return answer.state === 'claimed' ? null : replay(stores, mutation, answer.record, fingerprint)
  }

  async function replay<T>(
    stores: Stores,
    mutation: Mutation<T>,
    record: IdempotencyRecord,
    fingerprint: string | null,
  ): Promise<T> {
    if (record.fingerprint !== fingerprint) throw refuse('idempotency_mismatch')
    const again =
      record.erased || record.resourceId === null ? null : await mutation.replay?.(stores, record.resourceId)
    if (again === null || again === undefined) {
      throw refuse('conflict', 'What this request made has been deleted since. Use a new Idempotency-Key.')
    }
    return again
  }

  return async (mutation) => {
    const claim = mutation.idempotency ? createClaim(keyring, mutation.caller, mutation.idempotency) : null
    if (claim === null) return run(mutation, null)
    const place = `${claim.principal}\n${claim.keyHmac}`
    if (inFlight.has(place)) throw stillInFlight()
    inFlight.add(place)
    try {
      return await run(mutation, claim)
    } finally {
      inFlight.delete(place)
    }
  }
}

type Story = Omit<Unit, 'stores'> & {
  readonly events: readonly NewAuditEvent[]
  readonly announced: readonly OutboxEvent[]
}

/** Collects what is told in one unit of work. */
function createStory(caller: Caller | PersonCaller, stores: Stores, random: Random): Story {
  const events: NewAuditEvent[] = []
  const announced: OutboxEvent[] = []
  let now: number | null = null
  const nowMs = async (): Promise<number> => (now ??= await stores.nowMs())
  return {
    events,
    announced,
    nowMs,
    async tell(happening, told) {
      const { action: type, projectId = null } = happening
      const event = createAuditEvent(caller, happening, await nowMs(), random)
      events.push(event)
      if (!isEventType(type)) return
      if (told === undefined) throw new Error(`Webhooks may listen to ${type}: say what they are told`)
      announced.push(createOutboxEvent({ ...told, type, projectId }, event.id, event.atMs))
    },
    announce: async (announcement) =>
      void announced.push(createOutboxEvent(announcement, createId('evt', random), await nowMs())),
  }
}

type Claim = {
  readonly principal: string
  readonly keyHmac: string
  readonly fingerprint: string
  /** Under the previous pepper, while there is one. */
  readonly previousKeyHmac: string | null
  readonly previousFingerprint: string | null
}

function createClaim(keyring: Keyring, caller: Caller | PersonCaller, { key, request }: IdempotentRequest): Claim {
  const principal = principalOf(caller)
  return {
    principal,
    keyHmac: keyring.current.idempotency(`key\n${key}`),
    fingerprint: keyring.current.idempotency(`request\n${request}`),
    previousKeyHmac: keyring.previous?.idempotency(`key\n${key}`) ?? null,
    previousFingerprint: keyring.previous?.idempotency(`request\n${request}`) ?? null,
  }
}

function stillInFlight(): RefusedError {
  return refuse('conflict', 'A request with this Idempotency-Key is still being answered. Try again in a moment.')
}
