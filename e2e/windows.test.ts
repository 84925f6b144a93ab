import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectCall } from './testing/client.ts'
import type { Installation } from './testing/installation.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { createSpender, doors, type RateLimit, type Request, type Spender, type Spent } from './testing/spender.ts'
import { describeOnEveryStorage, urlOf, type StorageKind } from './testing/storages.ts'
import { inParallel } from './testing/tally.ts'
import { Disturbed, undisturbed } from './testing/undisturbed.ts'
import { sleepUntil } from './testing/wait.ts'
import { checkWindow, constantLimit, type LimitPhase } from './testing/window-checker.ts'

const crowd = [
  { limit: 1, keys: 4, mostAtOnce: 3 },
  { limit: 10, keys: 4, mostAtOnce: 12 },
  { limit: 60, keys: 2, mostAtOnce: 70 },
] as const
const windowsARound = 3
const rounds = count(2, 40)
const limitChanges = count(8, 160)
const obedientClients = count(50, 1_000)
const windowMs = 1_000
const anHour = 3_600

describeOnEveryStorage(describeWindows)

function describeWindows(storage: StorageKind): void {
  let installation: Installation

  beforeAll(async () => {
    // Where Redis was too slow nobody knows what was spent, and 503 says so.
    installation = await storage.start({ MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'refuse' })
  })

  afterAll(() => installation.remove())

  const windows = rounds * windowsARound * crowd.reduce((sum, { keys }) => sum + keys, 0)
  test.concurrent(
    `in ${windows} windows burst at their edges: never above, nothing wrongly refused`,
    { timeout: rounds * 60_000 },
    async () => {
      for (let round = 0; round < rounds; round++) {
        const keys = crowd.flatMap((one) => Array.from({ length: one.keys }, () => one))
        const judged = await Promise.all(
          keys.map(async ({ limit, mostAtOnce }) => {
            const spender = await createSpender(installation, { own: { limit, windowSeconds: 1 } })
            const endMs = performance.now() + windowsARound * windowMs
            const spent = await inParallel(2, (node) =>
              burst(spender, { node, mostAtOnce, until: () => performance.now() > endMs, most: limit }),
            )
            return { limit, ...checkWindow(spent.flat(), constantLimit(limit), windowMs) }
          }),
        )
        for (const one of judged) {
          expect(one).toMatchObject({ above: [], wronglyRefused: [] })
          expect(one.admitted + one.unknown).toBeGreaterThanOrEqual(one.limit)
        }
      }
    },
  )

  test.concurrent(
    `while a key’s limit, or its organization’s, changes ${limitChanges} times`,
    { timeout: 60_000 + limitChanges * 3_000 },
    async () => {
      const first: RateLimit = { limit: 10, windowSeconds: 1 }
      const own = await createSpender(installation, { own: first, organizationLimit: { limit: 1, windowSeconds: 1 } })
      const inherited = await createSpender(installation, { organizationLimit: first })
      for (const judged of await Promise.all([
        spendThroughChanges(installation, own, `/v1/api-keys/${own.id}`),
        spendThroughChanges(installation, inherited, `/v1/organizations/${inherited.organizationId}`),
      ])) {
        expect(judged).toMatchObject({ above: [], wronglyRefused: [] })
        expect(judged.admitted).toBeGreaterThan(limitChanges)
        expect(judged.refused).toBeGreaterThan(limitChanges)
      }
    },
  )

  test.concurrent(
    `${obedientClients} clients that obey Retry-After are never refused twice`,
    { timeout: 600_000 },
    async () => {
      for (let client = 0; client < obedientClients; client += 50) {
        await inParallel(50, async (index) => {
          const limit = 1 + (index % 4)
          const spender = await createSpender(installation, { own: { limit, windowSeconds: 1 + (index % 2) } })
          for (let refusals = 0; refusals < 2; refusals++) await beRefusedOnce(spender, limit)
        })
      }
    },
  )

  test.concurrent('a tenant’s requests, verifications, batches and gateways spend from one window, on every node', async () => {
    await undisturbed(async () => {
      const spender = await createSpender(installation, { own: { limit: 50, windowSeconds: anHour } })
      let left = 50
      for (let turn = 0; turn < 12; turn++) {
        const door = doors[turn % doors.length] ?? 'verify'
        expect(await remainingAfter(spender, { turn, door })).toBe((left -= 1))
      }
      const requests = [1, 2, 0].map((cost) => ({ key: spender.secret, cost }))
      const { results } = await operatorPost(installation, '/v1/verify/batch', { requests })
      expect(results.map((result: { rateLimit: { remaining: number } }) => result.rateLimit.remaining)).toEqual([
        left - 1,
        left - 3,
        left - 3,
      ])
      expect(await remainingAfter(spender, { turn: 1, door: 'me' })).toBe(left - 4)
    })
  })

  test.concurrent('a cost is spent whole or not at all, and cost 0 looks: never refused, spending nothing', async () => {
    await undisturbed(async () => {
      const spender = await createSpender(installation, { own: { limit: 10, windowSeconds: anHour } })
      const verify = async (turn: number, cost: number) => known(await spender.spend({ turn, door: 'verify', cost }))
      expect(await verify(0, 7)).toMatchObject({ outcome: 'admitted', remaining: 3 })
      expect(await verify(1, 4)).toMatchObject({ outcome: 'refused', remaining: 3 })
      expect(await verify(0, 0)).toMatchObject({ outcome: 'admitted', remaining: 3, retryAfterSeconds: 0 })
      expect(await verify(1, 3)).toMatchObject({ outcome: 'admitted', remaining: 0 })
      expect(await verify(0, 0)).toMatchObject({ outcome: 'admitted', remaining: 0, retryAfterSeconds: 0 })
      expect(await verify(1, 1)).toMatchObject({ outcome: 'refused', remaining: 0 })
      for (const cost of [11, 1_001, -1, 0.5]) {
        const body = { key: spender.secret, cost }
        const refused = await expectCall(400, installation.url, 'POST', '/v1/verify', {
          key: installation.operatorKey,
          body,
        })
        expect(refused).toMatchObject({ reason: 'invalid_request', errors: [{ path: 'cost' }] })
      }
    })
  })
}

type Burst = {
  readonly node: number
  readonly mostAtOnce: number
  readonly until: () => boolean
  /** The highest cost. */
  readonly most: number
}

/** Bursts of random size at random times, every other time right at the edge where an earlier hit leaves the window. */
async function burst(spender: Spender, { node, mostAtOnce, until, most }: Burst): Promise<Spent[]> {
  const all: Spent[] = []
  while (!until()) {
    const size = Math.ceil(Math.random() * mostAtOnce)
    all.push(...(await inParallel(size, () => spender.spend(randomRequest(node, most)))))
    const earlier = all[Math.floor(Math.random() * all.length)]
    const edgeMs = (earlier?.receivedMs ?? 0) + windowMs + Math.random() * 6 - 4
    const atEdge = edgeMs > performance.now() && Math.random() < 0.5
    await sleep(atEdge ? edgeMs - performance.now() : Math.random() * 150)
  }
  return all
}

function randomRequest(node: number, most: number): Request {
  const door = doors[Math.floor(Math.random() * doors.length)] ?? 'verify'
  if (door !== 'verify') return { turn: node, door }
  const cost = Math.random() < 0.2 ? Math.floor(Math.random() * Math.min(most + 1, 4)) : 1
  return { turn: node, door, cost }
}

async function spendThroughChanges(installation: Installation, spender: Spender, path: string) {
  const phases: LimitPhase[] = [...constantLimit(10)]
  let isOver = false
  const spending = inParallel(2, (node) => burst(spender, { node, mostAtOnce: 12, until: () => isOver, most: 1 }))
  for (let change = 0; change < limitChanges; change++) {
    await sleep(300 + Math.random() * 600)
    const limit = [10, 3, 25, 1][change % 4] ?? 10
    const rateLimit: RateLimit = { limit, windowSeconds: 1 }
    const sentMs = performance.now()
    await changeLimit(installation, spender, { path, rateLimit, turn: change })
    phases.push({ limit, sentMs, receivedMs: performance.now() })
  }
  isOver = true
  return checkWindow((await spending).flat(), phases, windowMs)
}

async function changeLimit(
  installation: Installation,
  spender: Spender,
  change: { readonly path: string; readonly rateLimit: RateLimit; readonly turn: number },
): Promise<void> {
  await expectCall(200, urlOf(installation, change.turn), 'PATCH', change.path, {
    key: installation.operatorKey,
    headers: { 'mintmark-organization': spender.organizationId },
    body: { rateLimit: change.rateLimit },
  })
}

/** Spends until the window refuses, waits as long as it says, and is admitted with what was refused. */
async function beRefusedOnce(spender: Spender, limit: number): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    const door = doors[turn % doors.length] ?? 'verify'
    const request = { turn, door, cost: door === 'verify' ? 1 + (turn % limit) : 1 }
    const refused = await spender.spend(request)
    if (refused.outcome !== 'refused') continue
    expect(refused.retryAfterSeconds).toBeGreaterThanOrEqual(1)
    await sleepUntil(refused.receivedMs + refused.retryAfterSeconds * 1_000)
    const again = await spender.spend({ ...request, turn: turn + 1 })
    expect(again.outcome).not.toBe('refused')
    return
  }
  throw new Error(`1,000 requests in a row were not refused under a limit of ${limit}`)
}

async function remainingAfter(spender: Spender, request: Request): Promise<number> {
  const spent = known(await spender.spend(request))
  expect(spent.outcome).toBe('admitted')
  return spent.remaining
}

function known(spent: Spent): Spent {
  if (spent.outcome === 'unknown') throw new Disturbed()
  return spent
}

async function operatorPost(installation: Installation, path: string, body: object) {
  return expectCall(200, installation.url, 'POST', path, { key: installation.operatorKey, body })
}
