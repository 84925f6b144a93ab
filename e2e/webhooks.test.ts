import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { openWebhookReceiver, type WebhookReceiver } from '../packages/server/src/testing/webhook-receiver.ts'
import { expectCall } from './testing/client.ts'
import { contractEnv } from './testing/contract-file.ts'
import { startCluster, startEmbedded, type Installation } from './testing/installation.ts'
import { MutatingClient } from './testing/mutating-client.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { inParallel } from './testing/tally.ts'
import { faultsOfTold, readTold, type ToldEvent } from './testing/told-events.ts'

const kills = count(10, 200)
const webhooksEach = 2
const workersOfANode = 2
const slowestAnswerMs = 60
/** A node's turn is another's 40 s after it died, and an attempt takes 15 s at most. */
const toldWithinMs = 120_000
const patientMs = toldWithinMs + kills * 20_000
const env = {
  ...contractEnv({ minting: { perMemberPerDay: 10_000, activePerMember: 100_000 } }),
  MINTMARK_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8',
}

/** Somebody who changes keys, and what the webhooks of his organization were told of it. */
type Watched = { readonly client: MutatingClient; readonly told: readonly (readonly ToldEvent[])[] }

describe('webhooks amid kill -9 of the process on SQLite', () => {
  describeKills(async () => startEmbedded({ env }))
})

describeWithPostgresAndRedis('webhooks amid kill -9 of one of two nodes, or of both', () => {
  describeKills(async () =>
    startCluster({ nodeCount: 2, databaseUrl: await testDatabaseUrl(), redisUrl: await testRedisUrl(), env }),
  )
})

function describeKills(start: () => Promise<Installation>): void {
  let installation: Installation
  let receiver: WebhookReceiver
  const secrets = new Map<string, string>()
  const toldAt = new Map<string, ToldEvent[]>()
  let wrongSignatures = 0

  beforeAll(async () => {
    installation = await start()
    receiver = await openWebhookReceiver()
    receiver.answerWith(async (received) => {
      const { path, body, headers } = received
      try {
        new Webhook(secrets.get(path) ?? '').verify(body, headers)
      } catch {
        wrongSignatures += 1
      }
      toldAt.get(path)?.push(readTold(received))
      // So that nodes die with requests under way.
      await sleep(Math.random() * slowestAnswerMs)
      return 204
    })
  })
  afterAll(async () => {
    await installation.remove()
    await receiver.close()
  })

  async function watch(client: MutatingClient): Promise<Watched> {
    const { organizationId } = client.ledger
    const told: ToldEvent[][] = []
    for (let index = 0; index < webhooksEach; index += 1) {
      const path = `/hooks/${organizationId}/${index}`
      const created = await expectCall(201, installation.url, 'POST', '/v1/webhooks', {
        key: installation.operatorKey,
        headers: { 'mintmark-organization': organizationId },
        body: { url: `http://127.0.0.1:${receiver.port}${path}`, events: ['api_key.*'] },
      })
      const events: ToldEvent[] = []
      secrets.set(path, created.secret)
      toldAt.set(path, events)
      told.push(events)
    }
    return { client, told }
  }

  const faultsOf = ({ client, told }: Watched): readonly string[] =>
    told.flatMap((events) => faultsOfTold(events, client.ledger))

  test(
    `${kills} times: every event of every acknowledged change is told to each webhook, under one id`,
    { timeout: patientMs },
    async () => {
      const watched: Watched[] = []
      for (let turn = 0; turn < kills; turn += 1) {
        const client = await MutatingClient.create(installation)
        watched.push(await watch(client))
        await killAmid(installation, client)
        await client.settle(turn)
      }
      await until(async () => (watched.every((one) => faultsOf(one).length === 0) ? true : null), toldWithinMs).catch(
        () => {},
      )
      expect(watched.flatMap(faultsOf)).toEqual([])
      expect(wrongSignatures).toBe(0)
      const all = watched.flatMap(({ told }) => told.flat())
      const once = watched.flatMap(({ told }) => told.flatMap((events) => [...new Set(events.map(({ id }) => id))]))
      expect(once.length).toBeGreaterThan(kills * webhooksEach)
      // They struck amid the sending.
      expect(all.length).toBeGreaterThan(once.length)
      process.stdout.write(`${once.length} events were told in ${all.length} attempts\n`)
    },
  )
}

async function killAmid({ nodes }: Installation, client: MutatingClient): Promise<void> {
  const over = new AbortController()
  const working = inParallel(nodes.length * workersOfANode, async (turn) => client.work(turn, over.signal))
  await sleep(50 + Math.random() * 400)
  const struck = nodes.filter(() => Math.random() < 0.5)
  const victims = struck.length === 0 ? nodes.slice(0, 1) : struck
  await Promise.all(victims.map((node) => node.kill()))
  over.abort()
  await working
  await Promise.all(victims.map((node) => node.start()))
}
