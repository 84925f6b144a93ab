import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createMintmark, memoryDataDir } from './create-mintmark.ts'
import { describeWithOwnServers, startPostgres } from './testing/servers.ts'

describeWithOwnServers('one node on PostgreSQL', () => {
  test('ends although PostgreSQL is away, says what is lost, and connects no more', async () => {
    const server = await startPostgres()
    const lines: string[] = []
    const log = { write: (line: string) => lines.push(line) }
    const mintmark = await createMintmark({ dataDir: memoryDataDir, databaseUrl: await server.createDatabase(), log })
    await server.stop('immediate')
    await mintmark.close()
    expect(lines.filter((line) => line.includes('The windows of keys could not be saved'))).toHaveLength(1)
    await server.start()
    const client = new Client(server.url)
    await client.connect()
    // Longer than any pause between two attempts to connect.
    await sleep(1_500)
    const { rows } = await client.query("select pid from pg_stat_activity where application_name like 'mintmark %'")
    expect(rows).toEqual([])
    await client.end()
    await server.remove()
  })
})
