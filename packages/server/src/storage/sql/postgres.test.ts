import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { ordinaryRole } from '../../testing/ordinary-role.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { describeStorage } from '../contract/storage.ts'
import { openPostgres } from './postgres.ts'

describeWithPostgres('PostgreSQL', () => {
  test('tells a claim in flight at once, whether it is kept or undone later', async () => {
    const url = await testDatabaseUrl()
    const opened = await openPostgres({ url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    const claim = { principal: 'p', keyHmac: 'k', fingerprint: 'f', atMs: 2, sinceMs: 1 }
    const claiming = async (during: () => Promise<unknown>): Promise<string> =>
      opened.storage.transaction('every-organization', async ({ idempotency }) => {
        const { state } = await idempotency.claim(claim)
        await during()
        return state
      })
    const nothing = async (): Promise<void> => {}
    const undone = claiming(async () => {
      expect(await claiming(nothing)).toBe('in_flight')
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await claiming(nothing)).toBe('claimed')
    await opened.close()
  })

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
