import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../engine/jobs/job.ts'
import type { Storage } from '../engine/ports/storage.ts'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'

/** How long a job is a node's, renewed while it works: after so long a node that died is followed by another. */
const usualLeaseMs = 60_000
/** Of a lease, what may pass until it is renewed. */
const renewedShare = 1 / 3
/** Due a little before the same node tries again: else each second try would be too early by a hair. */
const dueShare = 0.8
/** No two nodes keep trying at the same moment. */
const jitter = 0.1
/** A node that comes and goes, such as a command of the host, leaves the jobs to those that stay. */
const firstAfterMs = 5_000

/** No job is named so. */
const storageOutage = ''

export type JobRunner = {
  /** Tries each job now and then, from some seconds on, until it is stopped. */
  start(): void
  /** Does a job if it is due and nobody else is at it. False: it was not this node's turn, or it was not done. */
  run(job: Job): Promise<boolean>
  /** Begins nothing more, and resolves when what was begun has ended. */
  stop(): Promise<void>
}

export function createJobRunner(options: {
  readonly storage: Storage
  readonly jobs: readonly Job[]
  /** Names this node to the others. */
  readonly holder: string
  /** Told once for each outage: of a job, or of the storage, which all of them need. */
  readonly onError: (error: unknown) => void
  /** Default: a minute. */
  readonly leaseMs?: number
}): JobRunner {
  const { storage, jobs, holder, onError, leaseMs = usualLeaseMs } = options
  const stopping = new AbortController()
  const failing = new Set<string>()
  let loops: readonly Promise<void>[] = []

  async function run(job: Job): Promise<boolean> {
    try {
      const isMine = await storage.transaction('every-organization', (stores) =>
        stores.jobs.claim(job.name, holder, leaseMs),
      )
      if (!isMine) return false
      const isDone = await work(job)
      const dueAfterMs = isDone ? Math.floor(job.everyMs * dueShare) : 0
      await storage.transaction('every-organization', (stores) => stores.jobs.release(job.name, holder, dueAfterMs))
      failing.delete(job.name)
      failing.delete(storageOutage)
      return isDone
    } catch (error) {
      // The lease ends by itself; what was not done is still due.
      const outage = error instanceof StoreUnavailable ? storageOutage : job.name
      if (!failing.has(outage)) onError(error)
      failing.add(outage)
      return false
    }
  }

  /** False when it had to be left undone: this node stops, or was so slow that it is another's turn. */
  async function work(job: Job): Promise<boolean> {
    let renewedAt = performance.now()
    while (await job.step()) {
      if (stopping.signal.aborted) return false
      if (performance.now() - renewedAt < leaseMs * renewedShare) continue
      const isMine = await storage.transaction('every-organization', (stores) =>
        stores.jobs.renew(job.name, holder, leaseMs),
      )
      if (!isMine) return false
      renewedAt = performance.now()
    }
    return true
  }

  async function repeat(job: Job): Promise<void> {
    let pauseMs = Math.min(firstAfterMs, job.everyMs) * (1 + Math.random())
    while (await pause(pauseMs)) {
      await run(job)
      pauseMs = job.everyMs * (1 + jitter * (Math.random() * 2 - 1))
    }
  }

  /** False: it was cut short, because this node stops. */
  async function pause(durationMs: number): Promise<boolean> {
    if (stopping.signal.aborted) return false
    return sleep(durationMs, true, { ref: false, signal: stopping.signal }).catch(() => false)
  }

  return {
    start() {
      loops = jobs.map(repeat)
    },
    run,
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}
