import { describe, expect, test } from 'vitest'
import { expectStatus } from '../../testing/http-client.ts'
import { describeOnBothStorages, openingInProcess, usingTime } from '../../testing/in-process.ts'
import { until } from '../../testing/until.ts'
import { openWebhookReceiver } from '../../testing/webhook-receiver.ts'
import {
  createScene,
  eventOf,
  reachesThisMachine,
  usingWebhookScene,
  verifySignature,
  type SeenDelivery,
} from '../../testing/webhook-scene.ts'
import { maxAttempts } from './schedule.ts'

const pauseOf = ({ at, nextAttemptAt }: SeenDelivery): number => Date.parse(nextAttemptAt ?? '') - Date.parse(at)

describeOnBothStorages('webhooks are tried again', (open) => {
  const scene = usingWebhookScene(open)

  test.each([301, 302, 307, 308, 400, 401, 404, 429, 500, 503])(
    'after %i, which is no success and leads nowhere else',
    async (status) => {
      const { acme, receiver, create, deliveries } = scene()
      const other = await openWebhookReceiver()
      receiver.answerWith((_, response) => {
        response.writeHead(status, { location: other.url }).end('no')
        return null
      })
      const { id } = await create()
      await acme.mint()
      const delivery = await until(async () => {
        const [one] = await deliveries(id)
        return one?.attempt === 1 ? one : null
      })
      expect(delivery).toMatchObject({ status: 'pending', responseStatus: status, responseBody: 'no' })
      const pauseMs = pauseOf(delivery)
      expect(pauseMs).toBeGreaterThanOrEqual(5_000)
      expect(pauseMs).toBeLessThanOrEqual(6_000)
      expect(other.received).toEqual([])
      await other.close()
    },
  )

  test('never to who is gone: 410 switches a webhook off, and the others and the trail say so', async () => {
    const { acme, admin, receiver, create, deliveries } = scene()
    const gone = await openWebhookReceiver()
    gone.answerWith(410)
    await create(['webhook.disabled'])
    const { id } = await create(['*'], gone.url)
    await acme.mint()
    const [told] = await receiver.first(1)
    expect(eventOf(told)).toMatchObject({
      type: 'webhook.disabled',
      data: { id, status: 'disabled', disabledReason: 'gone' },
    })
    expect((await admin.get(`/v1/webhooks/${id}`)).body).toMatchObject({ status: 'disabled', disabledReason: 'gone' })
    const [event] = (await admin.get('/v1/audit-events?action=webhook.disabled')).body.data
    expect(event).toMatchObject({
      actor: { type: 'system' },
      target: { type: 'webhook', id },
      changes: { reason: 'gone' },
    })
    expect((await deliveries(id))[0]).toMatchObject({ status: 'failed', responseStatus: 410, nextAttemptAt: null })
    await acme.mint()
    expect(gone.received).toHaveLength(1)
    await gone.close()
  })

  test('not while it is off; what waited before goes when it is on again', async () => {
    const { acme, admin, receiver, create, deliveries } = scene()
    receiver.answerWith(500)
    const { id } = await create()
    const waits = await acme.mint({ name: 'waits' })
    await receiver.first(1)
    const path = `/v1/webhooks/${id}`
    await until(async () => ((await deliveries(id))[0]?.attempt === 1 ? true : null))
    expectStatus(200, await admin.patch(path, { status: 'disabled' }))
    await acme.mint({ name: 'unheard' })
    receiver.answerWith(204)
    expectStatus(200, await admin.patch(path, { status: 'enabled' }))
    expectStatus(201, await admin.post(`${path}/test`))
    const all = await until(async () => {
      const some = await deliveries(id)
      return some.filter(({ status }) => status === 'delivered').length === 2 ? some : null
    }, 20_000)
    expect(all).toHaveLength(2)
    expect(receiver.received.map((one) => eventOf(one).data.name)).not.toContain('unheard')
    expect(receiver.received.filter((one) => eventOf(one).data.id === waits.id)).toHaveLength(2)
  }, 30_000)
})

describe('a webhook that nothing gets through to', () => {
  const open = openingInProcess()
  const letTimePass = usingTime()

  test('is tried with pauses of up to a day, under one id, then switched off, and the others and the trail say so', async () => {
    letTimePass(0)
    const receiver = await openWebhookReceiver()
    const { acme, admin, create, deliveries } = await createScene(await open(reachesThisMachine), receiver)
    const { id, secret } = await create(['api_key.*'])
    receiver.answerWith((received) => {
      verifySignature(secret, received)
      return 500
    })
    const others = await openWebhookReceiver()
    await create(['webhook.disabled'], others.url)
    await acme.mint()
    const pauses = []
    for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
      const delivery = await until(async () => (await deliveries(id)).find((one) => one.attempt === attempt) ?? null)
      expect(delivery).toMatchObject({ status: 'pending', responseStatus: 500 })
      pauses.push(pauseOf(delivery) / 1000)
      letTimePass(pauseOf(delivery))
    }
    const floor = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    pauses.forEach((seconds, index) => {
      expect(seconds).toBeGreaterThanOrEqual(floor[index] ?? 0)
      expect(seconds).toBeLessThanOrEqual((floor[index] ?? 0) * 1.2 + 1)
    })
    const [told] = await others.first(1)
    const disabled = { id, status: 'disabled', disabledReason: 'failing' }
    expect(eventOf(told)).toMatchObject({ type: 'webhook.disabled', data: disabled })
    expect((await admin.get(`/v1/webhooks/${id}`)).body).toMatchObject(disabled)
    expect((await admin.get('/v1/audit-events?action=webhook.disabled')).body.data).toMatchObject([
      { actor: { type: 'system' }, target: { type: 'webhook', id }, changes: { reason: 'failing' } },
    ])
    expect(await deliveries(id)).toMatchObject([{ status: 'failed', attempt: maxAttempts, nextAttemptAt: null }])
    expect(new Set(receiver.received.map(({ id: eventId, body }) => `${eventId} ${body}`)).size).toBe(1)
    // Each attempt was signed when it was made.
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-signature'])).size).toBe(maxAttempts)
    await receiver.close()
    await others.close()
  })

  test('for a while, and then answers, gets all of it, each under its own id', async () => {
    letTimePass(0)
    const receiver = await openWebhookReceiver()
    const { acme, create, deliveries } = await createScene(await open(reachesThisMachine), receiver)
    receiver.answerWith(503)
    const { id } = await create(['api_key.created'])
    const minted = []
    for (let count = 0; count < 30; count += 1) minted.push((await acme.mint()).id)
    const failing = await until(async () => (await deliveries(id)).find(({ attempt }) => attempt > 0) ?? null)
    expect(failing.status).toBe('pending')
    receiver.answerWith(204)
    const refused = receiver.received.length
    const told = async (): Promise<readonly string[]> => {
      letTimePass(5_000)
      return receiver.received.slice(refused).map((one) => eventOf(one).data.id)
    }
    const all = await until(async () => {
      const ids = await told()
      return ids.length >= minted.length ? ids : null
    }, 25_000)
    expect(all.toSorted()).toEqual(minted.toSorted())
    await receiver.close()
  })
})
