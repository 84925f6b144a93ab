import { builtInContract } from '@mintmark/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Storage } from './engine/ports/storage.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import { RollCall } from './roll-call.ts'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from './testing/embedded-engine.ts'

let clock: TestClock
let embedded: EmbeddedEngine
let isAway: boolean
let lost: number[]
let rollCall: RollCall

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  clock = createTestClock()
  embedded = await createEmbeddedEngine({ contract: builtInContract, clock })
  const { storage: real } = embedded.sqlite
  const storage: Storage = {
    read: (tenant, work) => real.read(tenant, work),
    async transaction(tenant, work) {
      if (isAway) throw new StoreUnavailable('database')
      return real.transaction(tenant, work)
    },
  }
  isAway = false
  lost = []
  const meetingPoint = { meet: async () => {} }
  rollCall = new RollCall({ storage, id: 'this', onLost: (lastSeenAtMs) => lost.push(lastSeenAtMs), meetingPoint })
})
afterEach(async () => {
  await rollCall.leave()
  vi.useRealTimers()
  await embedded.close()
})

const seen = async (): Promise<readonly unknown[]> => {
  const rows = embedded.sqlite.database.prepare('select id from nodes order by id').all()
  return rows.map(({ id }) => id)
}
/** Another node, that is not heard of after that. */
const another = async (id: string): Promise<void> =>
  embedded.sqlite.storage.transaction('every-organization', ({ nodes }) => nodes.beat(id))

/** Second by second, with all that is due then, and each of the jobs. */
async function later(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000)
    await vi.advanceTimersByTimeAsync(1_000)
    for (const { step } of rollCall.jobs) await step().catch(() => {})
  }
}

test('a node that ends without a word is missed once, one that leaves is not', async () => {
  rollCall.start()
  await later(20)
  const atMs = clock.nowMs()
  await another('gone')
  await another('drained')
  await embedded.sqlite.storage.transaction('every-organization', ({ nodes }) => nodes.leave('drained'))
  await later(15)
  expect(lost).toEqual([])
  await later(60)
  expect(lost).toEqual([atMs])
  expect(await seen()).toEqual(['this'])
  await rollCall.leave()
  expect(await seen()).toEqual([])
})

test('while the storage is away nobody is heard of, and nobody is missed for that', async () => {
  rollCall.start()
  await later(20)
  await another('other')
  isAway = true
  await later(60)
  isAway = false
  await later(14)
  expect(lost).toEqual([])
  await another('other')
  await later(10)
  expect(lost).toEqual([])
  await later(20)
  expect(lost).toHaveLength(1)
})

test('a node that cannot say that it leaves ends all the same', async () => {
  rollCall.start()
  await later(1)
  isAway = true
  await rollCall.leave()
  expect(await seen()).toEqual(['this'])
})
