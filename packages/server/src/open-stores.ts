import type { Contract } from '@mintmark/core'
import type { KeyHolder, OperatorHolder, SessionHolder } from './engine/holder.ts'
import type { Metrics } from './engine/metrics.ts'
import type { ActivityStore } from './engine/ports/activity.ts'
import type { Clock, Random } from './engine/ports/clock.ts'
import type { Compile, Directory } from './engine/ports/directory.ts'
import type { Journal } from './engine/ports/journal.ts'
import type { Presence } from './engine/ports/presence.ts'
import type { Storage } from './engine/ports/storage.ts'
import type { UsageArchive } from './engine/ports/usage.ts'
import type { WindowStore } from './engine/ports/windows.ts'
import type { Log } from './http/log.ts'
import type { Readiness } from './http/routes/health.ts'
import type { MeetingPoint } from './meeting-point.ts'
import { openEmbedded } from './open-embedded.ts'

/** Where everything is kept. */
export type StoreSettings = {
  readonly contract: Contract
  /** PostgreSQL; null: SQLite at `sqliteFile`. */
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  /** A path, or `:memory:`. */
  readonly sqliteFile: string
  readonly whenLimiterUnavailable: 'local' | 'refuse'
}

/** What the stores themselves are given. */
export type StoreParts = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly journal: Journal
  readonly metrics: Metrics
  readonly compile: Compile<KeyHolder | OperatorHolder, SessionHolder>
  /** Whether this node has the pepper of this version. */
  readonly hasPepper: (version: string) => boolean
  /** Storage can no longer be trusted: must end the process. */
  readonly onFatal: (error: unknown) => void
}

export type OpenStores = {
  readonly storage: Storage
  readonly activity: ActivityStore
  readonly usageArchive: UsageArchive
  readonly directory: Directory<KeyHolder | OperatorHolder, SessionHolder>
  readonly windows: WindowStore
  /** Null where this process has the windows to itself. */
  readonly meetingPoint: MeetingPoint | null
  readonly installation: { readonly id: string }
  /** Null where this process has the database to itself. */
  readonly presence: Presence | null
  /** Writes a consistent copy to a new file; null: the database has tools of its own. */
  readonly backUp: ((to: string) => Promise<void>) | null
  readiness(): Promise<Readiness>
  /** Saves windows that are in this process's memory, then lets go of everything. */
  close(): Promise<void>
}

/** Embedded or cluster: decided here, once, and nowhere asked again. */
export async function openStores(settings: StoreSettings, parts: StoreParts): Promise<OpenStores> {
  const { databaseUrl } = settings
  if (databaseUrl === null) return openEmbedded(settings, parts)
  // Loaded by who needs it: the drivers of a cluster are a tenth of an embedded server's memory.
  const { openCluster } = await import('./open-cluster.ts')
  return openCluster({ ...settings, databaseUrl }, parts)
}
