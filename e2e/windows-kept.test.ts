import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectCall } from './testing/client.ts'
import { createOrganization, type Installation } from './testing/installation.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import type { ServedNode } from './testing/served-node.ts'
import { createSpender, doors, type Request, type Spender, type Spent } from './testing/spender.ts'
import { describeOnEveryStorage, urlOf, type StorageKind } from './testing/storages.ts'
import { inParallel } from './testing/tally.ts'
import { Disturbed, undisturbed } from './testing/undisturbed.ts'
import { checkWindow, constantLimit } from './testing/window-checker.ts'

const restarts = count(1, 20)
const anHour = 3_600
const look: Request = { turn: 0, door: 'verify', cost: 0 }

describeOnEveryStorage(describeKept)

function describeKept(storage: StorageKind): void {
  let installation: Installation

  beforeAll(async () => {
    installation = await storage.start({ MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'refuse' })
  })

  afterAll(() => installation.remove())

  test('a drain keeps every window as it was', async () => {
    await undisturbed(async () => {
      const organization = await createOrganization(installation, { roles: [] })
      const all = await inParallel(110, async (index) => {
        const own = { limit: 20, windowSeconds: anHour }
        const spender = await createSpender(installation, { own, in: organization })
        await spend(spender, { turn: index, door: 'verify', cost: index % 21 })
        return spender
      })
      await restart(installation, (node) => node.stop())
      const remaining = await inParallel(all.length, async (turn) => {
        const spender = all[turn]
        return spender === undefined ? null : (await spend(spender, { ...look, turn })).remaining
      })
      expect(remaining).toEqual(all.map((_, index) => 20 - (index % 21)))
    })
  })

  test(
    `through ${restarts} drains no window is above its limit, nothing is wrongly refused`,
    { timeout: restarts * 60_000 },
    async () => {
      const spender = await createSpender(installation, { own: { limit: 20, windowSeconds: 4 } })
      const spent = await driveThrough(spender, async () => {
        for (let turn = 0; turn < restarts; turn++) await restartAtRandom(installation, (node) => node.stop())
      })
      const judged = checkWindow(spent, constantLimit(20), 4_000)
      expect(judged).toMatchObject({ above: [], wronglyRefused: [] })
      expect(judged.refused).toBeGreaterThan(0)
    },
  )

  describe('kill -9', () => {
    if (storage.isCluster) describeClusterKilled(() => installation)
    else describeEmbeddedKilled(() => installation)
  })
}

/** The windows of a process are gone with it: what was counted of the last minute stands in for them. */
function describeEmbeddedKilled(installationNow: () => Installation): void {
  test('charges a window with what was counted of it', async () => {
    const installation = installationNow()
    const spender = await createSpender(installation, { own: { limit: 10, windowSeconds: anHour } })
    for (let turn = 0; turn < 9; turn++) await spend(spender, { turn, door: doors[turn % 3] ?? 'me' })
    await forbidden(installation, spender)
    for (let turn = 0; turn < 4; turn++) expect((await spend(spender, { turn, door: 'me' })).outcome).toBe('refused')
    await untilCounted(installation, spender, Date.now())
    await restart(installation, (node) => node.kill())
    const rateLimit = { limit: 30, windowSeconds: anHour }
    await expectCall(200, urlOf(installation, 0), 'PATCH', `/v1/api-keys/${spender.id}`, {
      key: installation.operatorKey,
      headers: { 'mintmark-organization': spender.organizationId },
      body: { rateLimit },
    })
    // Nine accepted, one forbidden; what the window refused costs nothing, then as now.
    expect((await spend(spender, look)).remaining).toBe(20)
  })

  test(`admits at most one more limit, ${restarts} times`, { timeout: restarts * 60_000 }, async () => {
    const installation = installationNow()
    const spender = await createSpender(installation, { own: { limit: 20, windowSeconds: 2 } })
    const spent = await driveThrough(spender, async () => {
      for (let turn = 0; turn < restarts; turn++) await restartAtRandom(installation, (node) => node.kill())
    })
    expect(checkWindow(spent, constantLimit(40), 2_000)).toMatchObject({ above: [] })
  })
}

/** The windows are in Redis: killing nodes loses nothing of them. */
function describeClusterKilled(installationNow: () => Installation): void {
  test('loses nothing of a window', async () => {
    await undisturbed(async () => {
      const installation = installationNow()
      const spender = await createSpender(installation, { own: { limit: 10, windowSeconds: anHour } })
      for (let turn = 0; turn < 7; turn++) await spend(spender, { turn, door: doors[turn % 3] ?? 'me' })
      await restart(installation, (node) => node.kill())
      expect((await spend(spender, look)).remaining).toBe(3)
    })
  })
}

async function spend(spender: Spender, request: Request): Promise<Spent> {
  const spent = await spender.spend(request)
  if (spent.outcome === 'unknown') throw new Disturbed()
  return spent
}

async function restart(installation: Installation, end: (node: ServedNode) => Promise<unknown>): Promise<void> {
  await Promise.all(
    installation.nodes.map(async (node) => {
      await end(node)
      await node.start()
    }),
  )
}

/** Longer apart than the windows driven meanwhile. */
async function restartAtRandom(installation: Installation, end: (node: ServedNode) => Promise<unknown>): Promise<void> {
  await sleep(2_000 + Math.random() * 500)
  await restart(installation, end)
}

/** Small bursts on every node until `work` is done; who finds nobody listening knows nothing of what was spent. */
async function driveThrough(spender: Spender, work: () => Promise<void>): Promise<Spent[]> {
  const all: Spent[] = []
  const over = new AbortController()
  const drive = async (turn: number): Promise<void> => {
    while (!over.signal.aborted) {
      all.push(...(await inParallel(5, async (index) => spendPerhaps(spender, turn + index))))
      await sleep(Math.random() * 100)
    }
  }
  const driving = inParallel(2, drive)
  await work()
  await sleep(1_000)
  over.abort()
  await driving
  return all
}

async function spendPerhaps(spender: Spender, turn: number): Promise<Spent> {
  const request: Request = { turn, door: doors[Math.floor(Math.random() * doors.length)] ?? 'me' }
  const sentMs = performance.now()
  try {
    return await spender.spend(request)
  } catch (error) {
    // `fetch failed`: refused or reset.
    if (!(error instanceof TypeError)) throw error
    return { cost: 1, outcome: 'unknown', sentMs, receivedMs: performance.now(), remaining: 0, retryAfterSeconds: 0 }
  }
}

/** Refused after the window, by which it has been paid. */
async function forbidden(installation: Installation, { secret }: Spender): Promise<void> {
  const body = { key: secret, environment: 'test' }
  const key = installation.operatorKey
  const verdict = await expectCall(200, urlOf(installation, 0), 'POST', '/v1/verify', { key, body })
  expect(verdict).toMatchObject({ status: 403, reason: 'forbidden' })
}

/** `lastUsedAt` is written with the counts: uses since then would be lost with the process. */
async function untilCounted(installation: Installation, spender: Spender, sinceMs: number): Promise<void> {
  await spender.spend({ turn: 0, door: 'me' })
  const lastUsedAtMs = async () => {
    const headers = { 'mintmark-organization': spender.organizationId }
    const path = `/v1/api-keys/${spender.id}`
    const shown = await expectCall(200, urlOf(installation, 0), 'GET', path, { key: installation.operatorKey, headers })
    return Date.parse(shown.lastUsedAt)
  }
  await expect.poll(lastUsedAtMs, { timeout: 20_000 }).toBeGreaterThanOrEqual(sinceMs)
}
