import type { WindowDecision, WindowLimit } from '@mintmark/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyWindow, WindowStore } from '../../engine/ports/windows.ts'
import { checkAdmissions, type Admission } from './admissions.ts'

export type WindowStoreUnderTest = {
  /** One or several over the same windows. */
  readonly stores: readonly [WindowStore, ...WindowStore[]]
  /** A clock that runs as the stores' own does. */
  nowMs(): number
  /** Lets at least this time go by on it. */
  pass(durationMs: number): Promise<void>
  close(): Promise<void>
}

const second = (limit: number): WindowLimit => ({ limit, windowMs: 1_000 })
const hour = (limit: number): WindowLimit => ({ limit, windowMs: 3_600_000 })

/** What every store of windows must do. The windows are short, because some stores can only be given real time. */
export function describeWindowStore(name: string, make: () => Promise<WindowStoreUnderTest>): void {
  describe(`windows in ${name}`, () => {
    let subject: WindowStoreUnderTest | null = null
    let keys = 0
    const current = (): WindowStoreUnderTest => {
      if (subject === null) throw new Error('the store is there only while tests run')
      return subject
    }
    const opened = new Map<string, KeyWindow>()
    let spent = 0
    const suite: Suite = {
      subject: current,
      freshKey: () => `key_${name.replaceAll(/\W/g, '')}${++keys}`,
      // By its id, by a window that stays open, and by one just opened: all are the same window.
      async spend(keyId, limit, cost) {
        const [store] = current().stores
        const turn = spent++ % 3
        if (turn === 0) return store.spend(keyId, limit, cost)
        const window = (turn === 1 ? opened.get(keyId) : undefined) ?? store.open(keyId)
        opened.set(keyId, window)
        return window.spend(limit, cost)
      },
    }

    beforeAll(async () => {
      subject = await make()
    })
    afterAll(async () => {
      await Promise.all(current().stores.map((store) => store.close()))
      await current().close()
    })

    testSpending(suite)
    testCosts(suite)
    testChanges(suite)
    testTime(suite)
    testCrowds(suite)
  })
}

type Suite = {
  readonly subject: () => WindowStoreUnderTest
  readonly freshKey: () => string
  readonly spend: (keyId: string, limit: WindowLimit, cost: number) => Promise<WindowDecision>
}

function testSpending({ subject, freshKey, spend }: Suite): void {
  test('admits the limit and refuses the next', async () => {
    const key = freshKey()
    expect(await spend(key, hour(2), 1)).toMatchObject({ admitted: true, limit: 2, windowMs: 3_600_000, remaining: 1 })
    expect(await spend(key, hour(2), 1)).toMatchObject({ admitted: true, remaining: 0, retryAfterMs: 0 })
    const refused = await spend(key, hour(2), 1)
    expect(refused).toMatchObject({ admitted: false, limit: 2, windowMs: 3_600_000, remaining: 0 })
    expect(refused.retryAfterMs).toBeGreaterThan(3_540_000)
    expect(refused.retryAfterMs).toBeLessThanOrEqual(refused.resetMs)
    expect(refused.resetMs).toBeLessThanOrEqual(3_600_000)
  })

  test('gives each key its own window', async () => {
    const [one, other] = [freshKey(), freshKey()]
    await spend(one, hour(1), 1)
    expect((await spend(one, hour(1), 1)).admitted).toBe(false)
    expect((await spend(other, hour(1), 1)).admitted).toBe(true)
  })

  test('is exact for its own state', () => {
    expect(subject().stores[0].state()).toBe('exact')
  })
}

function testCosts({ freshKey, spend }: Suite): void {
  test('takes a cost whole or not at all; what is refused costs nothing', async () => {
    const key = freshKey()
    await spend(key, hour(10), 6)
    expect(await spend(key, hour(10), 5)).toMatchObject({ admitted: false, remaining: 4 })
    expect(await spend(key, hour(10), 4)).toMatchObject({ admitted: true, remaining: 0 })
  })

  test('looks at cost 0: never refused, nothing spent', async () => {
    const key = freshKey()
    expect(await spend(key, hour(1), 0)).toMatchObject({ admitted: true, remaining: 1, resetMs: 0, retryAfterMs: 0 })
    expect(await spend(key, hour(1), 1)).toMatchObject({ admitted: true, remaining: 0 })
    expect(await spend(key, hour(1), 0)).toMatchObject({ admitted: true, remaining: 0, retryAfterMs: 0 })
  })

  test.each([
    ['a cost above the limit', hour(3), 4],
    ['a negative cost', hour(3), -1],
    ['half a cost', hour(3), 0.5],
    ['a cost above 1,000', hour(5_000), 1_001],
    ['a limit of 0', hour(0), 0],
    ['a window under a second', { limit: 1, windowMs: 999 }, 1],
  ])('throws RangeError at %s', async (_, limit, cost) => {
    const key = freshKey()
    await expect(spend(key, limit, cost)).rejects.toThrow(RangeError)
    expect((await spend(key, hour(5_000), 0)).remaining).toBe(5_000)
  })
}

function testChanges({ subject, freshKey, spend }: Suite): void {
  test('applies a changed limit at once to the hits already there', async () => {
    const key = freshKey()
    await spend(key, hour(20), 20)
    expect(await spend(key, hour(3), 1)).toMatchObject({ admitted: false, remaining: 0, limit: 3 })
    expect(await spend(key, hour(45), 25)).toMatchObject({ admitted: true, remaining: 0 })
    expect((await spend(key, hour(45), 1)).admitted).toBe(false)
    expect((await spend(key, { limit: 20, windowMs: 7_200_000 }, 1)).admitted).toBe(false)
  })

  test('forgets a deleted key', async () => {
    const key = freshKey()
    await spend(key, hour(1), 1)
    await subject().stores[0].forget(key)
    expect((await spend(key, hour(1), 0)).remaining).toBe(1)
    await subject().stores[0].forget(freshKey())
  })
}

function testTime({ subject, freshKey, spend }: Suite): void {
  test('admits a client again that waited as it was told', async () => {
    const key = freshKey()
    for (let round = 0; round < 2; round++) {
      await spend(key, second(4), 4)
      const { admitted, retryAfterMs } = await spend(key, second(4), 4)
      expect(admitted).toBe(false)
      await subject().pass(retryAfterMs)
      expect((await spend(key, second(4), 0)).remaining).toBe(4)
    }
  })

  test('is empty after its window, and counts anew', async () => {
    const key = freshKey()
    await spend(key, second(5), 5)
    await subject().pass(1_000)
    expect(await spend(key, second(5), 0)).toMatchObject({ remaining: 5, resetMs: 0 })
    expect(await spend(key, second(5), 5)).toMatchObject({ admitted: true, remaining: 0 })
    expect((await spend(key, second(5), 1)).admitted).toBe(false)
  })

  test.each([1, 10, 60])('never admits more than %i a second, and refuses nothing that fits', async (limit) => {
    const admissions = await driveAtEdges(subject(), freshKey(), second(limit))
    const judged = checkAdmissions(admissions, second(limit))
    expect(judged).toMatchObject({ above: 0, wronglyRefused: 0 })
    expect(judged.admitted).toBeGreaterThanOrEqual(2 * limit)
  })
}

function testCrowds({ subject, freshKey, spend }: Suite): void {
  test('holds a large limit', async () => {
    const key = freshKey()
    const decisions = await Promise.all(Array.from({ length: 20 }, () => spend(key, hour(10_000), 500)))
    expect(decisions.every(({ admitted }) => admitted)).toBe(true)
    expect((await spend(key, hour(10_000), 1)).admitted).toBe(false)
    await subject().stores[0].forget(key)
  })

  test('admits exactly the limit to a crowd', async () => {
    const key = freshKey()
    const { stores } = subject()
    const crowd = Array.from({ length: 400 }, (_, index) => stores[index % stores.length])
    const decisions = await Promise.all(crowd.map(async (store) => store?.spend(key, hour(100), 1)))
    expect(decisions.filter((decision) => decision?.admitted).length).toBe(100)
    expect(decisions.map((decision) => decision?.remaining)).toContain(0)
  })
}

/** Bursts from every store at once, each as soon as the window says that there is room again. */
async function driveAtEdges(subject: WindowStoreUnderTest, key: string, limit: WindowLimit): Promise<Admission[]> {
  const admissions: Admission[] = []
  const ask = async (store: WindowStore, cost: number) => {
    const sentMs = subject.nowMs()
    const { admitted, retryAfterMs } = await store.spend(key, limit, cost)
    admissions.push({ cost, admitted, sentMs, receivedMs: subject.nowMs() })
    return retryAfterMs
  }
  for (let burst = 0; burst < 3; burst++) {
    const most = Math.ceil((1.5 * limit.limit) / subject.stores.length)
    const burstOf = (store: WindowStore) => Array.from({ length: most }, () => ask(store, 1))
    const waits = await Promise.all(subject.stores.flatMap(burstOf))
    const shortest = Math.min(...waits.filter((retryAfterMs) => retryAfterMs > 0))
    // Once a little too early, so that something is asked on both sides of the edge.
    await subject.pass(Math.max(0, shortest - 2))
    await Promise.all(subject.stores.map((store) => ask(store, 1)))
    await subject.pass(2)
  }
  return admissions
}
