import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { expectCall } from './testing/client.ts'
import { postgresRows } from './testing/database-rows.ts'
import { createOperatorKey, createOrganization } from './testing/installation.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { runMintmark, ServedNode } from './testing/served-node.ts'

const rounds = count(1, 20)
const killedStarts = count(2, 40)
const nodesAtOnce = 3
const patientMs = 120_000 * rounds

let root: string
let startCount = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mintmark-starts-'))
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('on SQLite', () => {
  test(
    `two starts at once on one data dir: one serves, the other says why not, ${rounds} times`,
    { timeout: patientMs },
    async () => {
      for (let round = 0; round < rounds; round++) {
        const dataDir = mkdtempSync(join(root, 'data-'))
        const sameDir = `${dataDir}-again`
        symlinkSync(dataDir, sameDir)
        const { served, refused } = await startAtOnce([dataDir, sameDir].map((dir) => ({ dataDir: dir, env: {} })))
        expect(served).toHaveLength(1)
        expect(refused).toEqual([expect.stringMatching(/exit 78\)[^]*in use by another process/)])
        await Promise.all(served.map((node) => node.remove()))
      }
    },
  )

  test(
    `a first start that was killed hinders the next one in nothing, ${killedStarts} times`,
    { timeout: patientMs },
    async () => {
      for (let turn = 0; turn < killedStarts; turn++) await killFirstStart({}, 'mintmark.db')
    },
  )
})

describeWithPostgresAndRedis('on PostgreSQL and Redis', () => {
  test(
    `${nodesAtOnce} starts at once on an empty database: all serve one installation, ${rounds} times`,
    { timeout: patientMs },
    async () => {
      for (let round = 0; round < rounds; round++) {
        const databaseUrl = await testDatabaseUrl()
        const shared = { ...(await clusterEnv(databaseUrl)), MINTMARK_PEPPER_FILE: join(root, `pepper-${round}`) }
        const { served, refused } = await startAtOnce(Array.from({ length: nodesAtOnce }, () => ({ env: shared })))
        expect(refused).toEqual([])
        await expectOneInstallation(databaseUrl)
        await expectKeysOfOneWorkOnAll(served)
        await Promise.all(served.map((node) => node.remove()))
      }
    },
  )

  test('at the same moment, each with a pepper of its own: one serves, the other says why not', async () => {
    const databaseUrl = await testDatabaseUrl()
    const env = await clusterEnv(databaseUrl)
    const gate = await shutPeppers(databaseUrl, env)
    const starting = startAtOnce([{ env }, { env }])
    await gate.untilBothWait()
    await gate.open()
    const { served, refused } = await starting
    expect(served).toHaveLength(1)
    expect(refused).toEqual([expect.stringMatching(/exit 78\)[^]*pepper/)])
    await expectOneInstallation(databaseUrl)
    await Promise.all(served.map((node) => node.remove()))
  })

  test(
    `a first start that was killed hinders the next one in nothing, ${killedStarts} times`,
    { timeout: patientMs },
    async () => {
      for (let turn = 0; turn < killedStarts; turn++)
        await killFirstStart(await clusterEnv(await testDatabaseUrl()), '')
    },
  )

  test('a node without Redis that was killed leaves the database to the next one, and to no other beside it', async () => {
    const databaseUrl = await testDatabaseUrl()
    const node = await ServedNode.start({ env: { MINTMARK_DATABASE_URL: databaseUrl } })
    const pepper = { MINTMARK_PEPPER_FILE: join(node.dataDir, 'pepper') }
    const second = async () =>
      runMintmark(['serve'], {
        MINTMARK_PORT: '0',
        MINTMARK_DATA_DIR: join(root, 'second'),
        ...pepper,
        MINTMARK_DATABASE_URL: databaseUrl,
      })
    const refused = { exitCode: 78, stderr: expect.stringContaining('MINTMARK_REDIS_URL') }
    expect(await second()).toMatchObject(refused)
    await node.kill()
    await node.start()
    expect(await second()).toMatchObject(refused)
    await node.remove()
  })
})

type Start = { readonly dataDir?: string; readonly env: Readonly<Record<string, string>> }

async function startAtOnce(starts: readonly Start[]): Promise<{ served: ServedNode[]; refused: string[] }> {
  const outcomes = await Promise.allSettled(starts.map(async (options) => ServedNode.start(options)))
  const served = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))
  return { served, refused }
}

async function clusterEnv(databaseUrl: string): Promise<Readonly<Record<string, string>>> {
  return { MINTMARK_DATABASE_URL: databaseUrl, MINTMARK_REDIS_URL: await testRedisUrl() }
}

async function expectOneInstallation(databaseUrl: string): Promise<void> {
  const ask = async (sql: string) => postgresRows(databaseUrl, sql)
  expect(await ask('select id from installation')).toHaveLength(1)
  expect(await ask('select version from peppers')).toHaveLength(1)
  expect(await ask('select name from kysely_migration group by name having count(*) > 1')).toEqual([])
}

async function expectKeysOfOneWorkOnAll(nodes: readonly ServedNode[]): Promise<void> {
  const [first] = nodes
  if (first === undefined) throw new Error('No node serves.')
  const operatorKey = await createOperatorKey(first)
  const installation = { nodes, url: first.url, operatorKey, remove: async () => {} }
  const { acting } = await createOrganization(installation)
  for (const minter of nodes) {
    const options = { key: operatorKey, headers: acting(), body: { name: 'x', owner: 'organization', role: 'admin' } }
    const { key } = await expectCall(201, minter.url, 'POST', '/v1/api-keys', options)
    for (const { url } of nodes) await expectCall(200, url, 'GET', '/v1/me', { key })
  }
}

/** Kills a first start soon after it has begun to leave something behind, then starts again, and mints. */
async function killFirstStart(env: Readonly<Record<string, string>>, trace: string): Promise<void> {
  const dataDir = join(root, `data-${(startCount += 1)}`)
  const node = ServedNode.of({ dataDir, env })
  const started = node.start().catch(() => null)
  while (node.isRunning && !existsSync(join(dataDir, trace))) await sleep(1)
  await sleep(Math.random() * 200)
  await node.kill()
  await started
  await node.start()
  await expectKeysOfOneWorkOnAll([node])
  await node.remove()
}

/** A migrated database in which no pepper is known, nor can be added before the gate opens. */
async function shutPeppers(databaseUrl: string, env: Readonly<Record<string, string>>) {
  const first = await ServedNode.start({ env })
  await first.remove()
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('delete from peppers')
  // Everybody may read, nobody write.
  await client.query('begin; lock table peppers in exclusive mode')
  const waiting = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  return {
    async untilBothWait() {
      // Not by this client: a transaction sees the others' activity as it was when it first looked.
      while ((await postgresRows(databaseUrl, waiting)).length < 2) await sleep(10)
    },
    async open() {
      await client.query('commit')
      await client.end()
    },
  }
}
