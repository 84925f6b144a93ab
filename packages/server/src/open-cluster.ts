import { ConfigError } from './config.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import type { WindowStore } from './engine/ports/windows.ts'
import type { Readiness } from './http/routes/health.ts'
import { MeetingPoint } from './meeting-point.ts'
import { notDrained, saveWindows, takeUpWindows } from './kept-windows.ts'
import type { OpenStores, StoreParts, StoreSettings } from './open-stores.ts'
import { createMemoryWindows } from './storage/memory/windows.ts'
import { createFallbackWindows } from './storage/redis/fallback.ts'
import { UnsuitableRedis } from './storage/redis/inspection.ts'
import { createRedisWindows, type RedisWindows } from './storage/redis/windows.ts'
import { createPostgresDirectory, type DirectoryHealth } from './storage/sql/directory-postgres.ts'
import { PostgresPresence } from './storage/sql/postgres-presence.ts'
import { refusalOfConnection } from './storage/sql/postgres-errors.ts'
import { openPostgres, type PostgresStorage } from './storage/sql/postgres.ts'
import { DatabaseUnsuitable } from './storage/sql/postgres-server-checks.ts'

type NodeWindows = {
  readonly windows: WindowStore
  readonly name: 'redis' | 'windows'
  /** What happens while they are not exact, for the operator. */
  readonly whenDegraded: string | null
  readonly meetingPoint: MeetingPoint | null
  readonly warnings: readonly string[]
  close(): Promise<void>
}

const noStandby =
  'PostgreSQL has no synchronous standby: after a failover a revocation may be lost unless the old primary is fenced.'

const degraded = {
  local: 'Redis does not answer: each node enforces the full limit by itself',
  refuse: 'Redis does not answer: what a limit must admit is refused (503)',
} as const

/** Which of the two, a node cannot tell of another. */
const notTogether =
  'Another node does not count in this Redis: it was given another one, or cannot reach this. Limits hold for each Redis by itself'

/** PostgreSQL's primary as the authority, and Redis for the windows of any number of nodes. */
export async function openCluster(
  settings: StoreSettings & { readonly databaseUrl: string },
  parts: StoreParts,
): Promise<OpenStores> {
  const { databaseUrl: url, redisUrl } = settings
  const { log, random, compile, hasPepper, journal, metrics } = parts
  const postgres = await openPostgres({
    url,
    random,
    journal,
    nodeLock: redisUrl === null ? 'exclusive' : 'shared',
    onWarning: (message) => log.warning(message),
  }).catch((error: unknown) => {
    const mistake = error instanceof DatabaseUnsuitable ? error.message : refusalOfConnection(error)
    throw mistake === null ? error : new ConfigError([`MINTMARK_DATABASE_URL: ${mistake}`])
  })
  const { storage, activity, usageArchive, database } = postgres
  for (const warning of postgres.warnings) log.warning(warning)
  const directory = createPostgresDirectory(database, compile, {
    url,
    hasPepper,
    onBatch: (size) => metrics.lookupBatches.observe(size),
    onTrouble: () => log.warning('A look-up connection to PostgreSQL was lost; it is opened again'),
  })
  try {
    const node = redisUrl === null ? await openLocal(postgres, parts) : await openShared(redisUrl, settings, parts)
    return {
      storage,
      activity,
      usageArchive,
      directory,
      windows: node.windows,
      installation: postgres.installation,
      backUp: null,
      presence: new PostgresPresence(database.nodeLock),
      meetingPoint: node.meetingPoint,
      readiness: async () => readinessOf(await directory.health(), node, postgres.warnings),
      async close() {
        await node.close()
        await directory.close()
        await postgres.close()
      },
    }
  } catch (error) {
    await directory.close()
    await postgres.close()
    throw error
  }
}

/** One node alone: the lock on the database says that there is no other. */
async function openLocal(
  { activity, installation }: PostgresStorage,
  { clock, log }: StoreParts,
): Promise<NodeWindows> {
  const windows = createMemoryWindows({ nowMs: () => clock.nowMs() })
  const wasDrained = await takeUpWindows(windows, activity, clock.nowMs())
  if (!wasDrained && !installation.isNew) log.warning(notDrained)
  return {
    windows,
    name: 'windows',
    whenDegraded: null,
    meetingPoint: null,
    warnings: [],
    async close() {
      await saveWindows(windows, activity, (message) => log.warning(message))
      await windows.close()
    },
  }
}

async function openShared(url: string, settings: StoreSettings, parts: StoreParts): Promise<NodeWindows> {
  const { clock, log, metrics } = parts
  const primary = createRedisWindows({ url, onBatch: (size) => metrics.spendBatches.observe(size) })
  const warnings = await inspect(primary)
  for (const warning of warnings) log.warning(warning)
  const windows = createFallbackWindows({
    primary,
    whenUnavailable: settings.whenLimiterUnavailable,
    nowMs: () => clock.nowMs(),
    onFailure: (error) => metrics.storeFailed(error),
    onChange: ({ isAvailable, reason }) => {
      if (isAvailable) log.event('Redis answers again: limits are shared by all nodes')
      else log.warning('Redis does not answer: limiter degraded', { policy: settings.whenLimiterUnavailable, reason })
    },
  })
  const whenDegraded = degraded[settings.whenLimiterUnavailable]
  const meetingPoint = new MeetingPoint({
    windows: primary,
    onChange: (isSplit) => (isSplit ? log.warning(notTogether) : log.event('All nodes count in one Redis again')),
  })
  return { windows, name: 'redis', whenDegraded, meetingPoint, warnings, close: () => windows.close() }
}

/** A Redis that is away at the start is an outage like any other; one that cannot keep windows is a mistake. */
async function inspect(primary: RedisWindows): Promise<readonly string[]> {
  try {
    return await primary.inspect()
  } catch (error) {
    if (error instanceof StoreUnavailable) return []
    await primary.close()
    throw error instanceof UnsuitableRedis ? new ConfigError([`MINTMARK_REDIS_URL: ${error.message}`]) : error
  }
}

function troubleOf({ inRecovery, lacksPepper }: DirectoryHealth): string | null {
  if (inRecovery) return 'the server that answers is a replica'
  return lacksPepper ? 'other nodes use a pepper that this one was not given: see MINTMARK_PREVIOUS_PEPPER_FILE' : null
}

function readinessOf(health: DirectoryHealth, node: NodeWindows, ofDatabase: readonly string[]): Readiness {
  const isExact = node.windows.state() === 'exact'
  const isSplit = node.meetingPoint?.isSplit === true
  const ofSplit = isSplit ? notTogether : null
  const detail = isExact ? ofSplit : node.whenDegraded
  return {
    ready: health.reachable,
    dependencies: [
      {
        name: 'postgres',
        status: health.reachable ? 'ok' : 'unavailable',
        detail: troubleOf(health),
      },
      { name: node.name, status: isExact && !isSplit ? 'ok' : 'degraded', detail },
    ],
    warnings: [...(health.reachable && !health.synchronousStandby ? [noStandby] : []), ...ofDatabase, ...node.warnings],
  }
}
