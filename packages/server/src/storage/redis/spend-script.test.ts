import { emptyWindow, spend, type WindowDecision, type WindowLimit } from '@mintmark/core'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithRedis, testRedisUrl } from '../../testing/servers.ts'
import { readDecisions, writeChecks } from './spend-codec.ts'
import { redisTime, spendScript } from './spend-script.ts'

type Step = { readonly limit: WindowLimit; readonly cost: number; readonly nowMs: number }
type Vector = {
  readonly name: string
  readonly steps: readonly (Step & { readonly decision: Omit<WindowDecision, 'limit' | 'windowMs'> })[]
}

const START_MS = 1_763_000_000_000
const WRAP = 2 ** 32
const NEXT_WRAP_MS = Math.ceil(START_MS / WRAP) * WRAP

const vectorsUrl = new URL('../../../../core/vectors/sliding-window.json', import.meta.url)
const vectors: readonly Vector[] = JSON.parse(readFileSync(vectorsUrl, 'utf8'))

/** The same script, told the time by its second argument instead of by Redis. */
const timedScript = spendScript.replace(redisTime, 'local now = tonumber(ARGV[2])')

describeWithRedis('the script that spends', () => {
  let redis: Redis
  let keys = 0

  beforeAll(async () => {
    redis = new Redis(await testRedisUrl())
  })
  afterAll(() => redis.disconnect())

  /** One call for each step, on one key. The key must not expire by Redis's clock, which is not the steps'. */
  async function run(steps: readonly Step[]): Promise<WindowDecision[]> {
    const key = `window${++keys}`
    const pipeline = redis.pipeline()
    for (const { limit, cost, nowMs } of steps) {
      pipeline.callBuffer('EVAL', timedScript, 1, key, writeChecks([{ limit, cost }]), String(nowMs)).persist(key)
    }
    pipeline.del(key)
    const replies = (await pipeline.exec()) ?? []
    return steps.map((step, index) => decisionOf(replies[2 * index], step))
  }

  test('is told the time in the variant for tests alone', () => {
    expect(spendScript.split(redisTime).length).toBe(2)
    expect(spendScript).not.toContain('ARGV[2]')
    expect(timedScript).not.toContain('TIME')
  })

  describe('decides as the vectors say', () => {
    test.each(vectors)('$name', async ({ steps }) => {
      const expected = steps.map(({ limit, decision }) => ({ ...limit, ...decision }))
      expect(await run(steps)).toEqual(expected)
    })
  })

  test('decides as core, over random sequences', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (steps) => {
        const window = emptyWindow()
        const expected = steps.map(({ limit, cost, nowMs }) => spend(window, limit, cost, nowMs))
        expect(await run(steps)).toEqual(expected)
      }),
      { numRuns: 400 },
    )
  })
})

function decisionOf(reply: readonly [Error | null, unknown] | undefined, step: Step): WindowDecision {
  if (reply?.[0]) throw reply[0]
  if (!(reply?.[1] instanceof Buffer)) throw new TypeError(`not a buffer: ${String(reply?.[1])}`)
  const [decision] = readDecisions(reply[1], [step])
  if (decision === undefined) throw new TypeError('no decision')
  return decision
}

const steps = fc.array(
  fc.record({
    limit: fc.record({
      limit: fc.constantFrom(1, 2, 3, 16, 17, 40, 100),
      windowMs: fc.constantFrom(1_000, 1_500, 60_000),
    }),
    cost: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 3, arbitrary: fc.nat({ max: 100 }) }),
    leapMs: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(0, 0, 1, 9, 250, 501) },
      { weight: 4, arbitrary: fc.constantFrom(999, 1_000, 1_001, 1_499, 59_999, 60_000, 60_001) },
      { weight: 2, arbitrary: fc.constantFrom(-1, -1_000, -1_001, -60_000, -60_001, -WRAP, WRAP, WRAP + 1) },
    ),
  }),
  { minLength: 1, maxLength: 150, size: 'max' },
)
const sequences = fc
  .tuple(fc.constantFrom(START_MS, NEXT_WRAP_MS - 1, NEXT_WRAP_MS - 30_000, NEXT_WRAP_MS), steps)
  .map(([startMs, all]) => {
    let nowMs = startMs
    return all.map(({ limit, cost, leapMs }): Step => {
      nowMs += leapMs
      return { limit, cost: Math.min(cost, limit.limit), nowMs }
    })
  })
