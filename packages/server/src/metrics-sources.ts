import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from './engine/engine.ts'
import type { Backlog } from './engine/ports/outbox.ts'
import type { Storage } from './engine/ports/storage.ts'
import { eventLoopDelay, watchEventLoop } from './event-loop-delay.ts'
import type { MetricsSources } from './http/metrics/write-metrics.ts'
import type { OpenStores } from './open-stores.ts'
import { version } from './version.ts'

/** Whoever reads metrics during an outage wants the others. */
const backlogWithinMs = 1_000

export function createMetricsSources(
  engine: Engine,
  { storage, windows, meetingPoint }: OpenStores,
  isJournalWhole: () => boolean,
): MetricsSources {
  watchEventLoop()
  return {
    metrics: engine.metrics,
    version,
    usageDropped: () => engine.usage.dropped(),
    isLimiterExact: () => windows.state() === 'exact' && meetingPoint?.isSplit !== true,
    isJournalWhole,
    backlog: async () => Promise.race([readBacklog(storage), sleep(backlogWithinMs, null, { ref: false })]),
    eventLoopDelay,
  }
}

async function readBacklog(storage: Storage): Promise<Backlog | null> {
  try {
    return await storage.read('every-organization', async (stores) => stores.outbox.backlog(await stores.nowMs()))
  } catch {
    return null
  }
}
