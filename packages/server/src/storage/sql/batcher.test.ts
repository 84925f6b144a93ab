import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { digestFromBytes } from '@mintmark/core'
import type { KeyDigest } from '@mintmark/core'
import { afterEach, describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import { Batcher } from './batcher.ts'
import type { BatchLine } from './batcher.ts'
import { LookupQueue } from './lookup-queue.ts'
import type { Batch, BatchAnswer } from './lookup-queue.ts'

const digestOf = (number: number): KeyDigest => digestFromBytes(new Uint8Array(32).fill(number))
const limits = { maxBatchDigests: 3, maxWaiting: 100, deadlineMs: 10_000 }

/** A connection that answers when the test says so. */
class HeldLine implements BatchLine {
  readonly asked: Pick<Batch, 'kind' | 'digests'>[] = []
  readonly renewals: unknown[] = []
  connected = true
  #open: PromiseWithResolvers<BatchAnswer> | null = null

  get idle(): boolean {
    return this.connected && this.#open === null
  }

  async ask(batch: Pick<Batch, 'kind' | 'digests'>): Promise<BatchAnswer> {
    this.asked.push(batch)
    this.#open = Promise.withResolvers<BatchAnswer>()
    return this.#open.promise.finally(() => {
      this.#open = null
    })
  }

  renew(cause: unknown): void {
    this.renewals.push(cause)
    this.#open?.reject(cause)
  }

  /** Every digest has a row that says what was asked last. */
  answer(text: string): void {
    const digests = this.asked.at(-1)?.digests ?? []
    this.#open?.resolve({ nowMs: 7, texts: new Map(digests.map((digest) => [digest, text])) })
  }

  fail(error: Error): void {
    this.#open?.reject(error)
  }
}

/** Long enough for what was just asked, and for a line that has just become idle. */
async function handOver(): Promise<void> {
  await nextTurn()
  await nextTurn()
}

let open: Batcher[] = []
afterEach(() => {
  for (const batcher of open) batcher.close()
  open = []
})

function setUp(options: { readonly lines?: number; readonly limits?: Partial<typeof limits> } = {}) {
  const toFound = (_digest: KeyDigest, text: string | null, nowMs: number) => {
    if (text === 'broken row') throw new SyntaxError('not a row')
    return { holder: text, nowMs }
  }
  const keys = new LookupQueue('key', toFound)
  const sessions = new LookupQueue('session', toFound)
  const batcher = new Batcher([keys, sessions], { ...limits, ...options.limits })
  open.push(batcher)
  const lines = Array.from({ length: options.lines ?? 1 }, () => new HeldLine())
  batcher.use(lines)
  const [line = new HeldLine()] = lines
  return {
    batcher,
    line,
    lines,
    findKey: async (number: number) => batcher.find(keys, digestOf(number)),
    findSession: async (number: number) => batcher.find(sessions, digestOf(number)),
  }
}

const holders = async (found: readonly Promise<{ holder: string | null }>[]) =>
  (await Promise.all(found)).map(({ holder }) => holder)

describe('a batch', () => {
  test('takes all that is asked in one turn of the event loop, equal digests once', async () => {
    const { findKey, line } = setUp()
    const found = [findKey(1), findKey(2), findKey(1)]
    await handOver()
    expect(line.asked).toMatchObject([{ kind: 'key', digests: [digestOf(1), digestOf(2)] }])
    line.answer('row')
    expect(await Promise.all(found)).toEqual(found.map(() => ({ holder: 'row', nowMs: 7 })))
  })

  test('is not joined once it is handed over: who asks for the same digest later has a batch of his own', async () => {
    const { findKey, line } = setUp()
    const early = findKey(1)
    await handOver()
    expect(line.asked).toHaveLength(1)
    const late = findKey(1)
    line.answer('before the revocation')
    expect((await early).holder).toBe('before the revocation')
    await handOver()
    expect(line.asked).toHaveLength(2)
    line.answer('after the revocation')
    expect((await late).holder).toBe('after the revocation')
  })

  test('is bounded, and the rest goes to the next idle connection, the oldest first', async () => {
    const { findKey, lines } = setUp({ lines: 2 })
    const found = [1, 2, 3, 4, 5, 6, 7].map(findKey)
    await handOver()
    expect(lines.map(({ asked }) => asked.map(({ digests }) => digests))).toEqual([
      [[1, 2, 3].map(digestOf)],
      [[4, 5, 6].map(digestOf)],
    ])
    for (const line of lines) line.answer('row')
    await handOver()
    expect(lines[0]?.asked[1]?.digests).toEqual([digestOf(7)])
    lines[0]?.answer('row')
    expect(await holders(found)).toEqual(found.map(() => 'row'))
  })

  test('is of one kind, and the kinds take turns', async () => {
    const { findKey, findSession, line } = setUp()
    const found = [1, 2, 3, 4, 5, 6, 7].map(findKey)
    found.push(findSession(1))
    for (let batch = 0; batch < 4; batch++) {
      await handOver()
      line.answer('row')
    }
    await Promise.all(found)
    expect(line.asked.map(({ kind }) => kind).toSorted()).toEqual(['key', 'key', 'key', 'session'])
    expect(line.asked.slice(0, 2).map(({ kind }) => kind)).toContain('session')
  })

  test('that fails rejects all who are in it with StoreUnavailable, and nobody else', async () => {
    const { findKey, line } = setUp()
    const early = [findKey(1), findKey(2)]
    await handOver()
    const late = findKey(3)
    line.fail(new Error('connection lost'))
    for (const found of early) await expect(found).rejects.toBeInstanceOf(StoreUnavailable)
    await handOver()
    line.answer('row')
    expect((await late).holder).toBe('row')
  })

  test('with a row that makes no holder rejects only that look-up, and not as an outage', async () => {
    const { findKey, line } = setUp()
    const broken = findKey(1)
    await handOver()
    line.answer('broken row')
    await expect(broken).rejects.toBeInstanceOf(SyntaxError)
  })
})

describe('bounds', () => {
  test('refuse at once what would wait beyond the queue, and let the others wait', async () => {
    const { findKey, findSession, line } = setUp({ limits: { maxWaiting: 4 } })
    line.connected = false
    const waiting = [findKey(1), findKey(1), findKey(2), findSession(3)]
    await expect(findKey(1)).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(findSession(9)).rejects.toBeInstanceOf(StoreUnavailable)
    line.connected = true
    for (let batch = 0; batch < 2; batch++) {
      await handOver()
      line.answer('row')
    }
    expect(await holders(waiting)).toEqual(['row', 'row', 'row', 'row'])
    const again = findKey(1)
    await handOver()
    line.answer('row')
    expect((await again).holder).toBe('row')
  })

  test('refuse a look-up that no connection took before its deadline', async () => {
    const { findKey, line } = setUp({ limits: { deadlineMs: 60 } })
    line.connected = false
    const startedMs = performance.now()
    await expect(findKey(1)).rejects.toBeInstanceOf(StoreUnavailable)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(60)
    expect(performance.now() - startedMs).toBeLessThan(500)
  })

  test('refuse an unanswered look-up, give up its connection and every idle one', async () => {
    const { findKey, lines } = setUp({ lines: 3, limits: { deadlineMs: 60 } })
    const silent = findKey(1)
    await handOver()
    await expect(silent).rejects.toBeInstanceOf(StoreUnavailable)
    await sleep(120)
    expect(lines.map(({ renewals }) => renewals.length)).toEqual([1, 1, 1])
    lines[0]?.answer('too late')
    const next = findKey(2)
    await handOver()
    lines[0]?.answer('row')
    expect((await next).holder).toBe('row')
  })

  test('leave alone those in a batch whose deadline is still to come', async () => {
    const { findKey, line } = setUp({ limits: { deadlineMs: 150 } })
    line.connected = false
    const old = findKey(1)
    old.catch(() => {})
    await sleep(110)
    const young = findKey(2)
    line.connected = true
    await handOver()
    await expect(old).rejects.toBeInstanceOf(StoreUnavailable)
    line.answer('row')
    expect((await young).holder).toBe('row')
  })

  test('reject what waits and what is asked once it is closed', async () => {
    const { batcher, findKey, line } = setUp()
    const inFlight = findKey(1)
    await handOver()
    const waiting = findKey(2)
    batcher.close()
    await expect(inFlight).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(waiting).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(findKey(3)).rejects.toBeInstanceOf(StoreUnavailable)
    line.answer('too late')
    await nextTurn()
    expect(line.asked).toHaveLength(1)
  })
})
