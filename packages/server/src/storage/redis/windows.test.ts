import { Redis } from 'ioredis'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { describeWithRedis, startRedis, testRedisUrl, type RedisServer } from '../../testing/servers.ts'
import { describeWindowStore, type WindowStoreUnderTest } from '../contract/windows.ts'
import { windowKey } from './window-key.ts'
import { createRedisWindows, type RedisWindows } from './windows.ts'

const minute = (limit: number) => ({ limit, windowMs: 60_000 })
/** Other tests share the machine's processors; how soon an answer comes is not what is tested here. */
const PATIENT_MS = 5_000

/** Two nodes over one Redis, which really takes its time. */
async function twoNodes(url: string, close: () => Promise<void>): Promise<WindowStoreUnderTest> {
  const [one, other] = [
    createRedisWindows({ url, deadlineMs: PATIENT_MS }),
    createRedisWindows({ url, deadlineMs: PATIENT_MS }),
  ]
  await Promise.all([one.inspect(), other.inspect()])
  return {
    stores: [one, other],
    nowMs: () => performance.now(),
    // A timer of Node may fire a millisecond early, and Redis counts whole ones.
    pass: async (durationMs) => delay(durationMs + 2),
    close,
  }
}

describeWithRedis('Redis', () => {
  describeWindowStore('a single Redis', async () => twoNodes(await testRedisUrl(), async () => {}))

  describeWindowStore('a Redis cluster', async () => {
    const server = await startRedis({ cluster: true })
    return twoNodes(clusterUrl(server), () => server.remove())
  })

  describe('a window in Redis', () => {
    let url: string
    let redis: Redis
    let windows: RedisWindows

    beforeAll(async () => {
      url = await testRedisUrl()
      redis = new Redis(url)
      windows = createRedisWindows({ url, deadlineMs: PATIENT_MS })
      await windows.inspect()
    })
    afterAll(async () => {
      redis.disconnect()
      await windows.close()
    })

    test('is one string, that expires after its last hit has left', async () => {
      for (let hit = 0; hit < 60; hit++) await windows.spend('key_expires', minute(100), 1)
      expect(await redis.type(windowKey('key_expires'))).toBe('string')
      const lifeMs = await redis.pttl(windowKey('key_expires'))
      expect(lifeMs).toBeGreaterThan(60_000)
      expect(lifeMs).toBeLessThanOrEqual(90_000)
    })

    test('never expires before its last hit has left', async () => {
      const limit = { limit: 100_000, windowMs: 1_000 }
      for (const untilMs = performance.now() + 2_500; performance.now() < untilMs;) {
        const askedMs = performance.now()
        const { resetMs } = await windows.spend('key_lasts', limit, 1)
        const leftMs = await redis.pttl(windowKey('key_lasts'))
        expect(leftMs).toBeGreaterThanOrEqual(resetMs - Math.ceil(performance.now() - askedMs) - 1)
        await delay(20)
      }
      await delay(1_700)
      expect(await redis.exists(windowKey('key_lasts'))).toBe(0)
    })

    test('takes little room', async () => {
      await windows.spend('key_small', minute(100_000), 1)
      expect(await redis.memory('USAGE', windowKey('key_small'))).toBeLessThanOrEqual(200)
      for (let hit = 0; hit < 6; hit++) await windows.spend('key_full', minute(600), 100)
      expect(await redis.memory('USAGE', windowKey('key_full'))).toBeLessThanOrEqual(2_700)
    })

    test('is not made by looking or by refusals', async () => {
      await windows.spend('key_looked', minute(5), 0)
      expect(await redis.exists(windowKey('key_looked'))).toBe(0)
      await windows.spend('key_refused', minute(5), 5)
      const before = await redis.getBuffer(windowKey('key_refused'))
      await windows.spend('key_refused', minute(5), 1)
      expect(await redis.getBuffer(windowKey('key_refused'))).toEqual(before)
    })

    test('survives that Redis forgets the script', async () => {
      await windows.spend('key_script', minute(5), 1)
      await redis.script('FLUSH')
      expect(await windows.spend('key_script', minute(5), 1)).toMatchObject({ admitted: true, remaining: 3 })
    })
  })

  test('asked for 3,000 times at once takes a dozen calls, and each answer is the asker’s own', async () => {
    // A server of its own: other tests call the script on the shared one meanwhile.
    const server = await startRedis()
    const redis = new Redis(server.url)
    const windows = createRedisWindows({ url: server.url, deadlineMs: PATIENT_MS })
    try {
      await windows.inspect()
      const decisions = await Promise.all(
        Array.from({ length: 3_000 }, async (_, index) =>
          windows.spend(`key_crowd${index % 7}`, minute(100 + (index % 7)), 1),
        ),
      )
      for (let key = 0; key < 7; key++) {
        const own = decisions.filter((_, index) => index % 7 === key)
        expect(own.every(({ limit }) => limit === 100 + key)).toBe(true)
        expect(own.filter(({ admitted }) => admitted).length).toBe(100 + key)
      }
      // 3,000 checks, at most 256 in a call; the first is refused and repeated whole, since this server has not the script.
      expect(await scriptCalls(redis)).toBeLessThanOrEqual(14)
    } finally {
      redis.disconnect()
      await windows.close()
      await server.remove()
    }
  })

  describe('inspecting', () => {
    test('warns of eviction, refuses a replica and the server of a cluster', async () => {
      const evicting = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] })
      const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${evicting.port}`] })
      const cluster = await startRedis({ cluster: true })
      const inspect = async (url: string) => {
        const windows = createRedisWindows({ url, deadlineMs: PATIENT_MS })
        try {
          return await windows.inspect()
        } finally {
          await windows.close()
        }
      }
      try {
        expect(await inspect(evicting.url)).toEqual([expect.stringContaining('allkeys-lru')])
        await expect(inspect(replica.url)).rejects.toThrow('replica')
        await expect(inspect(cluster.url)).rejects.toThrow('redis+cluster://')
        expect(await inspect(clusterUrl(cluster))).toEqual([])
      } finally {
        await Promise.all([evicting.remove(), replica.remove(), cluster.remove()])
      }
    })

    test('of nothing is unavailable, and says why', async () => {
      const windows = createRedisWindows({ url: 'redis://127.0.0.1:1' })
      const failed: unknown = await windows.inspect().catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(StoreUnavailable)
      expect(failed).toMatchObject({ store: 'windows', cause: { message: expect.stringContaining('ECONNREFUSED') } })
      await windows.close()
    })
  })
})

function clusterUrl(server: RedisServer): string {
  return `redis+cluster://${server.urls.map((url) => new URL(url).host).join(',')}`
}

async function scriptCalls(redis: Redis): Promise<number> {
  const info = await redis.info('commandstats')
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0)
}
