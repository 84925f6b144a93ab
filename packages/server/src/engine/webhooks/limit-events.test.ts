import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInContract } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from '../../testing/embedded-engine.ts'
import { bearer, createClient, expectStatus, reason } from '../../testing/http-client.ts'
import { describeOnBothStorages, openingInProcess, usingTime } from '../../testing/in-process.ts'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../../testing/servers.ts'
import { until } from '../../testing/until.ts'
import { openWebhookReceiver } from '../../testing/webhook-receiver.ts'
import { createScene, eventOf, reachesThisMachine, usingWebhookScene } from '../../testing/webhook-scene.ts'
import type { CallerIn } from '../caller.ts'
import { createKeyring } from '../keyring.ts'
import { createMutate } from '../unit-of-work.ts'
import { createLimitEvents } from './limit-events.ts'

describeOnBothStorages('a key', (open) => {
  const scene = usingWebhookScene(open)

  test('that reaches its limit, the first time in an hour', async () => {
    const { mintmark, acme, receiver, create } = scene()
    await create(['api_key.limit_reached'])
    const [limited, other] = [await acme.mint({ name: 'limited' }), await acme.mint()]
    const rateLimit = { limit: 1, windowSeconds: 3600 }
    expectStatus(200, await acme.operator.patch(limited.path, { rateLimit }))
    for (const key of [limited, limited, limited, other]) {
      await mintmark.operator.post('/v1/verify', { key: key.key })
    }
    await mintmark.mintmark.engine.usage.flush()
    const [received] = await receiver.first(1)
    expect(eventOf(received)).toMatchObject({
      type: 'api_key.limit_reached',
      data: { id: limited.id, rateLimit },
    })
    await mintmark.operator.post('/v1/verify', { key: limited.key })
    await mintmark.mintmark.engine.usage.flush()
    expectStatus(200, await acme.operator.patch(other.path, { rateLimit }))
    await mintmark.operator.post('/v1/verify', { key: other.key })
    await mintmark.operator.post('/v1/verify', { key: other.key })
    await mintmark.mintmark.engine.usage.flush()
    expect((await receiver.first(2)).map((one) => eventOf(one).data.id)).toEqual([limited.id, other.id])
  })
})

describeWithPostgresAndRedis('a key on several nodes', () => {
  const open = openingInProcess()

  test('that reaches its limit is told of by one of them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-limits-'))
    const pepperFile = join(directory, 'pepper')
    writeFileSync(pepperFile, randomBytes(32), { mode: 0o600 })
    const [databaseUrl, redisUrl] = [await testDatabaseUrl(), await testRedisUrl()]
    const start = async () => open({ ...reachesThisMachine, databaseUrl, redisUrl, pepperFile })
    const nodes = [await start(), await start(), await start()] as const
    const receiver = await openWebhookReceiver()
    const { acme, create, deliveries } = await createScene(nodes[0], receiver)
    const { id } = await create(['api_key.limit_reached', 'project.created'])
    const limited = await acme.mint()
    expectStatus(200, await acme.operator.patch(limited.path, { rateLimit: { limit: 1, windowSeconds: 3600 } }))
    for (const node of [...nodes, ...nodes]) {
      await createClient(node.url, bearer(nodes[0].operatorKey)).post('/v1/verify', { key: limited.key })
    }
    await Promise.all(nodes.map(({ mintmark }) => mintmark.engine.usage.flush()))
    // Whatever was told before it is on its way when this is.
    await acme.addProject('last')
    const all = await until(async () => {
      const types = (await deliveries(id)).map(({ type }) => type)
      return types.includes('project.created') ? types : null
    })
    expect(all).toEqual(['project.created', 'api_key.limit_reached'])
    await receiver.close()
    rmSync(directory, { recursive: true })
  })
})

describe('a member who may mint no more today', () => {
  const open = openingInProcess()
  const letTimePass = usingTime()

  test('is told of the first time in an hour, and his mint stays refused', async () => {
    const receiver = await openWebhookReceiver()
    const contract = { name: 'Example', minting: { perMemberPerDay: 1, activePerMember: 50 } }
    letTimePass(0)
    const mintmark = await open({ ...reachesThisMachine, contract })
    const acme = await mintmark.organization()
    const admin = acme.as('admin')
    const events = ['api_key.creation_limit_reached']
    expectStatus(201, await admin.post('/v1/webhooks', { url: receiver.url, events }))
    await acme.mint()
    for (let count = 0; count < 3; count += 1) {
      expect(reason(await admin.post('/v1/api-keys', { name: 'x' }))).toEqual([429, 'creation_limit'])
    }
    const [received] = await receiver.first(1)
    expect(eventOf(received)).toMatchObject({
      type: events[0],
      data: { userId: 'admin', limit: 1, resetAt: expect.stringMatching(/Z$/) },
    })
    letTimePass(3_600_000)
    expect(reason(await admin.post('/v1/api-keys', { name: 'x' }))).toEqual([429, 'creation_limit'])
    await receiver.first(2)
    expect(receiver.received).toHaveLength(2)
    await receiver.close()
  })
})

describe('that a key reached its limit', () => {
  const minuteMs = 60_000
  const keyring = createKeyring({ current: randomBytes(32), previous: null })
  let clock: TestClock
  let embedded: EmbeddedEngine
  let caller: CallerIn
  let keyNumber: number

  beforeEach(async () => {
    clock = createTestClock()
    embedded = await createEmbeddedEngine({ contract: builtInContract, clock })
    const { value } = await embedded.engine.organizations.create(embedded.host, { name: 'Example' }, null)
    caller = { ...embedded.host, organizationId: value.id }
    await embedded.engine.keys.mint(caller, { name: 'ci', owner: 'organization', role: 'member' }, null)
    const keys = embedded.sqlite.database.prepare('select number from api_keys where organization_id is not null').all()
    keyNumber = Number(keys[0]?.['number'])
  })
  afterEach(() => embedded.close())

  const listen = async (events: readonly string[]): Promise<unknown> =>
    embedded.engine.webhooks.create(caller, { url: 'https://hooks.invalid/', events }, null)
  const startNode = (): (() => Promise<void>) => {
    const { storage, activity } = embedded.sqlite
    const mutate = createMutate({ storage, random: randomBytes, keyring, onAnnounced: () => {} })
    const onError = (error: unknown): void => {
      throw error
    }
    const watched = createLimitEvents({ contract: builtInContract, storage, mutate, onError }).watch(activity)
    const limited = () => ({ keyNumber, minute: Math.floor(clock.nowMs() / minuteMs), outcome: 'rate_limit', count: 1 })
    return () => watched.record({ uses: [], counts: [limited()], rekeyings: [] })
  }
  const told = (): number =>
    embedded.sqlite.database.prepare(`select number from outbox where type = 'api_key.limit_reached'`).all().length

  test('is told within a minute to who begins to listen after that', async () => {
    const refuse = startNode()
    await refuse()
    await listen(['project.*'])
    clock.advance(minuteMs)
    await refuse()
    await listen(['api_key.*'])
    clock.advance(minuteMs)
    await refuse()
    expect(told()).toBe(1)
  })

  test('is not taken for told where all who listen hear of test keys alone', async () => {
    const refuse = startNode()
    await listen(['api_key.*'])
    embedded.sqlite.database.prepare(`update webhook_endpoints set environment = 'test'`).run()
    await refuse()
    expect(told()).toBe(0)
    await listen(['api_key.*'])
    clock.advance(minuteMs)
    await refuse()
    expect(told()).toBe(1)
  })

  test('is told once in any hour, and again an hour after another node told it', async () => {
    await listen(['api_key.limit_reached'])
    const [one, other] = [startNode(), startNode()]
    await one()
    clock.advance(50 * minuteMs)
    await other()
    clock.advance(10 * minuteMs - 1)
    for (const refuse of [one, other]) await refuse()
    expect(told()).toBe(1)
    clock.advance(1)
    await other()
    expect(told()).toBe(2)
    await one()
    expect(told()).toBe(2)
  })
})
