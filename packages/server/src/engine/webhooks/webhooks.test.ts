import { webhookEventTypes } from '@mintmark/core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectStatus, reason, refusal, type Client } from '../../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../../testing/in-process.ts'
import { maxWebhooks } from './webhook-policy.ts'

const url = 'https://hooks.invalid/path?a=b'
const invalid = [400, 'invalid_request']

describeOnBothStorages('webhooks', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open()
  })
  beforeEach(async () => {
    acme = await mintmark.organization()
    admin = acme.as('admin')
  })

  const create = async (body: object = {}, client = admin) =>
    expectStatus(201, await client.post('/v1/webhooks', { url, events: ['*'], ...body }))
  const actions = async () =>
    (await admin.get('/v1/audit-events')).body.data.map(({ action }: { action: string }) => action)

  test('are shown as they were made, with their secret once', async () => {
    const events = ['api_key.*', 'member.removed']
    const { secret, ...shown } = await create({ events, description: 'Sïte' })
    expect(shown).toEqual({
      id: expect.stringMatching(/^whk_[0-9A-Za-z]{22}$/),
      url,
      events,
      description: 'Sïte',
      status: 'enabled',
      disabledReason: null,
      createdAt: expect.stringMatching(/Z$/),
    })
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32)
    expect(expectStatus(200, await admin.get(`/v1/webhooks/${shown.id}`))).toEqual(shown)
    expect((await admin.get('/v1/webhooks')).body).toEqual({ data: [shown], nextCursor: null })
    expect((await create()).secret).not.toBe(secret)
  })

  test('are listed newest first, page by page', async () => {
    const ids = []
    for (const description of ['a', 'b', 'c']) ids.unshift((await create({ description })).id)
    const first = (await admin.get('/v1/webhooks?limit=2')).body
    const second = (await admin.get(`/v1/webhooks?limit=2&cursor=${first.nextCursor}`)).body
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids)
    expect(second.nextCursor).toBeNull()
  })

  test('are made once for an Idempotency-Key, and their secret is not given again', async () => {
    const key = { 'idempotency-key': 'once' }
    const body = { url, events: ['*'] }
    const first = expectStatus(201, await admin.post('/v1/webhooks', body, key))
    const again = await admin.post('/v1/webhooks', body, key)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.body).toEqual({ ...first, secret: null })
    expect((await admin.get('/v1/webhooks')).body.data).toHaveLength(1)
    const rotation = { 'idempotency-key': 'twice' }
    const path = `/v1/webhooks/${first.id}/rotate-secret`
    expect(expectStatus(201, await admin.post(path, {}, rotation)).secret).toMatch(/^whsec_/)
    expect(expectStatus(201, await admin.post(path, {}, rotation)).secret).toBeNull()
    expect((await admin.delete(`/v1/webhooks/${first.id}`)).status).toBe(204)
    expect(reason(await admin.post('/v1/webhooks', body, key))).toEqual([409, 'conflict'])
  })

  test('change what is named, and the trail says what', async () => {
    const { id, secret: _, ...made } = await create({ description: 'a' })
    const path = `/v1/webhooks/${id}`
    const changed = expectStatus(200, await admin.patch(path, { url: 'https://other.invalid/', events: ['member.*'] }))
    expect(changed).toEqual({ ...made, id, url: 'https://other.invalid/', events: ['member.*'] })
    expect(expectStatus(200, await admin.patch(path, { description: null }))).toMatchObject({ description: null })
    const off = expectStatus(200, await admin.patch(path, { status: 'disabled' }))
    expect(off).toMatchObject({ status: 'disabled', disabledReason: 'requested' })
    expect(expectStatus(200, await admin.patch(path, { status: 'enabled' }))).toMatchObject({
      status: 'enabled',
      disabledReason: null,
    })
    // What changes nothing is told by nobody.
    expectStatus(200, await admin.patch(path, { status: 'enabled', events: ['member.*'] }))
    expect((await admin.delete(path)).status).toBe(204)
    expect(reason(await admin.get(path))).toEqual([404, 'not_found'])
    expect((await actions()).slice(0, 6)).toEqual([
      'webhook.deleted',
      ...Array(4).fill('webhook.updated'),
      'webhook.created',
    ])
    const trail = (await admin.get('/v1/audit-events')).text
    expect(trail).toContain('https://other.invalid/')
    expect(trail).not.toContain('whsec_')
  })

  test.each([
    ['no body', undefined],
    ['no url', { events: ['*'] }],
    ['no events', { url }],
    ['an empty list', { url, events: [] }],
    ['too many events', { url, events: Array(51).fill('*') }],
    ['an unknown event', { url, events: ['api_key.minted'] }],
    ['an unknown group', { url, events: ['key.*'] }],
    ['part of a name', { url, events: ['api_key'] }],
    ['a test, which nobody subscribes to', { url, events: ['webhook.test'] }],
    ['a wildcard in the middle', { url, events: ['api_*.created'] }],
    ['the same twice', { url, events: ['*', '*'] }],
    ['a field that there is not', { url, events: ['*'], secret: 'whsec_x' }],
    ['a description too long', { url, events: ['*'], description: 'x'.repeat(501) }],
    ['a description that no storage takes', { url, events: ['*'], description: 'a\0b' }],
  ])('are not made of %s', async (_, body) => {
    expect(reason(await admin.post('/v1/webhooks', body))).toEqual(invalid)
    expect((await admin.get('/v1/webhooks')).body.data).toEqual([])
  })

  test.each([
    'ftp://hooks.invalid/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:password@hooks.invalid/',
    'https://user@hooks.invalid/',
    'https://hooks.invalid/#x',
    'https://hooks.invalid/a b',
    'https://hooks.invalid/\n',
    ' https://hooks.invalid/',
    'https://ho\u00f6ks.invalid/',
    '//hooks.invalid/',
    'hooks.invalid',
    'https://',
    `https://hooks.invalid/${'x'.repeat(2048)}`,
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://localhost:8080/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://8.8.8.8:5432/',
  ])('are not sent to %j', async (address) => {
    expect(reason(await admin.post('/v1/webhooks', { url: address, events: ['*'] }))).toEqual(invalid)
    const { id } = await create()
    expect(reason(await admin.patch(`/v1/webhooks/${id}`, { url: address }))).toEqual(invalid)
    expect((await admin.get(`/v1/webhooks/${id}`)).body.url).toBe(url)
  })

  test('are a few to an organization, under any concurrency', async () => {
    const answers = await Promise.all(
      Array.from({ length: maxWebhooks + 6 }, () => admin.post('/v1/webhooks', { url, events: ['*'] })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(maxWebhooks)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(reason(answer)).toEqual([409, 'conflict'])
    }
    const [{ id }] = (await admin.get('/v1/webhooks')).body.data
    expect((await admin.delete(`/v1/webhooks/${id}`)).status).toBe(204)
    await create()
  })

  describe('send nobody what he may not read', () => {
    const unreadable = [403, 'forbidden', 'Missing users:read permission.']

    test('by an engineer, who may have webhooks and may not see members', async () => {
      const engineer = acme.as('engineer')
      for (const events of [['*'], ['member.*'], ['api_key.*', 'member.removed']]) {
        expect(refusal(await engineer.post('/v1/webhooks', { url, events }))).toEqual(unreadable)
      }
      const own = await create({ events: ['api_key.*', 'project.*', 'webhook.*'] }, engineer)
      expect(refusal(await engineer.patch(`/v1/webhooks/${own.id}`, { events: ['*'] }))).toEqual(unreadable)
      // What others have sent to theirs he does not turn to himself; what turns nothing he may.
      const others = await create({ events: ['member.*'] })
      expect(refusal(await engineer.patch(`/v1/webhooks/${others.id}`, { url: 'https://his.invalid/' }))).toEqual(
        unreadable,
      )
      expectStatus(200, await engineer.patch(`/v1/webhooks/${others.id}`, { description: 'x' }))
      expect((await admin.get(`/v1/webhooks/${others.id}`)).body).toMatchObject({ url, events: ['member.*'] })
    })

    test('by a key, whatever its role', async () => {
      const narrow = await acme.mint({ permissions: ['webhooks:write', 'webhooks:read', 'projects:read'] })
      const client = mintmark.client(narrow.key)
      expect(reason(await client.post('/v1/webhooks', { url, events: ['api_key.created'] }))).toEqual([
        403,
        'forbidden',
      ])
      expect((await create({ events: ['project.*'] }, client)).events).toEqual(['project.*'])
    })

    test('by anybody for whom a role is missing', async () => {
      for (const role of ['member']) {
        expect(reason(await acme.as(role).post('/v1/webhooks', { url, events: ['project.*'] }))).toEqual([
          403,
          'forbidden',
        ])
        expect(reason(await acme.as(role).get('/v1/webhooks'))).toEqual([403, 'forbidden'])
      }
    })
  })

  test('are none of a project-scoped key’s', async () => {
    await acme.addProject('web')
    const { key } = await acme.mint({ scope: 'project', projectId: 'web' })
    const client = mintmark.client(key)
    const { id } = await create()
    const violation = [403, 'scope_violation']
    expect(reason(await client.get('/v1/webhooks'))).toEqual(violation)
    expect(reason(await client.post('/v1/webhooks', { url, events: ['project.*'] }))).toEqual(violation)
    expect(reason(await client.get(`/v1/webhooks/${id}`))).toEqual(violation)
    expect(reason(await client.get(`/v1/webhooks/${id}/deliveries`))).toEqual(violation)
  })

  test('of another organization are not there', async () => {
    const { id } = await create()
    const { id: delivery } = expectStatus(201, await admin.post(`/v1/webhooks/${id}/test`))
    const stranger = (await mintmark.organization()).as('admin')
    const own = await create({}, stranger)
    for (const [method, path, body] of [
      ['GET', `/v1/webhooks/${id}`],
      ['PATCH', `/v1/webhooks/${id}`, { description: 'x' }],
      ['DELETE', `/v1/webhooks/${id}`],
      ['POST', `/v1/webhooks/${id}/rotate-secret`, {}],
      ['POST', `/v1/webhooks/${id}/test`],
      ['GET', `/v1/webhooks/${id}/deliveries`],
      ['POST', `/v1/webhooks/${id}/deliveries/${delivery}/resend`],
      ['POST', `/v1/webhooks/${own.id}/deliveries/${delivery}/resend`],
    ] as const) {
      expect(reason(await stranger.send(method, path, body))).toEqual([404, 'not_found'])
    }
    expect((await admin.get(`/v1/webhooks/${id}`)).status).toBe(200)
  })

  test('that are off send no tests', async () => {
    const { id } = await create()
    const { id: delivery } = expectStatus(201, await admin.post(`/v1/webhooks/${id}/test`))
    expectStatus(200, await admin.patch(`/v1/webhooks/${id}`, { status: 'disabled' }))
    expect(reason(await admin.post(`/v1/webhooks/${id}/test`))).toEqual([409, 'conflict'])
    const resend = `/v1/webhooks/${id}/deliveries/${delivery}/resend`
    expect(reason(await admin.post(resend))).toEqual([409, 'conflict'])
  })

  test.each([-1, 604_801, 1.5, '60', null])('rotate their secret with no overlap of %j', async (overlapSeconds) => {
    const { id } = await create()
    expect(reason(await admin.post(`/v1/webhooks/${id}/rotate-secret`, { overlapSeconds }))).toEqual(invalid)
  })

  test('go with their organization', async () => {
    await create()
    await acme.mint()
    expect((await mintmark.operator.delete(acme.path)).status).toBe(204)
  })
})

test('every event is one that can be subscribed to, under a group', () => {
  expect(new Set(webhookEventTypes.map((type) => type.split('.')[0]))).toEqual(
    new Set(['api_key', 'member', 'project', 'webhook']),
  )
})
