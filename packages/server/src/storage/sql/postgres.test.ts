import { randomBytes } from 'node:crypto'
import { ordinaryRole } from '../../testing/ordinary-role.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { describeStorage } from '../contract/storage.ts'
import { openPostgres } from './postgres.ts'

describeWithPostgres('PostgreSQL', () => {
  describeStorage('PostgreSQL, by a role that row-level security binds', async () => {
    const role = await ordinaryRole(await testDatabaseUrl())
    const opened = await openPostgres({
      url: role.url,
      nodeLock: 'shared',
      random: randomBytes,
      onWarning: (message) => {
        throw new Error(message)
      },
    })
    const client = await opened.database.connect('by hand')
    return {
      ...opened,
      raw: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
      close: async () => {
        await client.end()
        await opened.close()
        await role.drop()
      },
    }
  })
})
