import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { openPostgres, type PostgresStorage } from '../storage/sql/postgres.ts'
import { testDatabaseUrl } from './servers.ts'

/** Three nodes on one database, open while the suite around the call runs. Call it once in a `describe`. */
export function usingPostgresNodes(): readonly PostgresStorage[] {
  const nodes: PostgresStorage[] = []
  beforeAll(async () => {
    const url = await testDatabaseUrl()
    for (let count = 0; count < 3; count += 1) {
      nodes.push(await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {}, poolSize: 4 }))
    }
  })
  afterAll(async () => {
    for (const node of nodes) await node.close()
  })
  return nodes
}
