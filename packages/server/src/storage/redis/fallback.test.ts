import type { WindowLimit } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { WindowStore } from '../../engine/ports/windows.ts'
import { describeWindowStore } from '../contract/windows.ts'
import { createMemoryWindows } from '../memory/windows.ts'
import { createFallbackWindows, type FallbackChange, type FallbackOptions } from './fallback.ts'

const minute = (limit: number): WindowLimit => ({ limit, windowMs: 60_000 })

/** Shared windows of two parts (keys that end in an even or odd digit), each of which can be put out of order. */
function breakableWindows(nowMs: () => number) {
  const windows = createMemoryWindows({ nowMs })
  const broken = new Set<number>()
  const asked = { spends: 0, probes: 0 }
  const partOf = (keyId: string) => Number(keyId.at(-1)) % 2
  const failIfBroken = (part: number) => {
    if (broken.has(part)) throw new StoreUnavailable('windows', { cause: new Error(`part ${part} is broken`) })
  }
  const primary: FallbackOptions['primary'] = {
    parts: 2,
    partOf,
    async spend(keyId, limit, cost) {
      asked.spends++
      failIfBroken(partOf(keyId))
      return windows.spend(keyId, limit, cost)
    },
    async forget(keyId) {
      failIfBroken(partOf(keyId))
      windows.forget(keyId)
    },
    async probe(part) {
      asked.probes++
      failIfBroken(part)
    },
    close: () => windows.close(),
  }
  return { primary, windows, broken, asked }
}

function startFallback(whenUnavailable: 'local' | 'refuse') {
  const changes: FallbackChange[] = []
  const nowMs = () => Date.now()
  const shared = breakableWindows(nowMs)
  const { primary } = shared
  const store = createFallbackWindows({ primary, whenUnavailable, nowMs, onChange: (change) => changes.push(change) })
  return { ...shared, changes, store }
}

describe('windows with a fallback', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_763_000_000_000 }))
  afterEach(() => void vi.useRealTimers())

  const pass = (durationMs: number) => vi.advanceTimersByTimeAsync(durationMs)
  const spendTimes = async (store: WindowStore, keyId: string, limit: WindowLimit, times: number) => {
    let admitted = 0
    for (let time = 0; time < times; time++) if ((await store.spend(keyId, limit, 1)).admitted) admitted++
    return admitted
  }

  test('ask the shared windows while they answer, and say nothing', async () => {
    const { store, windows, changes } = startFallback('local')
    expect(await spendTimes(store, 'key_0', minute(5), 7)).toBe(5)
    expect(windows.spend('key_0', minute(5), 0).remaining).toBe(0)
    await pass(5_000)
    expect(changes).toEqual([])
    expect(store.state()).toBe('exact')
    await store.close()
  })

  test('local: enforce the full limit by themselves, say so once, and do not ask again', async () => {
    const { store, broken, asked, changes } = startFallback('local')
    broken.add(0)
    expect(await spendTimes(store, 'key_0', minute(5), 20)).toBe(5)
    expect(asked.spends).toBe(1)
    expect(changes).toEqual([{ isAvailable: false, reason: 'part 0 is broken' }])
    expect(store.state()).toBe('local')
    await store.close()
  })

  test('refuse: every spend rejects at once, and nothing is decided', async () => {
    const { store, broken, asked, changes } = startFallback('refuse')
    broken.add(0)
    for (let time = 0; time < 5; time++) {
      await expect(store.spend('key_0', minute(5), 0)).rejects.toBeInstanceOf(StoreUnavailable)
    }
    expect(asked.spends).toBe(1)
    expect(changes.length).toBe(1)
    expect(store.state()).toBe('local')
    broken.clear()
    await pass(500)
    expect(store.state()).toBe('exact')
    expect(await spendTimes(store, 'key_0', minute(5), 7)).toBe(5)
    expect(changes.at(-1)).toEqual({ isAvailable: true, reason: null })
    await store.close()
  })

  test.each(['local', 'refuse'] as const)('%s: a caller’s mistake is his own, in an outage as well', async (policy) => {
    const { store, broken, changes } = startFallback(policy)
    await expect(store.spend('key_0', minute(5), 6)).rejects.toThrow(RangeError)
    expect(changes).toEqual([])
    broken.add(0)
    await expect(spendTimes(store, 'key_0', minute(5), 1).catch(() => {})).resolves.not.toThrow()
    await expect(store.spend('key_0', minute(5), 6)).rejects.toThrow(RangeError)
    await store.close()
  })

  test('notice an outage and its end within a second although nobody spends', async () => {
    const { store, broken, changes } = startFallback('local')
    broken.add(1)
    await pass(1_000)
    expect(changes).toEqual([{ isAvailable: false, reason: 'part 1 is broken' }])
    broken.clear()
    await pass(1_000)
    expect(changes[1]).toEqual({ isAvailable: true, reason: null })
    expect(store.state()).toBe('exact')
    await store.close()
  })

  test('lose only the part that is down', async () => {
    const { store, broken, windows } = startFallback('local')
    broken.add(0)
    await spendTimes(store, 'key_0', minute(5), 2)
    await spendTimes(store, 'key_1', minute(5), 2)
    expect(windows.spend('key_0', minute(5), 0).remaining).toBe(5)
    expect(windows.spend('key_1', minute(5), 0).remaining).toBe(3)
    await store.close()
  })

  test('say that all is well when the last part is back, once', async () => {
    const { store, broken, changes } = startFallback('local')
    broken.add(0).add(1)
    await pass(1_000)
    broken.delete(0)
    await pass(1_000)
    expect(store.state()).toBe('local')
    expect(changes.length).toBe(1)
    broken.delete(1)
    await pass(1_000)
    expect(changes.map(({ isAvailable }) => isAvailable)).toEqual([false, true])
    await store.close()
  })

  test('do not believe a failure that began before the part came back', async () => {
    const { store, broken, primary, changes } = startFallback('local')
    const fail = Promise.withResolvers<never>()
    const { spend } = primary
    vi.spyOn(primary, 'spend').mockImplementationOnce(() => fail.promise)
    const old = store.spend('key_0', minute(5), 1)
    broken.add(0)
    await pass(500)
    broken.clear()
    await pass(500)
    expect(primary.spend).not.toBe(spend)
    fail.reject(new StoreUnavailable('windows'))
    expect((await old).admitted).toBe(true)
    expect(store.state()).toBe('exact')
    expect(changes.length).toBe(2)
    await store.close()
  })

  test('forget in an outage as well', async () => {
    const { store, broken } = startFallback('local')
    broken.add(0)
    await spendTimes(store, 'key_0', minute(5), 5)
    await store.forget('key_0')
    expect((await store.spend('key_0', minute(5), 0)).remaining).toBe(5)
    broken.clear()
    await pass(1_000)
    broken.add(0)
    await store.forget('key_0')
    await store.close()
  })

  describe('after an outage', () => {
    /** 3 of 10 admitted by the shared windows, then 5 by this node alone, 10 s later the shared ones are back. */
    async function afterOutage() {
      const fallback = startFallback('local')
      await spendTimes(fallback.store, 'key_0', minute(10), 3)
      fallback.broken.add(0)
      expect(await spendTimes(fallback.store, 'key_0', minute(10), 5)).toBe(5)
      fallback.broken.clear()
      await pass(10_000)
      return fallback
    }

    test('what was admitted in it still counts, until it leaves', async () => {
      const { store } = await afterOutage()
      expect((await store.spend('key_0', minute(10), 0)).remaining).toBe(2)
      expect(await spendTimes(store, 'key_0', minute(10), 5)).toBe(2)
      await pass(49_999)
      expect((await store.spend('key_0', minute(10), 1)).admitted).toBe(false)
      await pass(1)
      expect(await spendTimes(store, 'key_0', minute(10), 10)).toBe(8)
      await store.close()
    })

    test('never more than the limit, although the shared windows were lost', async () => {
      const { store, windows } = await afterOutage()
      windows.forget('key_0')
      expect(await spendTimes(store, 'key_0', minute(10), 20)).toBe(5)
      await store.close()
    })

    test('a client that waits as it is told is admitted', async () => {
      const { store } = await afterOutage()
      for (const cost of [8, 6, 3, 1, 10]) {
        const { admitted, retryAfterMs } = await store.spend('key_0', minute(10), cost)
        if (admitted) continue
        expect(retryAfterMs).toBeGreaterThan(0)
        await pass(retryAfterMs)
        expect((await store.spend('key_0', minute(10), cost)).admitted).toBe(true)
      }
      await store.close()
    })

    test('a look is never refused, however much was admitted', async () => {
      const { store } = await afterOutage()
      expect(await store.spend('key_0', minute(2), 0)).toMatchObject({ admitted: true, remaining: 0, retryAfterMs: 0 })
      expect(await store.spend('key_0', minute(9), 0)).toMatchObject({ limit: 9, remaining: 1 })
      expect(await store.spend('key_0', minute(9), 2)).toMatchObject({ admitted: false, limit: 9, remaining: 1 })
      await store.close()
    })
  })
})

describeWindowStore('shared memory with a fallback', async () => {
  const clock = { atMs: 1_763_000_000_000 }
  const nowMs = () => clock.atMs
  const { primary } = breakableWindows(nowMs)
  const node = () => createFallbackWindows({ primary, whenUnavailable: 'local', nowMs, onChange: () => {} })
  return {
    stores: [node(), node()],
    nowMs,
    async pass(durationMs) {
      clock.atMs += durationMs
    },
    async close() {},
  }
})
