import { setImmediate as nextTick } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { SpendLane } from './spend-lane.ts'

type Call = {
  readonly keys: readonly string[]
  readonly answer: (reply: Buffer) => void
  readonly fail: (error: Error) => void
}

const check = { limit: { limit: 9, windowMs: 60_000 }, cost: 1 }

/** What the script answers when the first key has 1 left, the second 2, and so on. */
function decisions(count: number): Buffer {
  const bytes = Buffer.alloc(12 * count)
  for (let index = 0; index < count; index++) bytes.writeUInt32LE(index + 1, 12 * index)
  return bytes
}

describe('a lane of checks', () => {
  let calls: Call[]
  let lane: SpendLane

  beforeEach(() => {
    calls = []
    lane = new SpendLane((keys) => new Promise((answer, fail) => void calls.push({ keys, answer, fail })))
  })

  const spendAll = (...keys: readonly string[]) => Promise.all(keys.map((key) => lane.spend(key, check)))

  test('sends all checks of a tick in one call, and gives each asker its own decision', async () => {
    const asked = spendAll('a', 'b', 'a')
    await nextTick()
    expect(calls.map(({ keys }) => keys)).toEqual([['a', 'b', 'a']])
    calls[0]?.answer(decisions(3))
    expect((await asked).map(({ remaining }) => remaining)).toEqual([1, 2, 3])
  })

  test('has two calls in flight, and gathers what comes meanwhile into the next', async () => {
    const asked = []
    for (const key of ['a', 'b', 'c', 'd']) {
      asked.push(lane.spend(key, check))
      await nextTick()
    }
    expect(calls.map(({ keys }) => keys)).toEqual([['a'], ['b']])
    calls[0]?.answer(decisions(1))
    await nextTick()
    expect(calls.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c', 'd']])
    calls[1]?.answer(decisions(1))
    calls[2]?.answer(decisions(2))
    expect((await Promise.all(asked)).length).toBe(4)
  })

  test('sends at most 256 checks in a call', async () => {
    const asked = spendAll(...Array.from({ length: 600 }, (_, index) => `${index}`))
    await nextTick()
    expect(calls.map(({ keys }) => keys.length)).toEqual([256, 256])
    calls[0]?.answer(decisions(256))
    await nextTick()
    expect(calls[2]?.keys.length).toBe(88)
    calls[1]?.answer(decisions(256))
    calls[2]?.answer(decisions(88))
    expect((await asked).length).toBe(600)
  })

  test('fails what waits behind a call that failed, without sending it, and then goes on', async () => {
    const [first, second] = [lane.spend('a', check), nextTick().then(() => lane.spend('b', check))]
    await nextTick()
    await nextTick()
    const waiting = lane.spend('c', check)
    const outcomes = Promise.allSettled([first, waiting])
    calls[0]?.fail(new Error('broken'))
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { store: 'windows', cause: { message: 'broken' } } })
    }
    calls[1]?.answer(decisions(1))
    expect((await second).admitted).toBe(true)
    const later = lane.spend('d', check)
    await nextTick()
    expect(calls.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['d']])
    calls[2]?.answer(decisions(1))
    expect((await later).admitted).toBe(true)
  })

  test('takes an answer that is not one decision a check for no answer', async () => {
    const asked = spendAll('a', 'b')
    await nextTick()
    calls[0]?.answer(decisions(1))
    await expect(asked).rejects.toBeInstanceOf(StoreUnavailable)
  })

  test('lets no more than 16,384 checks wait', async () => {
    const waiting = Array.from({ length: 16_384 }, () => lane.spend('a', check).catch(() => 'failed'))
    await expect(lane.spend('b', check)).rejects.toBeInstanceOf(StoreUnavailable)
    await nextTick()
    calls[0]?.fail(new Error('broken'))
    calls[1]?.fail(new Error('broken'))
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['failed']))
  })
})
