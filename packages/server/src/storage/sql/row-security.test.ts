import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import type { OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tenant } from '../../engine/ports/storage.ts'
import { ordinaryRole } from '../../testing/ordinary-role.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { givenKey, givenMember, newDigest, sampleEvent, sampleProject, startMs } from '../contract/storage-samples.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresStorage } from './postgres.ts'

/** How each table's rows name the organization, where they do themselves. */
const tenantColumns = {
  organizations: 'id',
  projects: 'organization_id',
  members: 'organization_id',
  sessions: 'organization_id',
  api_keys: 'organization_id',
  mint_log: 'organization_id',
  audit_heads: 'chain',
  audit_events: 'chain',
} as const

const ofKeys = ['api_key_secrets', 'key_activity', 'key_usage', 'saved_windows'] as const

describeWithPostgres('row-level security, with every WHERE forgotten', () => {
  let role: Awaited<ReturnType<typeof ordinaryRole>>
  let opened: PostgresStorage
  let mine: OrganizationId
  let foreign: OrganizationId

  beforeAll(async () => {
    role = await ordinaryRole(await testDatabaseUrl())
    opened = await openPostgres({ url: role.url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    mine = await givenOneOfEach(opened)
    foreign = await givenOneOfEach(opened)
  })
  afterAll(async () => {
    await opened.close()
    await role.drop()
  })

  const rows = async (tenant: Tenant, text: string): Promise<readonly Record<string, unknown>[]> =>
    opened.database.run({ tenant, access: 'read write' }, async (db) => {
      const result = await sql<Record<string, unknown>>`${sql.raw(text)}`.execute(db)
      return result.rows
    })

  test('a tenant sees its own rows of every table', async () => {
    for (const [table, column] of Object.entries(tenantColumns)) {
      expect(await rows(mine, `select ${column} as tenant from ${table}`)).toEqual([{ tenant: mine }])
    }
    for (const table of ofKeys) expect(await rows(mine, `select 1 as row from ${table}`)).toEqual([{ row: 1 }])
  })

  test('the operator’s own work sees both, and a unit of work without a tenant sees nothing', async () => {
    const client = await opened.database.connect('without tenant')
    await client.query('reset "mintmark.tenant"')
    for (const table of [...Object.keys(tenantColumns), ...ofKeys]) {
      expect(await rows('every-organization', `select 1 as row from ${table}`)).toHaveLength(2)
      expect((await client.query(`select 1 from ${table}`)).rows).toEqual([])
    }
    await client.end()
  })

  test('units of work that take turns on one pool do not see with one another’s eyes', async () => {
    const settings = Array.from({ length: 20 }, async () => rows(mine, 'select 1'))
    await Promise.all(settings)
    const left = Array.from({ length: 20 }, async () => rows(foreign, 'select id from organizations'))
    for (const seen of await Promise.all(left)) expect(seen).toEqual([{ id: foreign }])
  })

  test('it changes and deletes nothing foreign', async () => {
    await rows(mine, `update members set name = 'Everybody'`)
    await rows(mine, `update api_keys set name = 'Everything'`)
    await rows(mine, `update api_key_secrets set prefix = 'x'`)
    await rows(mine, 'delete from mint_log')
    await rows(mine, 'delete from key_usage')
    expect(await rows(foreign, `select name from members`)).toEqual([{ name: 'Ada' }])
    expect(await rows(foreign, `select name from api_keys`)).toEqual([{ name: 'Deploys' }])
    expect(await rows(foreign, `select prefix from api_key_secrets`)).toEqual([{ prefix: 'mk_live_abcdefgh' }])
    expect(await rows(foreign, `select user_id from mint_log`)).toHaveLength(1)
    expect(await rows(foreign, `select count from key_usage`)).toHaveLength(1)
  })

  test('it writes nothing under another’s name, and moves nothing there', async () => {
    const member = `insert into members (organization_id, user_id, role, status, created_at)
      values ('${foreign}', 'intruder', 'admin', 'active', 0)`
    await expect(rows(mine, member)).rejects.toThrow('row-level security')
    const moved = `update projects set organization_id = '${foreign}'`
    await expect(rows(mine, moved)).rejects.toThrow('row-level security')
    const permit = `insert into audit_permits (chain, change) values ('${foreign}', 'delete')`
    await expect(rows(mine, permit)).rejects.toThrow('row-level security')
  })
})

async function givenOneOfEach(opened: PostgresStorage): Promise<OrganizationId> {
  const { storage, activity } = opened
  const { organizationId, userId } = await givenMember(storage)
  const key = await givenKey(storage, organizationId)
  await storage.transaction(organizationId, async (stores) => {
    await stores.projects.insert(sampleProject(organizationId))
    await stores.mintLog.append(organizationId, userId, startMs)
    await stores.audit.append(organizationId, [sampleEvent()])
    const session = { organizationId, userId, createdAtMs: startMs, expiresAtMs: startMs }
    await stores.sessions.insert({
      id: createId('ses', randomBytes),
      ...session,
      digest: newDigest(),
      pepperVersion: 'v',
    })
  })
  await activity.record({
    uses: [{ secretNumber: key.secrets[0]?.number ?? 0, keyNumber: key.number, atMs: startMs, ip: null }],
    counts: [{ keyNumber: key.number, minute: 1, outcome: 'accepted', count: 1 }],
    rekeyings: [],
  })
  await activity.saveWindows([{ keyId: key.id, bytes: Uint8Array.of(1) }])
  return organizationId
}
