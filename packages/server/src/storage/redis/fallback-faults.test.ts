import type { WindowLimit } from '@mintmark/core'
import { Redis } from 'ioredis'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate as nextTick, setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { WindowStore } from '../../engine/ports/windows.ts'
import { describeWithRedis, startRedis, type RedisServer } from '../../testing/servers.ts'
import { checkAdmissions, type Admission } from '../contract/admissions.ts'
import { createFallbackWindows, type FallbackChange } from './fallback.ts'
import { createRedisWindows, type RedisWindows } from './windows.ts'

const limit: WindowLimit = { limit: 40, windowMs: 2_000 }
const twice: WindowLimit = { ...limit, limit: 2 * limit.limit }
const ALARM_WITHIN_MS = 1_000
const BACK_WITHIN_MS = 5_000
/** Twice the usual one: other tests share the machine's processors with Redis. */
const DEADLINE_MS = 200
/** The deadline, and what a busy machine adds to it. */
const ANSWER_WITHIN_MS = 700

type TestNode = { readonly windows: WindowStore; readonly primary: RedisWindows; readonly changes: FallbackChange[] }

async function startNode(url: string, whenUnavailable: 'local' | 'refuse' = 'local'): Promise<TestNode> {
  const primary = createRedisWindows({ url, deadlineMs: DEADLINE_MS })
  await primary.inspect()
  const changes: FallbackChange[] = []
  const onChange = (change: FallbackChange) => changes.push(change)
  const windows = createFallbackWindows({ primary, whenUnavailable, nowMs: () => Date.now(), onChange })
  return { windows, primary, changes }
}

/** Spends 1 every few milliseconds, far more than the limit, until it is stopped. */
function startTraffic(windows: WindowStore, key: string) {
  const admissions: Admission[] = []
  const unexpected: unknown[] = []
  const ask = async () => {
    const sentMs = performance.now()
    try {
      const { admitted } = await windows.spend(key, limit, 1)
      admissions.push({ cost: 1, admitted, sentMs, receivedMs: performance.now() })
    } catch (error) {
      unexpected.push(error)
    }
  }
  const timer = setInterval(() => void ask(), 4)
  return {
    admissions,
    unexpected,
    stop: () => clearInterval(timer),
    longestMs: () => Math.max(...admissions.map(({ sentMs, receivedMs }) => receivedMs - sentMs)),
  }
}

async function until(isSo: () => boolean, withinMs: number): Promise<number> {
  const startMs = performance.now()
  while (!isSo() && performance.now() - startMs < withinMs) await delay(10)
  expect(isSo()).toBe(true)
  return performance.now() - startMs
}

/** A way to Redis on which connections can die. Those made afterwards are well. */
async function startRoad(redisPort: number) {
  const open = new Set<{ readonly near: Socket; readonly far: Socket }>()
  const road = createServer((near) => {
    const far = connect(redisPort, '127.0.0.1')
    near.on('error', () => {}).pipe(far)
    far.on('error', () => {}).pipe(near)
    open.add({ near, far })
  })
  await new Promise<void>((resolve) => road.listen(0, '127.0.0.1', resolve))
  const { port } = road.address() as AddressInfo
  return {
    port,
    /** Nothing moves any more, and nobody is told. */
    block: () => open.forEach(({ near, far }) => [near, far].forEach((socket) => socket.unpipe().pause())),
    /** What is asked next still arrives; instead of the answer comes the end. */
    cutAtNextAnswer: () => open.forEach(({ near, far }) => far.unpipe().once('data', () => near.destroy())),
    close: () => {
      open.forEach(({ near, far }) => [near, far].forEach((socket) => socket.destroy()))
      road.close()
    },
  }
}

describeWithRedis('when Redis fails', () => {
  let server: RedisServer
  let nodes: TestNode[]

  beforeEach(async () => {
    server = await startRedis()
    nodes = []
  })
  afterEach(async () => {
    await Promise.all(nodes.map(({ windows }) => windows.close()))
    await server.remove()
  })

  const node = async (whenUnavailable?: 'local' | 'refuse') => {
    const started = await startNode(server.url, whenUnavailable)
    nodes.push(started)
    return started
  }

  test.each([
    ['killed, and started again empty', () => server.kill(), () => server.start()],
    ['stopped in the middle of everything', async () => server.pause(), async () => server.resume()],
  ])('%s: the node enforces the limit by itself, tells, and comes back', async (_, fail, repair) => {
    const { windows, changes } = await node()
    const traffic = startTraffic(windows, 'key_a')
    await delay(700)
    await fail()
    await until(() => changes.length > 0, ALARM_WITHIN_MS)
    expect(windows.state()).toBe('local')
    await delay(1_000)
    await repair()
    await until(() => windows.state() === 'exact', BACK_WITHIN_MS)
    await delay(2 * limit.windowMs)
    traffic.stop()
    expect(changes.map(({ isAvailable }) => isAvailable)).toEqual([false, true])
    expect(changes[0]?.reason).toMatch(/./)
    expect(traffic.unexpected).toEqual([])
    expect(traffic.longestMs()).toBeLessThan(ANSWER_WITHIN_MS)
    expect(checkAdmissions(traffic.admissions, twice)).toMatchObject({ above: 0 })
    const settled = traffic.admissions.filter(({ sentMs }) => sentMs > performance.now() - 1.9 * limit.windowMs)
    expect(checkAdmissions(settled, limit)).toMatchObject({ above: 0 })
  })

  test('everything in it erased: at most one more limit is admitted', async () => {
    const { windows } = await node()
    const traffic = startTraffic(windows, 'key_a')
    await delay(500)
    const redis = new Redis(server.url)
    await redis.flushall()
    redis.disconnect()
    await delay(1_000)
    traffic.stop()
    expect(checkAdmissions(traffic.admissions, limit).admitted).toBe(2 * limit.limit)
  })

  test('three nodes: at most one more limit for each is admitted in the window around it', async () => {
    const three = [await node(), await node(), await node()]
    const traffics = three.map(({ windows }) => startTraffic(windows, 'key_a'))
    await delay(500)
    await server.kill()
    await delay(700)
    await server.start()
    await until(() => three.every(({ windows }) => windows.state() === 'exact'), BACK_WITHIN_MS)
    await delay(limit.windowMs)
    traffics.forEach((traffic) => traffic.stop())
    const all = traffics.flatMap(({ admissions }) => admissions)
    expect(checkAdmissions(all, { ...limit, limit: 4 * limit.limit })).toMatchObject({ above: 0 })
    expect(traffics.flatMap(({ unexpected }) => unexpected)).toEqual([])
  })

  test('nobody waits for it twice: while it hangs, answers come at once', async () => {
    const { windows } = await node()
    await windows.spend('key_a', limit, 1)
    server.pause()
    await windows.spend('key_a', limit, 1)
    const startMs = performance.now()
    for (let request = 0; request < 500; request++) await windows.spend(`key_${request}`, limit, 1)
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS)
    server.resume()
  })

  test('a spend whose answer is lost is counted on both sides, and never sent again', async () => {
    const road = await startRoad(server.port)
    const { windows, primary } = await startNode(`redis://127.0.0.1:${road.port}`)
    const long = { limit: 10, windowMs: 60_000 }
    await windows.spend('key_a', long, 1)
    road.cutAtNextAnswer()
    expect(await windows.spend('key_a', long, 1)).toMatchObject({ admitted: true, remaining: 9 })
    await until(() => windows.state() === 'exact', BACK_WITHIN_MS)
    expect((await primary.spend('key_a', long, 0)).remaining).toBe(8)
    expect((await windows.spend('key_a', long, 0)).remaining).toBe(7)
    await windows.close()
    road.close()
  })

  test('refuse: 503 within the deadline, then at once, and exact again afterwards', async () => {
    const { windows, changes } = await node('refuse')
    await windows.spend('key_a', limit, 1)
    server.pause()
    const startMs = performance.now()
    await expect(windows.spend('key_a', limit, 1)).rejects.toBeInstanceOf(StoreUnavailable)
    expect(performance.now() - startMs).toBeLessThan(ANSWER_WITHIN_MS)
    await expect(windows.spend('key_b', limit, 0)).rejects.toMatchObject({ store: 'windows' })
    expect(changes.length).toBe(1)
    server.resume()
    await until(() => changes.length === 2, BACK_WITHIN_MS)
    expect((await windows.spend('key_b', limit, 0)).admitted).toBe(true)
  })

  test('it answers, but takes no writes: that is an outage as well', async () => {
    const { windows, changes } = await node()
    const redis = new Redis(server.url)
    await redis.config('SET', 'maxmemory', '1')
    await windows.spend('key_a', limit, 1)
    expect(changes[0]?.reason).toContain('OOM')
    expect(windows.state()).toBe('local')
    await redis.config('SET', 'maxmemory', '0')
    await until(() => windows.state() === 'exact', BACK_WITHIN_MS)
    await redis.replicaof('127.0.0.1', 1)
    await windows.spend('key_a', limit, 1)
    expect(windows.state()).toBe('local')
    await redis.replicaof('NO', 'ONE')
    await until(() => windows.state() === 'exact', BACK_WITHIN_MS)
    redis.disconnect()
  })

  test('only this process was held up: the answers that came meanwhile are read, nothing is given up', async () => {
    const { windows, changes } = await node()
    await windows.spend('key_a', limit, 1)
    const asked = Promise.all([1, 2, 3].map(async () => windows.spend('key_a', limit, 1)))
    // Sent, and not answered yet.
    await nextTick()
    for (const untilMs = performance.now() + 400; performance.now() < untilMs;);
    expect((await asked).map(({ remaining }) => remaining)).toEqual([38, 37, 36])
    expect(changes).toEqual([])
  })

  test('connections are dead and do not say so: others are made', async () => {
    const road = await startRoad(server.port)
    const { windows } = await startNode(`redis://127.0.0.1:${road.port}`)
    await windows.spend('key_a', limit, 1)
    road.block()
    await windows.spend('key_a', limit, 1)
    expect(windows.state()).toBe('local')
    await until(() => windows.state() === 'exact', BACK_WITHIN_MS)
    await windows.close()
    road.close()
  })

  test('nothing is left of the probes', async () => {
    const { windows } = await node()
    await delay(700)
    await windows.close()
    await delay(1_600)
    const redis = new Redis(server.url)
    expect(await redis.keys('*')).toEqual([])
    redis.disconnect()
  })
})

describeWithRedis('when one server of a Redis cluster fails', () => {
  test('only its keys are decided locally, and it comes back', { timeout: 60_000 }, async () => {
    const server = await startRedis({ cluster: true, args: ['--cluster-require-full-coverage', 'no'] })
    const url = `redis+cluster://${server.urls.map((one) => new URL(one).host).join(',')}`
    const { windows, primary, changes } = await startNode(url)
    const keys = Array.from({ length: 60 }, (_, index) => `key_${index}`)
    const long = { limit: 9, windowMs: 60_000 }
    try {
      await delay(300)
      for (const key of keys) await windows.spend(key, long, 1)
      expect(changes).toEqual([])
      await server.nodes[0]?.process.kill()
      for (const key of keys) await windows.spend(key, long, 2)
      expect(changes.length).toBe(1)
      const shared = await Promise.allSettled(keys.map(async (key) => primary.spend(key, long, 0)))
      const exact = shared.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.remaining] : []))
      expect(exact.length).toBeGreaterThan(20)
      expect(exact.length).toBeLessThan(60)
      expect(new Set(exact)).toEqual(new Set([6]))
      await server.nodes[0]?.process.start()
      await until(() => windows.state() === 'exact', BACK_WITHIN_MS)
      for (const key of keys) expect((await windows.spend(key, long, 0)).remaining).toBeLessThanOrEqual(7)
    } finally {
      await windows.close()
      await server.remove()
    }
  })
})
