import { builtInContract } from '@mintmark/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Storage } from './engine/ports/storage.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import { MeetingPoint } from './meeting-point.ts'
import { RollCall } from './roll-call.ts'
import { createMemoryWindows, type MemoryWindows } from './storage/memory/windows.ts'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from './testing/embedded-engine.ts'

let clock: TestClock
let embedded: EmbeddedEngine
let nodes: TestNode[]

type TestNode = {
  readonly rollCall: RollCall
  readonly meetingPoint: MeetingPoint
  readonly said: readonly boolean[]
  /** Null: they do not answer. */
  windows: MemoryWindows | null
  /** Who is not says nothing, not even that it goes. */
  isAlive: boolean
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  clock = createTestClock()
  embedded = await createEmbeddedEngine({ contract: builtInContract, clock })
  nodes = []
})
afterEach(async () => {
  for (const { rollCall } of nodes) await rollCall.leave()
  vi.useRealTimers()
  await embedded.close()
})

const newWindows = (): MemoryWindows => createMemoryWindows({ nowMs: () => clock.nowMs() })

function start(id: string, windows: MemoryWindows): TestNode {
  const said: boolean[] = []
  const meetingPoint = new MeetingPoint({
    windows: {
      async spend(...spending) {
        if (node.windows === null) throw new StoreUnavailable('windows')
        return node.windows.spend(...spending)
      },
    },
    onChange: (isSplit) => said.push(isSplit),
  })
  const { storage: real } = embedded.sqlite
  const storage: Storage = {
    read: (tenant, work) => real.read(tenant, work),
    async transaction(tenant, work) {
      if (!node.isAlive) throw new StoreUnavailable('database')
      return real.transaction(tenant, work)
    },
  }
  const rollCall = new RollCall({ storage, id, onLost: () => {}, meetingPoint })
  const node: TestNode = { rollCall, meetingPoint, said, windows, isAlive: true }
  nodes.push(node)
  rollCall.start()
  return node
}

/** Second by second, with all that is due then. */
async function later(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000)
    await vi.advanceTimersByTimeAsync(1_000)
  }
}

test('nodes that count in the same windows find one another, whoever comes, goes or dies', async () => {
  const shared = newWindows()
  const one = start('one', shared)
  await later(10)
  const other = start('other', shared)
  await later(30)
  await other.rollCall.leave()
  const dying = start('dying', shared)
  await later(10)
  dying.isAlive = false
  await later(30)
  expect([one.said, other.said]).toEqual([[], []])
})

test('nodes that were given different ones notice it, both of them, and that it was mended', async () => {
  const [one, other] = [start('one', newWindows()), start('other', newWindows())]
  await later(30)
  expect([one.meetingPoint.isSplit, other.meetingPoint.isSplit]).toEqual([true, true])
  other.windows = one.windows
  await later(10)
  expect([one.said, other.said]).toEqual([
    [true, false],
    [true, false],
  ])
})

test('one that stays with others is noticed by all, until it goes', async () => {
  const shared = newWindows()
  const [one, two] = [start('one', shared), start('two', shared)]
  const apart = start('apart', newWindows())
  await later(30)
  expect(nodes.map(({ meetingPoint }) => meetingPoint.isSplit)).toEqual([true, true, true])
  await apart.rollCall.leave()
  await later(10)
  expect([one.meetingPoint.isSplit, two.meetingPoint.isSplit]).toEqual([false, false])
})

test('windows that are lost, or do not answer, are no other windows', async () => {
  const [one, other] = [start('one', newWindows()), start('other', newWindows())]
  other.windows = one.windows
  await later(10)
  for (const windows of [newWindows(), null, newWindows()]) {
    for (const node of nodes) node.windows = windows
    await later(30)
  }
  expect([one.said, other.said]).toEqual([[], []])
})
