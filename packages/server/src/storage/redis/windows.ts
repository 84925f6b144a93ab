import { setTimeout as delay } from 'node:timers/promises'
import { assertSpendable, MAX_WINDOW_LIMIT, MIN_WINDOW_MS, type WindowDecision, type WindowLimit } from '@mintmark/core'
import { StoreUnavailable } from '../../engine/ports/unavailable.ts'
import type { WindowStore } from '../../engine/ports/windows.ts'
import { connectRedis, type RedisConnection } from './connection.ts'
import { DeadlinePassed, within } from './deadline.ts'
import { judgeServers, UnsuitableRedis } from './inspection.ts'
import { parseRedisUrl } from './redis-url.ts'
import { SpendLane, type SendChecks } from './spend-lane.ts'
import { spendScript } from './spend-script.ts'
import { probeKey, windowKey, windowTagOf, WINDOW_TAGS } from './window-key.ts'

/**
 * Windows in Redis, shared by all nodes, exact by Redis's clock. Where Redis does not answer within the deadline, every
 * call rejects with StoreUnavailable.
 */
export interface RedisWindows extends WindowStore {
  spend(keyId: string, limit: WindowLimit, cost: number): Promise<WindowDecision>
  open(keyId: string): { spend(limit: WindowLimit, cost: number): Promise<WindowDecision> }
  forget(keyId: string): Promise<void>
  /** How many parts can fail by themselves: 1 for a single server, the tags of a cluster. */
  readonly parts: number
  /** 0 to `parts` - 1. */
  partOf(keyId: string): number
  /** Resolves if keys of this part could be spent from just now. Where it hung, it is connected to anew. */
  probe(part: number): Promise<void>
  /** Warnings for the operator. Throws UnsuitableRedis, or StoreUnavailable when it does not answer. */
  inspect(): Promise<readonly string[]>
}

const DEADLINE_MS = 100
/** At boot, when the connection has still to be made. */
const INSPECT_WITHIN_MS = 2_000
const INSPECT_AGAIN_AFTER_MS = 50
const PROBE_LIMIT: WindowLimit = { limit: MAX_WINDOW_LIMIT, windowMs: MIN_WINDOW_MS }

export type RedisWindowsOptions = {
  readonly url: string
  readonly deadlineMs?: number
  /** Told how many windows each call spends from. */
  readonly onBatch?: (size: number) => void
}

/** `url` as `parseRedisUrl` has it. Connects in the background; throws TypeError for a malformed URL. */
export function createRedisWindows(options: RedisWindowsOptions): RedisWindows {
  const address = parseRedisUrl(options.url)
  return new SharedWindows(connectRedis(address), address.cluster, options)
}

class SharedWindows implements RedisWindows {
  readonly parts: number
  readonly #connection: RedisConnection
  readonly #isCluster: boolean
  readonly #deadlineMs: number
  readonly #lanes: readonly SpendLane[]

  constructor(connection: RedisConnection, isCluster: boolean, options: RedisWindowsOptions) {
    const { deadlineMs = DEADLINE_MS, onBatch } = options
    this.#connection = connection
    this.#isCluster = isCluster
    this.#deadlineMs = deadlineMs
    this.parts = isCluster ? WINDOW_TAGS : 1
    const send: SendChecks = (keys, checks) => this.#run(keys, checks)
    this.#lanes = Array.from({ length: this.parts }, () => new SpendLane(send, onBatch))
  }

  async spend(keyId: string, limit: WindowLimit, cost: number): Promise<WindowDecision> {
    assertSpendable(limit, cost)
    return this.#laneOf(this.partOf(keyId)).spend(windowKey(keyId), { limit, cost })
  }

  open(keyId: string): { spend(limit: WindowLimit, cost: number): Promise<WindowDecision> } {
    return { spend: (limit, cost) => this.spend(keyId, limit, cost) }
  }

  async forget(keyId: string): Promise<void> {
    try {
      await within(this.#deadlineMs, this.#connection.delete(windowKey(keyId)))
    } catch (cause) {
      throw new StoreUnavailable('windows', { cause })
    }
  }

  partOf(keyId: string): number {
    return this.#isCluster ? windowTagOf(keyId) : 0
  }

  async probe(part: number): Promise<void> {
    try {
      await this.#laneOf(part).spend(probeKey(part), { limit: PROBE_LIMIT, cost: 1 })
    } catch (error) {
      if (error instanceof StoreUnavailable && error.cause instanceof DeadlinePassed) {
        await this.#connection.renew(this.#deadlineMs)
      }
      throw error
    }
  }

  async inspect(): Promise<readonly string[]> {
    const untilMs = performance.now() + INSPECT_WITHIN_MS
    for (;;) {
      try {
        const infos = await within(this.#deadlineMs, this.#connection.info())
        return judgeServers(infos, this.#isCluster)
      } catch (cause) {
        if (cause instanceof UnsuitableRedis) throw cause
        if (performance.now() >= untilMs) throw new StoreUnavailable('windows', { cause })
      }
      await delay(INSPECT_AGAIN_AFTER_MS)
    }
  }

  state(): 'exact' {
    return 'exact'
  }

  async close(): Promise<void> {
    this.#connection.close()
  }

  #run(keys: readonly string[], checks: Buffer): Promise<Buffer> {
    return within(this.#deadlineMs, this.#connection.run(spendScript, keys, checks))
  }

  #laneOf(part: number): SpendLane {
    const lane = this.#lanes[part]
    if (lane === undefined) throw new RangeError(`there are ${this.parts} parts, none is ${part}`)
    return lane
  }
}
