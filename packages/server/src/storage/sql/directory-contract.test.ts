import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { Client } from 'pg'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { describeDirectory } from '../contract/directory.ts'
import { createPostgresDirectory } from './directory-postgres.ts'
import { createSqliteDirectory } from './directory-sqlite.ts'
import { openPostgres } from './postgres.ts'
import type { Database } from './schema.ts'
import { NodeSqliteDialect } from './sqlite-driver.ts'
import { openSqlite } from './sqlite.ts'

const clock = { nowMs: () => Date.now() }
const onFatal = (error: unknown): never => {
  throw error
}

for (const where of ['memory', 'a file'] as const) {
  describeDirectory(`SQLite in ${where}`, async (compile) => {
    const folder = await mkdtemp(join(tmpdir(), 'mintmark-directory-'))
    const file = where === 'memory' ? ':memory:' : join(folder, 'mintmark.db')
    const storage = await openSqlite({ file, clock, random: randomBytes, onFatal })
    const kysely = new Kysely<Database>({ dialect: new NodeSqliteDialect(storage.database) })
    return {
      directory: createSqliteDirectory(storage.database, compile, { clock }),
      transaction: async (work) => kysely.transaction().execute(work),
      nowMs: async () => clock.nowMs(),
      close: async () => {
        await storage.close()
        await rm(folder, { recursive: true })
      },
    }
  })
}

describeWithPostgres('directory on a real PostgreSQL', () => {
  describeDirectory('PostgreSQL, by a role that row-level security binds', async (compile) => {
    const role = await ordinaryRole(await testDatabaseUrl())
    const storage = await openPostgres({ url: role.url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    const { database } = storage
    const directory = createPostgresDirectory(database, compile, {
      url: role.url,
      hasPepper: () => true,
      onTrouble: () => {},
    })
    const clockClient = await database.connect('test clock')
    const clockText = 'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms'
    return {
      directory,
      transaction: async (work) => database.run({ tenant: 'every-organization', access: 'read write' }, work),
      nowMs: async () => (await clockClient.query<{ now_ms: number }>(clockText)).rows[0]?.now_ms ?? Number.NaN,
      close: async () => {
        await clockClient.end()
        await directory.close()
        await storage.close()
        await role.drop()
      },
    }
  })
})

/** A superuser is bound by no policy, so as one it would not show that look-ups pass them. */
async function ordinaryRole(adminUrl: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `mintmark_test_${randomBytes(8).toString('hex')}`
  const url = new URL(adminUrl)
  const asAdmin = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: adminUrl })
    await client.connect()
    await client.query(sql)
    await client.end()
  }
  await asAdmin(`create role ${name} login password '${name}'; alter schema public owner to ${name}`)
  url.username = name
  url.password = name
  return { url: url.href, drop: async () => asAdmin(`reassign owned by ${name} to current_user; drop role ${name}`) }
}
