import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMintmark } from '../../create-mintmark.ts'
import { expectStatus, type Client } from '../../testing/http-client.ts'
import { describeOnBothStorages, openingInProcess, usingTime } from '../../testing/in-process.ts'
import { until } from '../../testing/until.ts'
import { openWebhookReceiver, type Received } from '../../testing/webhook-receiver.ts'
import { hostCaller } from '../caller.ts'
import {
  createScene,
  eventOf,
  reachesThisMachine,
  usingWebhookScene,
  verifySignature,
  type SeenDelivery,
} from '../../testing/webhook-scene.ts'

const dayMs = 86_400_000
const typesOf = (received: readonly Received[]) => received.map((one) => eventOf(one).type)

describeOnBothStorages('webhooks are sent', (open) => {
  const scene = usingWebhookScene(open)

  describe('of a key', () => {
    test('that is minted, rotated, revoked and deleted', async () => {
      const { acme, admin, receiver, create } = scene()
      await create()
      const key = await acme.mint({ name: 'deploys', permissions: ['projects:read'] })
      expectStatus(201, await admin.post(`${key.path}/rotate`, { overlapSeconds: 60 }))
      expectStatus(200, await admin.post(`${key.path}/revoke`, { reason: 'leaked', comment: 'between us' }))
      const events = (await receiver.first(3)).map(eventOf)
      expect((await admin.delete(key.path)).status).toBe(204)
      const last = eventOf((await receiver.first(4)).at(-1))
      const byType = Object.fromEntries(events.map((event) => [event.type, event]))
      expect(byType['api_key.created'].data).toEqual({
        id: key.id,
        name: 'deploys',
        prefix: key.prefix,
        environment: 'live',
        scope: 'organization',
        projectId: null,
        permissions: ['projects:read'],
        status: 'active',
        owner: { type: 'member', userId: 'admin' },
        createdAt: byType['api_key.created'].timestamp,
        createdByUserId: 'admin',
        expiresAt: null,
        revokedAt: null,
        revokedReason: null,
        secrets: [
          { id: expect.stringMatching(/^sec_/), prefix: key.prefix, createdAt: expect.any(String), expiresAt: null },
        ],
      })
      expect(byType['api_key.rotated'].data.secrets).toHaveLength(2)
      expect(byType['api_key.revoked'].data).toMatchObject({ status: 'revoked', revokedReason: 'leaked' })
      // What is erased everywhere is known again by who knew it, and by nobody else.
      const idSha256 = createHash('sha256').update(key.id).digest('hex')
      expect(last).toMatchObject({ type: 'api_key.deleted', data: { idSha256, environment: 'live' } })
      expect(JSON.stringify(last)).not.toContain(key.id)
      const sent = receiver.received.map(({ body, headers }) => body + JSON.stringify(headers)).join('\n')
      for (const secret of [key.key, key.key.slice(key.prefix.length), 'between us']) expect(sent).not.toContain(secret)
    })

    test('that is deleted, with nothing left of it in outbox and deliveries', async () => {
      const { acme, admin, receiver, create, deliveries, delivered } = scene()
      receiver.answerWith((received, response) => {
        response.writeHead(200).end(received.body)
        return null
      })
      const { id } = await create()
      const [gone, stays] = [await acme.mint({ name: 'gone' }), await acme.mint({ name: 'stays' })]
      await delivered(id, 2)
      expect(JSON.stringify(await deliveries(id))).toContain('gone')
      expect((await admin.delete(gone.path)).status).toBe(204)
      const left = await delivered(id, 2)
      expect(left.map(({ type }) => type)).toEqual(['api_key.deleted', 'api_key.created'])
      expect(JSON.stringify(left)).not.toContain('gone')
      expect(JSON.stringify(left)).toContain(stays.id)
    })
  })

  test('of members and projects, and of a project’s keys that go with it', async () => {
    const { acme, admin, receiver, create } = scene()
    await create()
    await acme.addMember('ada', 'engineer')
    expectStatus(200, await admin.patch('/v1/users/ada', { role: 'member' }))
    expectStatus(201, await admin.post('/v1/users/invite', { email: 'bo@example.test', role: 'member' }))
    expect((await admin.delete('/v1/users/ada')).status).toBe(204)
    await acme.addProject('web')
    expectStatus(200, await admin.patch('/v1/projects/web', { name: 'Site' }))
    await acme.mint({ scope: 'project', projectId: 'web' })
    expect((await admin.delete('/v1/projects/web')).status).toBe(204)
    const received = await receiver.first(9)
    expect(typesOf(received).toSorted((left, right) => left.localeCompare(right))).toEqual([
      'api_key.created',
      'api_key.revoked',
      'member.created',
      'member.invited',
      'member.removed',
      'member.updated',
      'project.created',
      'project.deleted',
      'project.updated',
    ])
    const events = Object.fromEntries(received.map((one) => [eventOf(one).type, eventOf(one).data]))
    expect(events['member.updated']).toMatchObject({ id: 'ada', role: 'member', status: 'active' })
    expect(events['project.updated']).toMatchObject({ id: 'web', name: 'Site' })
    expect(events['api_key.revoked']).toMatchObject({ projectId: 'web', revokedReason: 'project_deleted' })
    expect(received.map(({ body }) => body).join('')).not.toContain('mmi_')
  })

  test('only what they subscribe to, and nothing of what failed', async () => {
    const { acme, admin, create, delivered } = scene()
    const { id } = await create(['api_key.revoked', 'project.*'])
    const key = await acme.mint()
    expect((await admin.post('/v1/projects', { id: 'a b', name: 'x' })).status).toBe(400)
    await acme.addProject('web')
    expect((await admin.post('/v1/projects', { id: 'web', name: 'twice' })).status).toBe(409)
    expectStatus(200, await admin.post(`${key.path}/revoke`))
    // Again: the same answer, and nothing happens.
    expectStatus(200, await admin.post(`${key.path}/revoke`))
    const all = await delivered(id, 2)
    expect(all.map(({ type }) => type)).toEqual(['api_key.revoked', 'project.created'])
  })

  test('to their own organization alone, and nothing from before they were made', async () => {
    const { mintmark, acme, receiver, create, delivered } = scene()
    await acme.mint({ name: 'before' })
    const { id } = await create()
    const stranger = await mintmark.organization()
    await stranger.mint({ name: 'theirs' })
    const own = await acme.mint({ name: 'ours' })
    const all = await delivered(id, 1)
    expect(all).toHaveLength(1)
    expect(eventOf(receiver.received[0]).data.id).toBe(own.id)
  })

  test('signed as Standard Webhooks says, under the id of the event and of its audit event', async () => {
    const { acme, admin, receiver, create, onlyDelivered } = scene()
    const { secret, id } = await create()
    await acme.mint()
    const [received] = await receiver.first(1)
    if (received === undefined) throw new Error('Nothing came')
    expect(verifySignature(secret, received)).toMatchObject({ type: 'api_key.created' })
    expect(() => verifySignature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', received)).toThrow('signature')
    expect(() => verifySignature(secret, { ...received, body: received.body.replace('live', 'test') })).toThrow(
      'signature',
    )
    expect(received.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Mintmark\/\d/),
      'webhook-id': expect.stringMatching(/^evt_[0-9A-Za-z]{22}$/),
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
    })
    expect(received.headers).not.toHaveProperty('authorization')
    expect(received.headers).not.toHaveProperty('cookie')
    const delivery = await onlyDelivered(id)
    const [event] = (await admin.get('/v1/audit-events?action=api_key.created')).body.data
    expect([delivery.eventId, event.id]).toEqual([received.id, received.id])
  })

  test('signed with two secrets while one replaces the other, whichever the receiver has', async () => {
    const { acme, admin, receiver, create } = scene()
    const { id, secret: first } = await create()
    const path = `/v1/webhooks/${id}/rotate-secret`
    const { secret: second } = expectStatus(201, await admin.post(path, { overlapSeconds: 3600 }))
    await acme.mint()
    const [both] = await receiver.first(1)
    if (both === undefined) throw new Error('Nothing came')
    expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    for (const secret of [first, second]) expect(verifySignature(secret, both)).toBeDefined()
    // Once more at once: the oldest is out.
    const { secret: third } = expectStatus(201, await admin.post(path, {}))
    await acme.mint()
    const [, next] = await receiver.first(2)
    if (next === undefined) throw new Error('Nothing came')
    for (const secret of [second, third]) expect(verifySignature(secret, next)).toBeDefined()
    expect(() => verifySignature(first, next)).toThrow('signature')
    const { secret: last } = expectStatus(201, await admin.post(path, { overlapSeconds: 0 }))
    await acme.mint()
    const [, , alone] = await receiver.first(3)
    if (alone === undefined) throw new Error('Nothing came')
    expect(alone.headers['webhook-signature']?.split(' ')).toHaveLength(1)
    expect(verifySignature(last, alone)).toBeDefined()
  })

  test('again when somebody asks, under the same id, to the byte', async () => {
    const { acme, admin, receiver, create, deliveries, onlyDelivered } = scene()
    const { id, secret } = await create()
    await acme.mint()
    const delivery = await onlyDelivered(id)
    const path = `/v1/webhooks/${id}/deliveries/${delivery.id}/resend`
    const answer = expectStatus(201, await admin.post(path))
    expect(answer).toMatchObject({ id: delivery.id, status: 'pending', attempt: 1 })
    const [first, second] = await receiver.first(2)
    if (first === undefined || second === undefined) throw new Error('Nothing came')
    expect([second.id, second.body]).toEqual([first.id, first.body])
    expect(verifySignature(secret, second)).toBeDefined()
    expect(await until(async () => ((await deliveries(id))[0]?.attempt === 2 ? true : null))).toBe(true)
  })

  test('as a test that says nothing', async () => {
    const { admin, receiver, create, onlyDelivered } = scene()
    const { id, secret } = await create(['project.deleted'])
    const delivery = expectStatus(201, await admin.post(`/v1/webhooks/${id}/test`))
    expect(delivery).toMatchObject({ type: 'webhook.test', attempt: 0, status: 'pending', responseStatus: null })
    const [received] = await receiver.first(1)
    if (received === undefined) throw new Error('Nothing came')
    expect(eventOf(received)).toEqual({
      type: 'webhook.test',
      timestamp: expect.stringMatching(/Z$/),
      data: { webhookId: id },
    })
    expect(verifySignature(secret, received)).toBeDefined()
    const done = await onlyDelivered(id)
    expect(done).toMatchObject({
      id: delivery.id,
      status: 'delivered',
      attempt: 1,
      responseStatus: 204,
      responseBody: '',
    })
  })

  test('and what was sent can be seen, to the byte, and what was answered, the first KiB of it', async () => {
    const { acme, receiver, create, onlyDelivered } = scene()
    receiver.answerWith((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`thänks\0${'x'.repeat(100_000)}`)
      return null
    })
    const { id } = await create()
    await acme.mint()
    const delivery = await onlyDelivered(id)
    expect(delivery.requestBody).toBe(receiver.received.at(-1)?.body)
    expect(delivery.responseBody).toMatch(/^thänks\uFFFDx+$/)
    expect(delivery.responseBody?.length).toBeLessThanOrEqual(1024)
    expect(delivery).toMatchObject({ status: 'delivered', responseStatus: 200, error: null, nextAttemptAt: null })
  })

  test('and what was sent of a noun is shown to who may read that noun, and to nobody else', async () => {
    const { acme, admin, create, delivered } = scene()
    const { id } = await create()
    await acme.addMember('new', 'member')
    await acme.addProject('site')
    await delivered(id, 2)
    const path = `/v1/webhooks/${id}`
    const shown = async (client: Client): Promise<readonly unknown[]> => {
      const { data } = expectStatus(200, await client.get(`${path}/deliveries`))
      return data.map(({ type, requestBody }: SeenDelivery) => [type, requestBody !== null])
    }
    // This role lacks users:read.
    const engineer = acme.as('engineer')
    const isShown = (member: boolean) => [
      ['project.created', true],
      ['member.created', member],
    ]
    expect([await shown(engineer), await shown(admin), await shown(acme.operator)]).toEqual(
      [false, true, true].map(isShown),
    )
    const member = (await delivered(id, 2)).find(({ type }) => type === 'member.created')
    const resent = await engineer.post(`${path}/deliveries/${member?.id}/resend`)
    expect(expectStatus(201, resent).requestBody).toBeNull()
    expect(expectStatus(201, await engineer.post(`${path}/test`)).requestBody).toContain('webhook.test')
  })
})

describe('a key that expires', () => {
  const open = openingInProcess()
  const letTimePass = usingTime()

  test('is told of seven days before, a day before, and then', async () => {
    letTimePass(0)
    const receiver = await openWebhookReceiver()
    const { mintmark, acme, create } = await createScene(await open(reachesThisMachine), receiver)
    await create(['api_key.expiring', 'api_key.expired'])
    const expiresAt = new Date(Date.now() + 8 * dayMs).toISOString()
    const { id } = await acme.mint({ expiresAt })
    const job = mintmark.mintmark.engine.jobs.find(({ name }) => name === 'api_key.expiry')
    for (const days of [1, 6, 1]) {
      letTimePass(days * dayMs)
      for (let times = 0; times < 2; times += 1) while (await job?.step());
    }
    const events = (await receiver.first(3)).map(eventOf)
    expect(events.map(({ type, data }) => [type, data.days ?? null])).toEqual([
      ['api_key.expiring', 7],
      ['api_key.expiring', 1],
      ['api_key.expired', null],
    ])
    for (const { data } of events) expect(data).toMatchObject({ id, expiresAt })
    expect(events.map(({ data }) => data.status)).toEqual(['active', 'active', 'expired'])
    await receiver.close()
  })
})

test('what was allowed once and is no more hears nothing, and it can be seen why', async () => {
  const receiver = await openWebhookReceiver()
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-webhooks-'))
  const log = { write: () => {} }
  const operator = hostCaller(null, { requestId: 'test', ip: null })
  const allowing = await createMintmark({ dataDir, log, ...reachesThisMachine })
  const { id: organizationId } = (await allowing.engine.organizations.create(operator, { name: 'Acme' }, null)).value
  const acme = { ...operator, organizationId }
  const input = { url: receiver.url, events: ['project.*'] }
  const { id } = (await allowing.engine.webhooks.create(acme, input, null)).value
  await allowing.close()
  const closed = await createMintmark({ dataDir, log })
  const { engine } = closed
  await expect(engine.webhooks.create(acme, input, null)).rejects.toMatchObject({ reason: 'invalid_request' })
  await engine.projects.create(acme, { name: 'Site' }, null)
  const [delivery] = await until(async () => {
    const { data } = await engine.webhooks.listDeliveries(acme, id, {})
    return data[0]?.attempt === 1 ? data : null
  })
  expect(delivery).toMatchObject({ status: 'pending', responseStatus: null, responseBody: null })
  expect(delivery?.error).toContain('not on the public Internet')
  expect(receiver.received).toEqual([])
  await closed.close()
  await receiver.close()
  rmSync(dataDir, { recursive: true })
})
