import type { WindowLimit } from '@mintmark/core'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { describeWithRedis, testRedisUrl } from '../../testing/servers.ts'
import { checkAdmissions, type Admission } from '../contract/admissions.ts'
import { createRedisWindows, type RedisWindows } from './windows.ts'
import { count } from '../../testing/scale.ts'

const NODES = 3
const WINDOWS_A_ROUND = 3
/** Keys that are driven at once: 72 windows, three times over in a round. */
const crowd = [
  { limit: 1, keys: 42, mostAtOnce: 4 },
  { limit: 10, keys: 26, mostAtOnce: 12 },
  { limit: 600, keys: 4, mostAtOnce: 90 },
] as const
/** 216 windows, or 10,000 for a release. */
const rounds = count(1, 47)
const PATIENT_MS = 5_000

/** Bursts of random size at random times, and every other time right at the edge at which room is said to come. */
async function drive(node: RedisWindows, key: string, limit: WindowLimit, mostAtOnce: number): Promise<Admission[]> {
  const admissions: Admission[] = []
  const ask = async () => {
    const cost = limit.limit > 9 && Math.random() < 0.1 ? 3 : 1
    const sentMs = performance.now()
    const { admitted, retryAfterMs } = await node.spend(key, limit, cost)
    admissions.push({ cost, admitted, sentMs, receivedMs: performance.now() })
    return retryAfterMs
  }
  const endMs = performance.now() + WINDOWS_A_ROUND * limit.windowMs
  while (performance.now() < endMs) {
    const size = Math.ceil(Math.random() * mostAtOnce)
    const waits = await Promise.all(Array.from({ length: size }, ask))
    const edgeMs = Math.min(...waits.filter((retryAfterMs) => retryAfterMs > 0))
    const atEdge = edgeMs < limit.windowMs && Math.random() < 0.5
    await delay(atEdge ? edgeMs - 1 + Math.floor(Math.random() * 3) : Math.random() * 150)
  }
  return admissions
}

describeWithRedis('three nodes over one Redis', () => {
  test(
    `in ${72 * WINDOWS_A_ROUND * rounds} windows never admit more than the limit, and refuse nothing that fits`,
    { timeout: 60_000 * rounds },
    async () => {
      const url = await testRedisUrl()
      const nodes = Array.from({ length: NODES }, () => createRedisWindows({ url, deadlineMs: PATIENT_MS }))
      await Promise.all(nodes.map((node) => node.inspect()))
      for (let round = 0; round < rounds; round++) {
        const driven = crowd.flatMap(({ limit: hits, keys, mostAtOnce }) =>
          Array.from({ length: keys }, async (_, index) => {
            const limit = { limit: hits, windowMs: 1_000 }
            const key = `key_${round}_${hits}_${index}`
            const all = await Promise.all(nodes.map((node) => drive(node, key, limit, mostAtOnce)))
            return checkAdmissions(all.flat(), limit)
          }),
        )
        for (const judged of await Promise.all(driven)) expect(judged).toMatchObject({ above: 0, wronglyRefused: 0 })
        const judgements = await Promise.all(driven)
        const admitted = judgements.reduce((sum, judged) => sum + judged.admitted, 0)
        // Else the traffic was too thin to meet any limit.
        expect(admitted).toBeGreaterThan(0.6 * WINDOWS_A_ROUND * (42 * 1 + 26 * 10 + 4 * 600))
      }
      await Promise.all(nodes.map((node) => node.close()))
    },
  )
})
