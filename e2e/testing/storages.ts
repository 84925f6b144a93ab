import { describe } from 'vitest'
import {
  describeWithPostgresAndRedis,
  testDatabaseUrl,
  testRedisUrl,
} from '../../packages/server/src/testing/servers.ts'
import { startCluster, startEmbedded, type Installation } from './installation.ts'

/** One of the two ways in which Mintmark runs. */
export type StorageKind = {
  readonly isCluster: boolean
  start(env?: Readonly<Record<string, string>>): Promise<Installation>
}

const embedded: StorageKind = {
  isCluster: false,
  start: async (env = {}) => startEmbedded({ env }),
}

const cluster: StorageKind = {
  isCluster: true,
  start: async (env = {}) =>
    startCluster({ nodeCount: 2, databaseUrl: await testDatabaseUrl(), redisUrl: await testRedisUrl(), env }),
}

/** The suite, for one process on SQLite and for two nodes on one PostgreSQL and one Redis. */
export function describeOnEveryStorage(suite: (storage: StorageKind) => void): void {
  describe('on SQLite', () => {
    suite(embedded)
  })
  describeWithPostgresAndRedis('on PostgreSQL and Redis, two nodes', () => {
    suite(cluster)
  })
}

/** The nodes in turn: consecutive numbers reach different ones. */
export function urlOf({ nodes }: Pick<Installation, 'nodes'>, turn: number): string {
  const node = nodes[turn % nodes.length]
  if (node === undefined) throw new Error('An installation has a node.')
  return node.url
}
