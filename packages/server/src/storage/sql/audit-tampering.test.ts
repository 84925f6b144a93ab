import { randomBytes } from 'node:crypto'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { describeAuditTampering } from '../contract/storage-audit-tampering.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

describeAuditTampering('SQLite', async () => {
  const opened = await openSqlite({
    file: ':memory:',
    clock: { nowMs: Date.now },
    random: randomBytes,
    onFatal: (error) => {
      throw error
    },
  })
  const run = async (text: string) => {
    const giveBack = await opened.database.takeTurn()
    try {
      return opened.database.prepare(text).all()
    } finally {
      giveBack()
    }
  }
  const triggers = await run("select name from sqlite_master where type = 'trigger'")
  return {
    ...opened,
    raw: run,
    bytes: (hex) => `x'${hex}'`,
    async force(texts) {
      for (const { name } of triggers.splice(0)) await run(`drop trigger ${String(name)}`)
      for (const text of texts) await run(text)
    },
  }
})

describeWithPostgres('on PostgreSQL', () => {
  describeAuditTampering('PostgreSQL', async () => {
    const opened = await openPostgres({
      url: await testDatabaseUrl(),
      nodeLock: 'shared',
      random: randomBytes,
      onWarning: () => {},
    })
    const client = await opened.database.connect('by hand')
    return {
      ...opened,
      raw: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
      bytes: (hex) => `'\\x${hex}'::bytea`,
      async force(texts) {
        await client.query(
          `set session_replication_role = replica; ${texts.join(';')}; set session_replication_role = origin`,
        )
      },
      async close() {
        await client.end()
        await opened.close()
      },
    }
  })
})
