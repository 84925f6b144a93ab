import { randomBytes } from 'node:crypto'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { describeStorage } from '../contract/storage.ts'
import { openPostgres } from './postgres.ts'

describeWithPostgres('PostgreSQL', () => {
  describeStorage('PostgreSQL', async () => {
    const opened = await openPostgres({
      url: await testDatabaseUrl(),
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
      },
    }
  })
})
