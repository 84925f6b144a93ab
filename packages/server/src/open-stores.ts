import type { Contract } from '@mintmark/core'
import type { KeyHolder, OperatorHolder, SessionHolder } from './engine/holder.ts'
import type { ActivityStore } from './engine/ports/activity.ts'
import type { Clock, Random } from './engine/ports/clock.ts'
import type { Compile, Directory } from './engine/ports/directory.ts'
import type { Storage } from './engine/ports/storage.ts'
import type { WindowStore } from './engine/ports/windows.ts'
import type { Log } from './http/log.ts'
import type { Readiness } from './http/routes/health.ts'
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
  readonly compile: Compile<KeyHolder | OperatorHolder, SessionHolder>
  /** Whether this node has the pepper of this version. */
  readonly hasPepper: (version: string) => boolean
  /** Storage can no longer be trusted: must end the process. */
  readonly onFatal: (error: unknown) => void
}

export type OpenStores = {
  readonly storage: Storage
  readonly activity: ActivityStore
  readonly directory: Directory<KeyHolder | OperatorHolder, SessionHolder>
  readonly windows: WindowStore
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
