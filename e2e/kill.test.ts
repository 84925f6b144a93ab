import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabaseUrl, testRedisUrl, describeWithPostgresAndRedis } from '../packages/server/src/testing/servers.ts'
import { expectCall } from './testing/client.ts'
import { contractEnv } from './testing/contract-file.ts'
import { startCluster, startEmbedded, type Installation } from './testing/installation.ts'
import type { LedgerKey } from './testing/ledger.ts'
import { MutatingClient } from './testing/mutating-client.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import type { ServedNode } from './testing/served-node.ts'
import { urlOf } from './testing/storages.ts'
import { contradictionsIn, lossesFrom } from './testing/stored-faults.ts'
import { readPostgres, readSqlite, type Stored } from './testing/stored.ts'
import { inParallel } from './testing/tally.ts'

const kills = count(5, 100)
const workersOfANode = 4
const patientMs = 60_000 + kills * 20_000
const contract = { minting: { perMemberPerDay: 10_000, activePerMember: 100_000 } }

type Killed = {
  readonly installation: Installation
  readonly read: (organizationId: string) => Promise<Stored>
}

describe('kill -9 of the process on SQLite', () => {
  describeKills(async () => {
    const installation = await startEmbedded({ env: contractEnv(contract) })
    const [node] = installation.nodes
    const file = `${node?.dataDir}/mintmark.db`
    return { installation, read: async (organizationId) => readSqlite(file, organizationId) }
  })
})

describeWithPostgresAndRedis('kill -9 of one of two nodes on PostgreSQL and Redis, or of both', () => {
  describeKills(async () => {
    const databaseUrl = await testDatabaseUrl()
    const env = contractEnv(contract)
    const installation = await startCluster({ nodeCount: 2, databaseUrl, redisUrl: await testRedisUrl(), env })
    return { installation, read: async (organizationId) => readPostgres(databaseUrl, organizationId) }
  })
})

function describeKills(start: () => Promise<Killed>): void {
  let killed: Killed
  const readyAfterMs: number[] = []
  const clients: MutatingClient[] = []
  let unanswered = 0

  beforeAll(async () => {
    killed = await start()
  })

  afterAll(async () => {
    await killed.installation.remove()
    reportStarts(readyAfterMs)
  })

  test(
    `${kills} times amid mints, rotations, revocations, deletions: nothing acknowledged is lost, nothing is without its event`,
    { timeout: patientMs },
    async () => {
      for (let turn = 0; turn < kills; turn++) {
        const client = await MutatingClient.create(killed.installation)
        clients.push(client)
        await killAmid(
          killed.installation,
          client,
          (node) => startAgain(node, readyAfterMs),
          async () => {
            expect(await faultsOf(killed, client)).toEqual([])
          },
        )
        unanswered += client.ledger.unanswered
        await client.settle(turn)
        expect(await faultsOf(killed, client)).toEqual([])
        await expectVerdicts(killed.installation, client)
      }
      expect(clients.flatMap(({ ledger }) => ledger.keys).length).toBeGreaterThan(kills)
      // They struck amid the work.
      expect(unanswered).toBeGreaterThan(0)
    },
  )

  test('and what an earlier kill left is untouched by the later ones', { timeout: patientMs }, async () => {
    for (const client of clients) expect(await faultsOf(killed, client)).toEqual([])
  })
}

/** Kills some of the nodes under load, looks at what they left, and starts them again. */
async function killAmid(
  { nodes }: Installation,
  client: MutatingClient,
  startNode: (node: ServedNode) => Promise<void>,
  look: () => Promise<void>,
): Promise<void> {
  const over = new AbortController()
  const working = inParallel(nodes.length * workersOfANode, async (turn) => client.work(turn, over.signal))
  await sleep(50 + Math.random() * 500)
  const struck = nodes.filter(() => Math.random() < 0.5)
  const victims = struck.length === 0 ? nodes.slice(0, 1) : struck
  await Promise.all(victims.map((node) => node.kill()))
  over.abort()
  await working
  await look()
  await Promise.all(victims.map(startNode))
}

async function startAgain(node: ServedNode, readyAfterMs: number[]): Promise<void> {
  const sinceMs = performance.now()
  await node.start()
  await expectCall(200, node.url, 'GET', '/readyz')
  readyAfterMs.push(performance.now() - sinceMs)
}

async function faultsOf({ read }: Killed, { ledger }: MutatingClient): Promise<string[]> {
  const stored = await read(ledger.organizationId)
  return [...contradictionsIn(stored, ledger.organizationId), ...lossesFrom(stored, ledger)]
}

/** By the newest secret, where its client has it. */
async function expectVerdicts(installation: Installation, { ledger }: MutatingClient): Promise<void> {
  const known = ledger.keys.filter(({ secret }) => secret !== null)
  const verdicts = await inParallel(known.length, async (turn) => {
    const options = { key: installation.operatorKey, body: { key: known[turn]?.secret } }
    const { reason } = await expectCall(200, urlOf(installation, turn), 'POST', '/v1/verify', options)
    return reason
  })
  expect(verdicts).toEqual(known.map(reasonFor))
}

function reasonFor({ revocation, deletion }: LedgerKey): string | null {
  if (deletion === 'acknowledged') return 'invalid_key'
  return revocation === 'acknowledged' ? 'key_revoked' : null
}

function reportStarts(readyAfterMs: readonly number[]): void {
  const sorted = readyAfterMs.toSorted((left, right) => left - right)
  const [median, most] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0]
  process.stdout.write(`ready again after kill -9: median ${median.toFixed(0)} ms, most ${most.toFixed(0)} ms\n`)
}
