import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import type { OrganizationId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { Attempted, DispatchStore, DueDelivery, Turn } from '../../engine/ports/dispatch.ts'
import type { OutboxEvent } from '../../engine/ports/outbox.ts'
import type { Webhook } from '../../engine/ports/webhooks.ts'
import { sampleOutboxEvent } from './storage-outbox.ts'
import { givenMember, givenWebhook, newestPage, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const lease = 'ours'
const healthy = { failures: 0, failingSinceMs: null }
const createDeliveryId = () => createId('dlv', randomBytes)
const hearsAll = () => true
const ascending = (left: number, right: number): number => left - right

/** What became of an attempt, the first at `startMs`. */
const attempted = (delivery: DueDelivery, change: Partial<Attempted> = {}): Attempted => ({
  delivery,
  status: 'delivered',
  attemptedAtMs: startMs + 10,
  nextAttemptAtMs: null,
  responseStatus: 200,
  responseBody: 'ökay',
  error: null,
  ...change,
})
const tryAgainAt = (nextAttemptAtMs: number): Partial<Attempted> => ({
  status: 'pending',
  nextAttemptAtMs,
  responseStatus: null,
  responseBody: null,
  error: 'nobody there',
})

export function describeDispatch(opened: () => OpenedStorage): void {
  const dispatching = async <T>(work: (dispatch: DispatchStore) => Promise<T>): Promise<T> =>
    opened().storage.transaction('every-organization', async ({ dispatch }) => work(dispatch))
  const append = async (organizationId: OrganizationId, events: readonly OutboxEvent[]): Promise<void> =>
    opened().storage.transaction(organizationId, async ({ outbox }) => outbox.append(organizationId, events))
  const fanOutAll = async (hears: Parameters<DispatchStore['fanOut']>[1] = hearsAll): Promise<void> => {
    while ((await dispatching(async (dispatch) => dispatch.fanOut(3, hears, createDeliveryId))) > 0);
  }
  const deliveriesOf = async (webhook: Webhook) =>
    opened().storage.read(webhook.organizationId, async ({ deliveries }) => deliveries.list(webhook, newestPage))
  /** Turns of these webhooks alone: others may be due too. */
  const take = async (
    webhooks: readonly Webhook[],
    options: { readonly nowMs?: number; readonly failing?: boolean; readonly perWebhook?: number } = {},
  ): Promise<readonly Turn[]> => {
    const { nowMs = startMs + 10, failing = false, perWebhook = 8 } = options
    const turns = await dispatching(async (dispatch) =>
      dispatch.take({ lease, nowMs, untilMs: nowMs + 1_000, failing, limit: 1_000, perWebhook }),
    )
    return turns.filter(({ webhook }) => webhooks.some(({ number }) => number === webhook.number))
  }
  const takeOne = async (webhook: Webhook, options: Parameters<typeof take>[1] = {}): Promise<Turn> => {
    const [turn] = await take([webhook], options)
    if (turn === undefined) throw new Error('It is nobody’s turn')
    return turn
  }
  const given = async (change: Partial<Webhook> = {}): Promise<Webhook> => {
    const { organizationId } = await givenMember(opened().storage)
    return givenWebhook(opened().storage, organizationId, change)
  }

  describe('events on their way', () => {
    test('become one delivery each to every webhook of theirs that hears them, and are kept once', async () => {
      const { storage } = opened()
      const webhook = await given()
      const { organizationId } = webhook
      const [deaf, off, stranger] = [
        await givenWebhook(storage, organizationId, { events: ['member.*'] }),
        await givenWebhook(storage, organizationId, { disabled: { atMs: startMs, reason: 'requested' } }),
        await given(),
      ]
      const events = [0, 1, 2, 3, 4].map((atMs) => sampleOutboxEvent({ atMs: startMs + atMs }))
      await append(organizationId, events)
      await fanOutAll(({ events: [subscribed] }) => subscribed === '*')
      await fanOutAll()
      expect((await deliveriesOf(webhook)).map(({ eventId }) => eventId)).toEqual(
        events.map(({ id }) => id).toReversed(),
      )
      expect(await deliveriesOf(webhook)).toContainEqual(
        expect.objectContaining({
          id: expect.stringMatching(/^dlv_/),
          type: 'api_key.created',
          status: 'pending',
          attempt: 0,
          createdAtMs: startMs,
          nextAttemptAtMs: startMs,
        }),
      )
      for (const other of [deaf, off, stranger]) expect(await deliveriesOf(other)).toEqual([])
      const kept = await opened().raw(`select waiting from outbox where organization_id = '${organizationId}'`)
      expect(kept).toEqual(events.map(() => ({ waiting: 0 })))
    })

    test('are dropped where nobody hears them', async () => {
      const { organizationId } = await given()
      await append(organizationId, [sampleOutboxEvent()])
      await fanOutAll(() => false)
      expect(await opened().raw(`select 1 from outbox where organization_id = '${organizationId}'`)).toEqual([])
    })

    test('become no second delivery, however many hand them out at once', async () => {
      const webhooks = [await given(), await given(), await given()]
      const second = await givenWebhook(opened().storage, webhooks[0]?.organizationId ?? ('' as OrganizationId))
      for (const { organizationId } of webhooks) {
        for (let count = 0; count < 8; count += 1) await append(organizationId, [sampleOutboxEvent()])
      }
      await Promise.all(Array.from({ length: 6 }, async () => fanOutAll()))
      for (const webhook of [...webhooks, second]) {
        const ids = (await deliveriesOf(webhook)).map(({ eventId }) => eventId)
        expect([ids.length, new Set(ids).size]).toEqual([8, 8])
      }
    })
  })

  describe('a turn', () => {
    /** A webhook with events of these times, handed out. */
    const due = async (...timesMs: readonly number[]): Promise<Webhook> => {
      const webhook = await given()
      await append(
        webhook.organizationId,
        timesMs.map((atMs) => sampleOutboxEvent({ atMs, body: `{"at":${atMs}}` })),
      )
      await fanOutAll()
      return webhook
    }

    test('is taken when something is due, with the oldest first, to the byte', async () => {
      const webhook = await due(startMs + 2, startMs, startMs + 99, startMs + 1)
      expect(await take([webhook], { nowMs: startMs - 1 })).toEqual([])
      const turn = await takeOne(webhook, { perWebhook: 2 })
      expect(turn).toMatchObject({ webhook, health: healthy, secrets: { pepperVersion: '00112233aabbccdd' } })
      expect(turn.due.map(({ body, attempt }) => [body, attempt])).toEqual([
        [`{"at":${startMs}}`, 0],
        [`{"at":${startMs + 1}}`, 0],
      ])
    })

    test('is nobody else’s while it lasts, and anybody’s when its holder is taken for dead', async () => {
      const webhook = await due(startMs)
      await takeOne(webhook)
      expect(await take([webhook])).toEqual([])
      expect(await take([webhook], { nowMs: startMs + 10 + 999 })).toEqual([])
      expect(await take([webhook], { nowMs: startMs + 10 + 1_000 })).toHaveLength(1)
    })

    test('is one’s of any number that take at once', async () => {
      const webhooks = await Promise.all([due(startMs), due(startMs), due(startMs), due(startMs)])
      const taken = await Promise.all(Array.from({ length: 6 }, async () => take(webhooks)))
      const numbers = taken.flat().map(({ webhook }) => webhook.number)
      expect(numbers.toSorted(ascending)).toEqual(webhooks.map(({ number }) => number).toSorted(ascending))
    })

    test('ends with what became of each, and the webhook rests until the next is due', async () => {
      const webhook = await due(startMs, startMs + 1, startMs + 2)
      const turn = await takeOne(webhook)
      const [first, second, third] = turn.due as [DueDelivery, DueDelivery, DueDelivery]
      const nextMs = startMs + 5_000
      await dispatching(async (dispatch) =>
        dispatch.end(turn, lease, {
          attempted: [
            attempted(first),
            attempted(second, tryAgainAt(nextMs)),
            attempted(third, { status: 'failed', responseStatus: 410 }),
          ],
          health: healthy,
          restUntilMs: startMs + 10,
        }),
      )
      expect(await deliveriesOf(webhook)).toMatchObject([
        { status: 'failed', attempt: 1, responseStatus: 410, nextAttemptAtMs: null },
        { status: 'pending', attempt: 1, attemptedAtMs: startMs + 10, error: 'nobody there', nextAttemptAtMs: nextMs },
        { status: 'delivered', attempt: 1, responseStatus: 200, responseBody: 'ökay', error: null },
      ])
      expect(await take([webhook], { nowMs: nextMs - 1 })).toEqual([])
      expect((await takeOne(webhook, { nowMs: nextMs })).due).toMatchObject([{ number: second.number, attempt: 1 }])
    })

    test('of a webhook that fails is taken apart from the others, the newest first, and no sooner than it has rested', async () => {
      const webhook = await due(startMs, startMs + 1, startMs + 2)
      const turn = await takeOne(webhook, { perWebhook: 1 })
      const health = { failures: 1, failingSinceMs: startMs + 10 }
      await dispatching(async (dispatch) =>
        dispatch.end(turn, lease, {
          attempted: turn.due.map((delivery) => attempted(delivery, tryAgainAt(startMs + 300_000))),
          health,
          restUntilMs: startMs + 5_000,
        }),
      )
      // What happens meanwhile does not wake it.
      await append(webhook.organizationId, [sampleOutboxEvent({ atMs: startMs + 3 })])
      await fanOutAll()
      expect(await take([webhook], { failing: true, nowMs: startMs + 4_999 })).toEqual([])
      expect(await take([webhook], { failing: false, nowMs: startMs + 5_000 })).toEqual([])
      const next = await takeOne(webhook, { failing: true, nowMs: startMs + 5_000, perWebhook: 2 })
      expect(next.health).toEqual(health)
      expect((await deliveriesOf(webhook)).slice(0, 2).map(({ number }) => number)).toEqual(
        next.due.map(({ number }) => number),
      )
    })

    test.each([
      ['failed', tryAgainAt(startMs + 300_000)],
      ['got through', {}],
    ])('after which one was asked for again while it %s: it is due at once', async (_, outcome) => {
      const webhook = await due(startMs, startMs + 1)
      const turn = await takeOne(webhook)
      const asked = (await deliveriesOf(webhook)).find(({ number }) => number === turn.due[0]?.number)
      if (asked === undefined) throw new Error('It is among those that are due')
      const askedAtMs = startMs + 12
      await opened().storage.transaction(webhook.organizationId, async ({ deliveries }) =>
        deliveries.sendAgain(webhook, asked, askedAtMs),
      )
      await dispatching(async (dispatch) => {
        const all = turn.due.map((delivery) => attempted(delivery, outcome))
        const health = { failures: 1, failingSinceMs: startMs + 10 }
        await dispatch.end(turn, lease, { attempted: all, health, restUntilMs: startMs + 5_000 })
      })
      expect((await deliveriesOf(webhook)).at(-1)).toMatchObject({
        status: 'pending',
        attempt: 1,
        attemptedAtMs: startMs + 10,
        nextAttemptAtMs: askedAtMs,
      })
      const next = await takeOne(webhook, { failing: true, nowMs: askedAtMs, perWebhook: 1 })
      expect(next.due).toMatchObject([{ number: asked.number, attempt: 1 }])
    })

    test('that is given up is due at once, with no attempt made', async () => {
      const webhook = await due(startMs)
      const turn = await takeOne(webhook)
      await dispatching(async (dispatch) => dispatch.giveUp(turn, 'another’s'))
      expect(await take([webhook])).toEqual([])
      await dispatching(async (dispatch) => dispatch.giveUp(turn, lease))
      expect((await takeOne(webhook)).due).toEqual(turn.due)
    })

    test('that another has taken over writes nothing over what he wrote', async () => {
      const webhook = await due(startMs)
      const late = await takeOne(webhook)
      const laterMs = startMs + 2_000
      const next = await takeOne(webhook, { nowMs: laterMs })
      const end = async (turn: Turn, change: Partial<Attempted>): Promise<void> =>
        dispatching(async (dispatch) => {
          const all = turn.due.map((delivery) => attempted(delivery, change))
          await dispatch.end(turn, lease, { attempted: all, health: healthy, restUntilMs: laterMs })
        })
      await end(next, { attemptedAtMs: laterMs })
      await end(late, tryAgainAt(startMs + 300_000))
      expect(await deliveriesOf(webhook)).toMatchObject([{ status: 'delivered', attempt: 1, attemptedAtMs: laterMs }])
      expect(await take([webhook], { nowMs: startMs + 300_000 })).toEqual([])
    })

    test('is none of a webhook that is off; switched on again, what waits is due', async () => {
      const { storage } = opened()
      const webhook = await due(startMs)
      const set = async (disabled: Webhook['disabled'], atMs: number): Promise<void> =>
        storage.transaction(webhook.organizationId, async ({ webhooks }) =>
          webhooks.update(webhook.number, { disabled }, atMs),
        )
      await set({ atMs: startMs, reason: 'failing' }, startMs)
      expect(await take([webhook])).toEqual([])
      await set(null, startMs + 50)
      expect(await take([webhook], { nowMs: startMs + 49 })).toEqual([])
      expect((await takeOne(webhook, { nowMs: startMs + 50 })).due).toHaveLength(1)
    })

    test('is looked for without changing anything', async () => {
      // Before all that other tests made.
      const webhook = await given()
      const ask = async (nowMs: number): Promise<boolean> =>
        opened().storage.read('every-organization', async ({ dispatch }) => dispatch.hasWork(lease, nowMs))
      await fanOutAll()
      expect(await ask(1_000)).toBe(false)
      await append(webhook.organizationId, [sampleOutboxEvent({ atMs: 1_000 })])
      expect(await ask(0), 'an event waits').toBe(true)
      await fanOutAll()
      expect([await ask(999), await ask(1_000)]).toEqual([false, true])
      await take([webhook], { nowMs: 1_000 })
      expect(await ask(1_000)).toBe(false)
      await opened().storage.transaction(webhook.organizationId, async ({ webhooks }) =>
        webhooks.delete(webhook.number),
      )
    })
  })

  test('old events go with their deliveries, some at a time, the oldest first', async () => {
    const webhook = await given()
    await append(
      webhook.organizationId,
      [5, 6, 7, 8].map((atMs) => sampleOutboxEvent({ atMs })),
    )
    await fanOutAll()
    const deleteSome = async (beforeMs: number): Promise<number> =>
      dispatching(async (dispatch) => dispatch.deleteBefore(beforeMs, 2))
    expect([await deleteSome(8), await deleteSome(8), await deleteSome(8)]).toEqual([2, 1, 0])
    expect(await deliveriesOf(webhook)).toMatchObject([{ createdAtMs: 8 }])
  })
}
