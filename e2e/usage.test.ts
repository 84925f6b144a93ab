import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres } from '../packages/server/src/storage/sql/postgres.ts'
import { expectCall } from './testing/client.ts'
import { createOrganization, type Installation } from './testing/installation.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import type { ServedNode } from './testing/served-node.ts'
import { describeOnEveryStorage, urlOf, type StorageKind } from './testing/storages.ts'
import { inParallel } from './testing/tally.ts'

const keyCount = 6
const askers = 8
const asked = count(600, 12_000)
const kills = count(1, 20)
/** What a kill -9 may take of a node's own: usage is written every 3 s. */
const mostLostMs = 5_000
/** When what has been answered is in the totals for certain, on every node that lives. */
const writtenWithinMs = 5_000
/** So long that most of it is older than what may be lost. */
const drivenMs = 9_000
/** Later than any minute: what is counted just now is rolled up too. */
const everyMinute = 10 ** 9

type Organization = Awaited<ReturnType<typeof createOrganization>>
type Counts = Record<string, number>
type Key = { readonly id: string; readonly key: string; readonly counts: Counts }

describeOnEveryStorage((storage) => {
  let installation: Installation
  let organization: Organization
  let keys: readonly Key[]

  beforeAll(async () => {
    installation = await storage.start()
    organization = await createOrganization(installation, { rateLimit: { limit: asked, windowSeconds: 3_600 } })
    const project = { body: { id: 'shop', name: 'Shop' }, ...acting() }
    await expectCall(201, installation.url, 'POST', '/v1/projects', project)
    keys = await inParallel(keyCount, async (index) => {
      // The last one refuses soon.
      const rateLimit = index === keyCount - 1 ? { rateLimit: { limit: 5, windowSeconds: 3_600 } } : {}
      const place = index % 2 === 0 ? { scope: 'project', projectId: 'shop' } : {}
      const owned = { name: `key-${index}`, owner: 'organization', role: 'member', permissions: ['projects:read'] }
      const body = { ...owned, ...rateLimit, ...place }
      const minted = await expectCall(201, installation.url, 'POST', '/v1/api-keys', { body, ...acting() })
      return { id: minted.id, key: minted.key, counts: {} }
    })
  })
  afterAll(() => installation.remove())

  const acting = () => ({ key: installation.operatorKey, headers: organization.acting() })

  /** One verification at this node, counted by its client as it was answered. */
  const verify = async (url: string, { key, counts }: Key, turn: number): Promise<void> => {
    const permission = turn % 3 === 0 ? 'projects:write' : 'projects:read'
    const body = { key, permission }
    const { reason } = await expectCall(200, url, 'POST', '/v1/verify', { key: installation.operatorKey, body })
    const outcome = reason ?? 'accepted'
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  const keyOf = (turn: number): Key => {
    const key = keys[turn % keys.length]
    if (key === undefined) throw new Error('There is no key')
    return key
  }
  const told = async (query: string): Promise<Counts> => {
    const { data, totals } = await expectCall(200, installation.url, 'GET', `/v1/usage?${query}`, acting())
    const counts = flat(totals)
    expect(data.map(flat).reduce(added, {})).toEqual(counts)
    return counts
  }
  const expectAll = async (): Promise<void> => {
    for (const bucket of ['minute', 'hour', 'day']) {
      for (const { id, counts } of keys) {
        expect([bucket, id, await told(`keyId=${id}&bucket=${bucket}`)]).toEqual([bucket, id, counts])
      }
      const inProject = keys.filter((_, index) => index % 2 === 0)
      expect(await told(`projectId=shop&bucket=${bucket}`)).toEqual(sumOf(inProject))
      expect(await told(`bucket=${bucket}`)).toEqual(sumOf(keys))
    }
  }

  test(
    `${asked} verifications on every node: after a drain the totals are the client’s own, to the unit`,
    { timeout: 60_000 + asked * 20 },
    async () => {
      const rolling = await rollUpMeanwhile(storage, installation)
      let next = 0
      await inParallel(askers, async () => {
        for (let turn = next++; turn < asked; turn = next++) await verify(urlOf(installation, turn), keyOf(turn), turn)
      })
      await rolling.stop()
      for (const node of installation.nodes) expect(await node.stop()).toBe(0)
      await Promise.all(installation.nodes.map((node) => node.start()))
      await expectAll()
      expect(Object.keys(sumOf(keys)).toSorted()).toEqual(['accepted', 'forbidden', 'rate_limit'])
      for (const node of installation.nodes) expect(node.log()).not.toContain('is lost')
    },
  )

  test(
    `kill -9 of a node, ${kills} times: no more is lost than it was told in its last ${mostLostMs} ms, and nothing twice`,
    { timeout: 120_000 + kills * 30_000 },
    async () => {
      for (let turn = 0; turn < kills; turn += 1) {
        const [victim] = installation.nodes
        if (victim === undefined) throw new Error('There is no node')
        await sleep(writtenWithinMs)
        const before = totalOf(await told(''))
        const drive = await driveUntilKilled(installation, victim, (url, round) => verify(url, keyOf(round), round))
        await victim.start()
        await sleep(writtenWithinMs)
        const counted = totalOf(await told('')) - before
        const isSafe = (answer: Answered): boolean =>
          answer.node !== victim || answer.atMs < drive.killedAtMs - mostLostMs
        expect(drive.answered.some((answer) => answer.node === victim && isSafe(answer))).toBe(true)
        expect(counted).toBeGreaterThanOrEqual(drive.answered.filter(isSafe).length)
        expect(counted).toBeLessThanOrEqual(drive.sent)
        if (!storage.isCluster) expect(victim.log()).toContain('up to 5 s of usage are lost')
      }
      if (!storage.isCluster) return
      // By one of those that live, once each.
      const losses = (): number =>
        installation.nodes.flatMap((node) => node.log().match(/up to 5 s of its usage are lost/g) ?? []).length
      await expect.poll(losses, { timeout: 60_000, interval: 1_000 }).toBe(kills)
    },
  )
})

type Answered = { readonly node: ServedNode; readonly atMs: number }

/** Asks every node without end, kills one of them amid it, and goes on for a moment. */
async function driveUntilKilled(
  { nodes }: Installation,
  victim: ServedNode,
  ask: (url: string, round: number) => Promise<void>,
): Promise<{ readonly answered: readonly Answered[]; readonly sent: number; readonly killedAtMs: number }> {
  const answered: Answered[] = []
  let sent = 0
  const over = new AbortController()
  const asking = inParallel(askers, async (asker) => {
    while (!over.signal.aborted) {
      const node = nodes[(asker + sent) % nodes.length]
      if (node === undefined || !node.isRunning) {
        await sleep(10)
        continue
      }
      sent += 1
      // A node that is killed answers nothing: whether it had counted is open.
      await ask(node.url, sent)
        .then(() => answered.push({ node, atMs: performance.now() }))
        .catch(() => sleep(10))
    }
  })
  await sleep(drivenMs)
  const killedAtMs = performance.now()
  await victim.kill()
  await sleep(500)
  over.abort()
  await asking
  return { answered, sent, killedAtMs }
}

/** Two more that roll up, all the while, whatever was counted just now: as two nodes would at the same moment. */
async function rollUpMeanwhile(
  { isCluster }: StorageKind,
  { nodes }: Installation,
): Promise<{ stop(): Promise<void> }> {
  const url = nodes[0]?.env['MINTMARK_DATABASE_URL']
  if (!isCluster || url === undefined) return { stop: async () => {} }
  const open = async () => openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
  const rollers = [await open(), await open()]
  const over = new AbortController()
  const rolling = rollers.map(async ({ usageArchive }) => {
    while (!over.signal.aborted) {
      await usageArchive.rollUp(everyMinute)
      await sleep(5)
    }
  })
  return {
    async stop() {
      over.abort()
      await Promise.all(rolling)
      for (const roller of rollers) await roller.close()
    },
  }
}

function flat({ accepted, refused }: { readonly accepted: number; readonly refused: Counts }): Counts {
  return { ...(accepted > 0 && { accepted }), ...refused }
}

function added(sum: Counts, counts: Counts): Counts {
  const total = { ...sum }
  for (const [outcome, count] of Object.entries(counts)) total[outcome] = (total[outcome] ?? 0) + count
  return total
}

function sumOf(keys: readonly Key[]): Counts {
  return keys.map(({ counts }) => counts).reduce(added, {})
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
