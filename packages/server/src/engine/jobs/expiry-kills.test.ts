import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OrganizationId } from '@mintmark/core'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { givenMember, givenWebhook, sampleKey, sampleSecret } from '../../storage/contract/storage-samples.ts'
import { openPostgres, type PostgresStorage } from '../../storage/sql/postgres.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { count } from '../../testing/scale.ts'

const worker = new URL('../../testing/expiry-worker.ts', import.meta.url).pathname
const kills = count(5, 100)
const dayMs = 86_400_000
/** Some transactions' worth, of several organizations. */
const keysOfEach = 60
const notices = [
  { action: 'api_key.expired', leftMs: -1_000 },
  { action: 'api_key.expiring', leftMs: dayMs / 2 },
  { action: 'api_key.expiring', leftMs: 3 * dayMs },
]

describeWithPostgres('two nodes that tell of expiries, one of which is killed', () => {
  let url: string
  let opened: PostgresStorage
  let client: Client
  const running = new Set<ChildProcess>()

  beforeAll(async () => {
    url = await testDatabaseUrl()
    opened = await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    client = await opened.database.connect('by hand')
  })
  afterAll(async () => {
    for (const node of running) node.kill('SIGKILL')
    await client.end()
    await opened.close()
  })

  /** @param skewMs how wrong its machine's clock is: it decides nothing */
  async function startNode(name: string, skewMs: number): Promise<ChildProcess> {
    const args = ['--conditions=mintmark-source', worker, url, name, String(skewMs)]
    const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(node)
    node.once('exit', () => running.delete(node))
    await once(node.stdout ?? node, 'data')
    return node
  }

  /** Keys that have expired, or will within a day, or a week: all are to be told of now, each in one way. */
  async function giveDueKeys(organizationId: OrganizationId): Promise<ReadonlyMap<string, string>> {
    const due = new Map<string, string>()
    const nowMs = Date.now()
    const owner = { type: 'organization', role: 'member' } as const
    await opened.storage.transaction(organizationId, async ({ keys }) => {
      for (let count = 0; count < keysOfEach; count += 1) {
        const { action, leftMs } = notices[count % notices.length] ?? { action: '', leftMs: 0 }
        const life = { createdAtMs: nowMs - 30 * dayMs, expiresAtMs: nowMs + leftMs }
        const { id } = await keys.insert(sampleKey(organizationId, { owner, ...life }), sampleSecret())
        due.set(id, action)
      }
    })
    return due
  }

  const told = async (organizationId: OrganizationId): Promise<readonly string[]> => {
    const text = `select target_id, action from audit_events where chain = $1 and action like 'api_key.expir%'`
    const { rows } = await client.query<{ target_id: string; action: string }>(text, [organizationId])
    return rows.map((row) => `${row.target_id} ${row.action}`).toSorted()
  }
  const announced = async (organizationId: OrganizationId): Promise<readonly string[]> => {
    const text = `select key_id, type from outbox where organization_id = $1 and type like 'api_key.expir%'`
    const { rows } = await client.query<{ key_id: string; type: string }>(text, [organizationId])
    return rows.map((row) => `${row.key_id} ${row.type}`).toSorted()
  }

  test(
    `${kills} times: each expiry is told once, in the trail and to webhooks`,
    { timeout: 60_000 + kills * 10_000 },
    async () => {
      let first = await startNode('first-0', 10 * dayMs)
      await startNode('second', -10 * dayMs)
      for (let kill = 1; kill <= kills; kill += 1) {
        const organizations = []
        for (let count = 0; count < 3; count += 1) {
          const { organizationId } = await givenMember(opened.storage)
          await givenWebhook(opened.storage, organizationId)
          organizations.push({ organizationId, due: await giveDueKeys(organizationId) })
        }
        await sleep(randomInt(150))
        first.kill('SIGKILL')
        first = await startNode(`first-${kill}`, 10 * dayMs)
        for (const { organizationId, due } of organizations) {
          const wanted = [...due].map(([id, action]) => `${id} ${action}`).toSorted()
          await expect.poll(() => told(organizationId), { timeout: 20_000 }).toEqual(wanted)
          expect(await announced(organizationId)).toEqual(wanted)
        }
      }
    },
  )
})
