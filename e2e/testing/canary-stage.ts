import { appendFileSync } from 'node:fs'
import { query } from '../../packages/server/src/testing/postgres-server.ts'
import { command } from '../../packages/server/src/testing/redis-server.ts'
import {
  startPostgres,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from '../../packages/server/src/testing/servers.ts'
import { startCluster, startEmbedded, type Installation } from './installation.ts'
import { filesOf, postgresSinks, processesOf, redisSinks, type Sink } from './sinks.ts'

/** Mintmark, and everything that it could let a secret slip into. */
export type Stage = {
  readonly installation: Installation
  /** All that has been written by now. */
  sinks(): Promise<readonly Sink[]>
  /** Those among them in which nothing of what was deleted may be left. */
  tables(): Promise<readonly Sink[]>
  /** Has the database make room of what was deleted: what an operator's own tools do. */
  vacuum(): Promise<void>
  /** Writes a text wherever Mintmark itself writes nothing of the kind. */
  plant(text: string): Promise<void>
  remove(): Promise<void>
}

type Environment = Readonly<Record<string, string>>

const env = { MINTMARK_TRUSTED_PROXIES: '127.0.0.0/8' }

/** A server that writes down all it can. */
const talkative = {
  log_statement: 'all',
  log_min_duration_statement: 0,
  log_parameter_max_length: -1,
  log_connections: 'on',
}

export async function embeddedStage(extra: Environment = {}): Promise<Stage> {
  const installation = await startEmbedded({ env: { ...env, ...extra } })
  return {
    installation,
    sinks: async () => nodeSinks(installation),
    tables: async () => nodeSinks(installation).filter(({ kind }) => kind === 'data dir'),
    vacuum: async () => {},
    plant: async (text) => plantInNodes(installation, text),
    remove: () => installation.remove(),
  }
}

/** @param settings of PostgreSQL */
export async function clusterStage(
  extra: Environment = {},
  settings: Readonly<Record<string, string | number>> = talkative,
): Promise<Stage> {
  const postgres = await startPostgres({ settings })
  const redis = await startRedis({ args: ['--rdbcompression', 'no', '--loglevel', 'debug'] })
  const databaseUrl = await postgres.createDatabase('mintmark')
  const installation = await startCluster({ nodeCount: 2, databaseUrl, redisUrl: redis.url, env: { ...env, ...extra } })
  return {
    installation,
    sinks: async () => [...nodeSinks(installation), ...(await serverSinks(postgres, databaseUrl, redis))],
    // What PostgreSQL's files keep of rows that are gone is for its vacuum.
    tables: async () =>
      (await serverSinks(postgres, databaseUrl, redis)).filter(
        ({ kind, name }) => kind === 'database dump' || name.endsWith('.rdb'),
      ),
    vacuum: async () => vacuum(databaseUrl),
    async plant(text) {
      plantInNodes(installation, text)
      await command(redis.url, 'SET', 'planted', text)
    },
    async remove() {
      await installation.remove()
      await Promise.all([postgres.remove(), redis.remove()])
    },
  }
}

/**
 * FULL: VACUUM alone makes room on a page without wiping it. Before that, ANALYZE: statistics hold samples of columns,
 * and those of before are rows that were deleted too. The log ends with its segment.
 */
async function vacuum(databaseUrl: string): Promise<void> {
  for (const statement of ['analyze', 'vacuum full', 'checkpoint', 'select pg_switch_wal()', 'checkpoint']) {
    await query(databaseUrl, statement)
  }
}

function nodeSinks({ nodes }: Installation): readonly Sink[] {
  return [...nodes.flatMap(filesOf), ...processesOf(nodes.map(({ pid }) => pid))]
}

async function serverSinks(
  postgres: PostgresServer,
  databaseUrl: string,
  redis: RedisServer,
): Promise<readonly Sink[]> {
  return [...(await postgresSinks(postgres, databaseUrl)), ...(await redisSinks(redis))]
}

function plantInNodes({ nodes }: Installation, text: string): void {
  for (const { logFile, dataDir } of nodes) {
    appendFileSync(logFile, `{"msg":"${text}"}\n`)
    appendFileSync(`${dataDir}/planted`, text)
  }
}
