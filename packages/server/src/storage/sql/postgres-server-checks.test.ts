import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ordinaryRole } from '../../testing/ordinary-role.ts'
import { query } from '../../testing/postgres-server.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { connectionConfig, prepareConnection } from './postgres-connection.ts'
import { assertOwnSessions, assertServer, bypassesRowSecurity, DatabaseUnsuitable } from './postgres-server-checks.ts'

describeWithPostgres('a PostgreSQL at start', () => {
  const clients: Client[] = []
  let url: string
  const connect = async (): Promise<Client> => {
    const client = new Client(connectionConfig(url, 'test'))
    clients.push(client)
    await client.connect()
    return client
  }

  beforeEach(async () => {
    url = await testDatabaseUrl()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end()
  })

  test('is asked whether each connection is a session of its own, as behind a pooler it is not', async () => {
    const [one, other] = [await connect(), await connect()]
    await assertOwnSessions(one, other)
    await expect(assertOwnSessions(one, one)).rejects.toThrow(DatabaseUnsuitable)
  })

  test('is taken with our settings on, and refused where they were not taken', async () => {
    const client = await connect()
    await prepareConnection(client)
    await assertServer(client)
    await client.query('set synchronous_commit = off')
    await expect(assertServer(client)).rejects.toThrow('synchronous_commit')
    await client.query(`set synchronous_commit = on; set default_transaction_isolation = 'serializable'`)
    await expect(assertServer(client)).rejects.toThrow('READ COMMITTED')
  })

  test('that waits for its standby to apply goes on doing so', async () => {
    url = `${url}?options=-c%20synchronous_commit%3Dremote_apply`
    const client = await connect()
    await prepareConnection(client)
    const { rows } = await client.query('show synchronous_commit')
    expect(rows).toEqual([{ synchronous_commit: 'remote_apply' }])
  })

  test('is asked whether the role that serves is bound by row-level security', async () => {
    const adminUrl = url
    expect(await bypassesRowSecurity(await connect())).toBe(true)
    const role = await ordinaryRole(adminUrl)
    url = role.url
    expect(await bypassesRowSecurity(await connect())).toBe(false)
    await query(adminUrl, `alter role ${new URL(role.url).username} bypassrls`)
    expect(await bypassesRowSecurity(await connect())).toBe(true)
    await role.drop()
  })

  test('gives 64-bit integers as numbers', async () => {
    const { rows } = await (await connect()).query('select 1800000000000::bigint as n')
    expect(rows).toEqual([{ n: 1_800_000_000_000 }])
  })
})
