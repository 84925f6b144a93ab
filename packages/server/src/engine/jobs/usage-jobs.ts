import type { Storage } from '../ports/storage.ts'
import type { UsageArchive } from '../ports/usage.ts'
import { horizonOf, type UsageRetention } from '../usage/usage-retention.ts'
import type { Job } from './job.ts'

const minuteMs = 60_000
/** Windows are charged with the counts of the last two minutes after a crash: these are left as they are. */
const minutesLeft = 2

/** Rolls up what was counted, and forgets what is older than is kept. */
export function createUsageJobs(parts: {
  readonly storage: Storage
  readonly usageArchive: UsageArchive
  readonly retention: UsageRetention
}): readonly Job[] {
  const { storage, usageArchive, retention } = parts
  const nowMs = () => storage.read('every-organization', (stores) => stores.nowMs())
  let lastKey = 0
  return [
    {
      name: 'usage.roll_up',
      everyMs: minuteMs,
      step: async () => usageArchive.rollUp(Math.floor((await nowMs()) / minuteMs) + 1 - minutesLeft),
    },
    {
      name: 'usage.forget',
      everyMs: 60 * minuteMs,
      async step() {
        const last = await usageArchive.forget(horizonOf(await nowMs(), retention), lastKey)
        lastKey = last ?? 0
        return last !== null
      },
    },
  ]
}
