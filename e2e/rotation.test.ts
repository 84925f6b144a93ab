import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectCall } from './testing/client.ts'
import type { Installation } from './testing/installation.ts'
import { createRotatingKey, nowMs, type HeldSecret, type RotatingKey } from './testing/rotating-key.ts'
import { count } from '../packages/server/src/testing/scale.ts'
import { checkRotations, type SecretUse } from './testing/secret-life.ts'
import { describeOnEveryStorage, urlOf, type StorageKind } from './testing/storages.ts'
import { inParallel, tally } from './testing/tally.ts'
import { sleepUntil } from './testing/wait.ts'

const keys = 5
const rotationsOfEach = count(5, 100)
const races = count(20, 400)
const kills = count(1, 10)
const limit = 100_000
const anHour = 3_600

describeOnEveryStorage(describeRotation)

function describeRotation(storage: StorageKind): void {
  let installation: Installation

  beforeAll(async () => {
    installation = await storage.start({ MINTMARK_WHEN_LIMITER_UNAVAILABLE: 'refuse' })
  })

  afterAll(() => installation.remove())

  test.concurrent(
    `${keys * rotationsOfEach} rotations under load: always a secret that works, each dead when its overlap ends, one budget`,
    { timeout: 60_000 + rotationsOfEach * 5_000 },
    async () => {
      await inParallel(keys, async () => {
        const key = await createRotatingKey(installation)
        const uses = await useWhile(key, async (rest) => {
          for (let turn = 0; turn < rotationsOfEach; turn++) await rotateAtRandom(key, turn, rest)
          // The last overlap ends under load too.
          await sleep(1_200)
        })
        expect(checkRotations(key.rotations, uses)).toEqual({ wrong: [], gapsMs: [], misled: [] })
        const accepted = uses.filter(({ outcome }) => outcome === 'accepted').length
        const unknown = uses.filter(({ outcome }) => outcome === 'unknown').length
        expect(accepted).toBeGreaterThan(rotationsOfEach)
        expect(uses.some(({ outcome }) => outcome === 'key_revoked')).toBe(true)
        const left = await remaining(installation, key)
        expect(left).toBeLessThanOrEqual(limit - accepted)
        expect(left).toBeGreaterThanOrEqual(limit - accepted - unknown)
      })
    },
  )

  test.concurrent('by the first use of the newest secret, at any door, the older one ends at the next rotation', async () => {
    for (let door = 0; door < 3; door++) {
      const key = await createRotatingKey(installation)
      const [oldest] = key.secrets
      const second = await key.rotate(0, anHour)
      expect((await key.use(door, second)).outcome).toBe('accepted')
      const third = await key.rotate(1, anHour)
      expect(await outcomes(key, [oldest, second, third])).toEqual(['key_revoked', 'accepted', 'accepted'])
    }
  })

  test.concurrent('a newest secret that was never used is replaced, and the older keeps the end it was promised', async () => {
    const key = await createRotatingKey(installation)
    const [oldest] = key.secrets
    const second = await key.rotate(0, 600)
    const promised = endOf(key, oldest)
    const third = await key.rotate(1, anHour)
    expect(endOf(key, oldest)).toBe(promised)
    expect(await outcomes(key, [oldest, second])).toEqual(['accepted', 'key_revoked'])
    const fourth = await key.rotate(0, 1)
    const sooner = endOf(key, oldest) ?? 0
    expect(sooner).toBeLessThan(promised ?? 0)
    expect(await outcomes(key, [third, fourth])).toEqual(['key_revoked', 'accepted'])
    await sleepUntil(performance.now() + sooner - nowMs() + 2)
    expect(await outcomes(key, [oldest, fourth])).toEqual(['key_revoked', 'accepted'])
  })

  test.concurrent(
    `of a first use and a rotation at once both see the same order, ${races} times`,
    { timeout: 300_000 },
    async () => {
      const seen = { used: 0, replaced: 0 }
      for (let turn = 0; turn < races; turn++) {
        const key = await createRotatingKey(installation)
        const [oldest] = key.secrets
        const second = await key.rotate(turn, anHour)
        const [use, third] = await Promise.all([useSoon(key, turn, second), key.rotate(turn + 1, anHour)])
        if (use.outcome === 'unknown') continue
        const wasUsed = use.outcome === 'accepted'
        const [dead, alive] = wasUsed ? [oldest, second] : [second, oldest]
        expect(await outcomes(key, [dead, alive, third])).toEqual(['key_revoked', 'accepted', 'accepted'])
        seen[wasUsed ? 'used' : 'replaced'] += 1
      }
      expect(seen.used + seen.replaced).toBeGreaterThan(0)
    },
  )

  test.concurrent('ten rotations at once leave two secrets at most, and the last one made works', async () => {
    const key = await createRotatingKey(installation)
    await inParallel(10, async (turn) => key.rotate(turn, anHour))
    const { body } = await key.request(0, 'GET', `/v1/api-keys/${key.id}`)
    const live: string[] = body.secrets.map(({ id }: { id: string }) => id)
    expect(live).toHaveLength(2)
    const used = await inParallel(key.secrets.length, async (turn) => key.use(turn, held(key, turn)))
    expect(new Set(used.filter(({ outcome }) => outcome === 'accepted').map(({ id }) => id))).toEqual(new Set(live))
  })

  test.concurrent('no rotation outlives a revocation that it races with', async () => {
    for (let turn = 0; turn < count(5, 50); turn++) {
      const key = await createRotatingKey(installation)
      const path = `/v1/api-keys/${key.id}`
      const [revoked] = await Promise.all([
        key.request(turn, 'POST', `${path}/revoke`, {}),
        ...Array.from({ length: 3 }, async (_, index) => key.rotate(turn + index, anHour).catch(() => null)),
      ])
      expect(revoked?.status).toBe(200)
      expect(await outcomes(key, key.secrets)).toEqual(key.secrets.map(() => 'key_revoked'))
      expect(tally([await key.request(turn, 'POST', `${path}/rotate`, {})])).toEqual({ '409 conflict': 1 })
    }
  })

  test.concurrent('the older secret is ended early by its id, but never the one that stays', async () => {
    const key = await createRotatingKey(installation)
    const [first] = key.secrets
    const end = async (secret: HeldSecret | undefined) =>
      tally([await key.request(1, 'DELETE', `/v1/api-keys/${key.id}/secrets/${secret?.id}`)])
    expect(await end(first)).toEqual({ '409 conflict': 1 })
    const second = await key.rotate(0, anHour)
    expect(await end(first)).toEqual({ '204': 1 })
    expect(await outcomes(key, [first, second])).toEqual(['key_revoked', 'accepted'])
    expect(await end(first)).toEqual({ '404 not_found': 1 })
    expect(await end(second)).toEqual({ '409 conflict': 1 })
    const third = await key.rotate(0, anHour)
    expect(await end(third)).toEqual({ '409 conflict': 1 })
    expect(await outcomes(key, [second, third])).toEqual(['accepted', 'accepted'])
  })

  test.concurrent('when each secret was used last can be seen, apart from one another', async () => {
    const key = await createRotatingKey(installation)
    const [first] = key.secrets
    const second = await key.rotate(0, anHour)
    const usedFirst = await key.use(0, held(key, 0))
    expect(await lastUses(key)).toEqual([within(usedFirst), null])
    const usedSecond = await key.use(1, second)
    expect(await lastUses(key, second.id)).toEqual([within(usedFirst), within(usedSecond)])
    expect(first?.id).toBe(usedFirst.id)
  })

  // Not beside the others: their nodes are killed.
  test(
    `a first use that was answered is known after kill -9, ${kills} times`,
    { timeout: 60_000 * kills },
    async () => {
      for (let turn = 0; turn < kills; turn++) {
        const key = await createRotatingKey(installation)
        const [oldest] = key.secrets
        const second = await key.rotate(0, anHour)
        expect((await key.use(turn, second)).outcome).toBe('accepted')
        await Promise.all(installation.nodes.map((node) => node.kill()))
        await Promise.all(installation.nodes.map((node) => node.start()))
        const third = await key.rotate(1, anHour)
        expect(await outcomes(key, [oldest, second, third])).toEqual(['key_revoked', 'accepted', 'accepted'])
      }
    },
  )
}

/** Asks with the newest secret and those before it, on every node, until `work` is done. */
async function useWhile(key: RotatingKey, work: (rest: Rest) => Promise<void>): Promise<SecretUse[]> {
  const uses: SecretUse[] = []
  const over = new AbortController()
  const rest: Rest = { newestIsLeftAlone: false }
  const loads = inParallel(4, async (loop) => {
    for (let turn = loop; !over.signal.aborted; turn += 1) {
      const newest = key.secrets.length - 1
      const back = Math.floor(Math.random() * 3)
      const chosen = rest.newestIsLeftAlone ? newest - 1 - back : newest - back
      uses.push(await key.use(turn, held(key, Math.max(0, chosen))))
    }
  })
  try {
    await work(rest)
  } finally {
    over.abort()
  }
  await loads
  return uses
}

type Rest = { newestIsLeftAlone: boolean }

/** With and without overlap, before the last one has ended and after, and with the newest used and unused. */
async function rotateAtRandom(key: RotatingKey, turn: number, rest: Rest): Promise<void> {
  rest.newestIsLeftAlone = turn % 3 === 1
  await key.rotate(turn, [anHour, 1, 2, 0][turn % 4] ?? 1)
  await sleep(Math.random() * (turn % 5 === 0 ? 1_500 : 250))
}

/** Now, or in a moment: either may come first. */
async function useSoon(key: RotatingKey, turn: number, secret: HeldSecret): Promise<SecretUse> {
  if (turn % 2 === 0) await sleep(Math.random() * 8)
  return key.use(turn, secret)
}

async function outcomes(
  key: RotatingKey,
  secrets: readonly (HeldSecret | undefined)[],
): Promise<readonly SecretUse['outcome'][]> {
  return inParallel(secrets.length, async (turn) => {
    const secret = secrets[turn]
    if (secret === undefined) throw new RangeError('There is no such secret.')
    for (let attempt = turn; ; attempt++) {
      const { outcome } = await key.use(attempt, secret)
      if (outcome !== 'unknown') return outcome
    }
  })
}

function held(key: RotatingKey, index: number): HeldSecret {
  const secret = key.secrets[index]
  if (secret === undefined) throw new RangeError('There is no such secret.')
  return secret
}

/** As the last rotation told it. */
function endOf(key: RotatingKey, secret: HeldSecret | undefined): number | null | undefined {
  return key.rotations.at(-1)?.live.find(({ id }) => id === secret?.id)?.endsAtMs
}

async function remaining(installation: Installation, key: RotatingKey): Promise<number> {
  const body = { key: key.secrets.at(-1)?.text, cost: 0 }
  const options = { key: installation.operatorKey, body }
  return (await expectCall(200, urlOf(installation, 0), 'POST', '/v1/verify', options)).rateLimit.remaining
}

/** The `lastUsedAt` of the live secrets, once that of the one named is there. */
async function lastUses(key: RotatingKey, of = key.secrets[0]?.id): Promise<readonly (number | null)[]> {
  for (;;) {
    const { body } = await key.request(0, 'GET', `/v1/api-keys/${key.id}`)
    const secrets: readonly { id: string; lastUsedAt: string | null }[] = body.secrets
    if (secrets.find(({ id }) => id === of)?.lastUsedAt == null) {
      await sleep(100)
      continue
    }
    return secrets.map(({ lastUsedAt }) => (lastUsedAt === null ? null : Date.parse(lastUsedAt)))
  }
}

function within({ sentMs, receivedMs }: SecretUse): unknown {
  return expect.toSatisfy((atMs: number) => atMs >= Math.floor(sentMs) - 2 && atMs <= receivedMs + 2)
}
