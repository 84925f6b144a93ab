import type { Storage, Stores } from '../ports/storage.ts'
import { idempotencyLifetimeMs } from '../unit-of-work.ts'
import type { Job } from './job.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Rows deleted in one transaction. */
const maxRowsAtOnce = 200

type Purge = {
  readonly name: string
  /** What ended longer ago than this is deleted. */
  readonly keptMs: number
  /** Deletes some of what ended before then; how many rows. */
  readonly delete: (stores: Stores, beforeMs: number) => Promise<number>
}

/** More than anybody asks for, because clocks are set. */
const marginMs = hourMs
/** For so long a session that ended is told so; afterwards its token is one that never was. */
const toldMs = 7 * dayMs
/** For so long after the last of them failures to sign in are counted on: a hundred a year lead nowhere. */
const countedMs = 365 * dayMs

const purges: readonly Purge[] = [
  {
    name: 'purge.idempotency',
    keptMs: idempotencyLifetimeMs + marginMs,
    delete: (stores, beforeMs) => stores.idempotency.deleteBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.mint_log',
    keptMs: dayMs + marginMs,
    delete: (stores, beforeMs) => stores.mintLog.deleteBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.sessions',
    keptMs: toldMs,
    delete: (stores, beforeMs) => stores.sessions.deleteEndedBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.sign_ins',
    keptMs: toldMs,
    delete: (stores, beforeMs) => stores.signIns.deleteEndedBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.sign_in_failures',
    keptMs: countedMs,
    delete: (stores, beforeMs) => stores.signInFailures.deleteBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.links',
    keptMs: marginMs,
    delete: (stores, beforeMs) => stores.links.deleteExpiredBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.device_sign_ins',
    keptMs: marginMs,
    delete: (stores, beforeMs) => stores.deviceSignIns.deleteExpiredBefore(beforeMs, maxRowsAtOnce),
  },
  {
    name: 'purge.invitations',
    keptMs: marginMs,
    delete: (stores, beforeMs) => stores.invitations.deleteExpiredBefore(beforeMs, maxRowsAtOnce),
  },
]

/** Takes away what nothing asks for any more. */
export function createPurgeJobs(storage: Storage): readonly Job[] {
  return purges.map((purge) => ({
    name: purge.name,
    everyMs: hourMs,
    step: () =>
      storage.transaction('every-organization', async (stores) => {
        const beforeMs = (await stores.nowMs()) - purge.keptMs
        return (await purge.delete(stores, beforeMs)) === maxRowsAtOnce
      }),
  }))
}
