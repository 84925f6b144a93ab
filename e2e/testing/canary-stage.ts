import { appendFileSync } from 'node:fs'
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
  /** Writes a text wherever Mintmark itself writes nothing of the kind. */
  plant(text: string): Promise<void>
  remove(): Promise<void>
}

const env = { MINTMARK_TRUSTED_PROXIES: '127.0.0.0/8' }

export async function embeddedStage(): Promise<Stage> {
  const installation = await startEmbedded({ env })
  return {
    installation,
    sinks: async () => nodeSinks(installation),
    tables: async () => nodeSinks(installation).filter(({ kind }) => kind === 'data dir'),
    plant: async (text) => plantInNodes(installation, text),
    remove: () => installation.remove(),
  }
}

/** Servers that write down all they can. */
export async function clusterStage(): Promise<Stage> {
  const settings = {
    log_statement: 'all',
    log_min_duration_statement: 0,
    log_parameter_max_length: -1,
    log_connections: 'on',
  }
  const postgres = await startPostgres({ settings })
  const redis = await startRedis({ args: ['--rdbcompression', 'no', '--loglevel', 'debug'] })
  const databaseUrl = await postgres.createDatabase('mintmark')
  const installation = await startCluster({ nodeCount: 2, databaseUrl, redisUrl: redis.url, env })
  return {
    installation,
    sinks: async () => [...nodeSinks(installation), ...(await serverSinks(postgres, databaseUrl, redis))],
    // What PostgreSQL's files keep of rows that are gone is for its vacuum.
    tables: async () =>
      (await serverSinks(postgres, databaseUrl, redis)).filter(
        ({ kind, name }) => kind === 'database dump' || name.endsWith('.rdb'),
      ),
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
