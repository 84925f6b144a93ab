import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import type { OrganizationId } from '@mintmark/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tenant } from '../../engine/ports/storage.ts'
import { ordinaryRole } from '../../testing/ordinary-role.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import {
  givenKey,
  givenMember,
  givenWebhook,
  newDigest,
  newUserId,
  sampleEvent,
  sampleProject,
  startMs,
} from '../contract/storage-samples.ts'
import { sampleOutboxEvent } from '../contract/storage-outbox.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresStorage } from './postgres.ts'

/** Tables whose rows are no organization's: those of the migrator too. What is claimed in `idempotency` are HMACs. */
const ofTheInstallation = new Set([
  'idempotency',
  'installation',
  'journals',
  'jobs',
  'kysely_migration',
  'kysely_migration_lock',
  'nodes',
  'peppers',
])
/** A permit never outlives the transaction that it is given in. */
const alwaysEmpty = new Set(['audit_permits'])
/** People and their sign-ins belong to no organization: none sees any of them. */
const ofNoOrganization = new Set([
  'people',
  'person_accounts',
  'second_factors',
  'recovery_codes',
  'sign_ins',
  'sign_in_failures',
  'links',
  'device_sign_ins',
])

type Table = { readonly name: string; readonly column: string; readonly isForced: boolean }

/** Every table there is, asked of PostgreSQL itself, so that one that is added later is held to the same. */
const tablesText = `
  select relname as name, relrowsecurity and relforcerowsecurity as "isForced", (
    select attname from pg_attribute
    where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attidentity = '' order by attnum limit 1
  ) as column
  from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`

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

  const everyTable = async (): Promise<Table[]> => {
    const found = (await rows('every-organization', tablesText)) as Table[]
    return found.filter(({ name }) => !ofTheInstallation.has(name))
  }
  /** All of a table as one tenant sees it. */
  const seen = async (tenant: Tenant, { name }: Table): Promise<unknown[]> =>
    (await rows(tenant, `select t::text as text from ${name} t order by 1`)).map(({ text }) => text)

  test('is on for every table that holds rows of organizations, for the owner of the tables too', async () => {
    const tables = await everyTable()
    expect(tables.length).toBeGreaterThanOrEqual(13)
    expect(tables.filter(({ isForced }) => !isForced)).toEqual([])
  })

  test('a tenant sees its own rows of every table, and all that the other one does not', async () => {
    for (const table of await everyTable()) {
      if (alwaysEmpty.has(table.name)) continue
      const [own, others] = [await seen(mine, table), await seen(foreign, table)]
      if (ofNoOrganization.has(table.name)) {
        expect(await seen('every-organization', table), table.name).not.toEqual([])
        expect([...own, ...others]).toEqual([])
        continue
      }
      expect(own, `${table.name} needs a row in givenOneOfEach`).not.toEqual([])
      expect(others, table.name).not.toEqual([])
      expect(own.filter((row) => others.includes(row))).toEqual([])
      expect(await seen('every-organization', table)).toHaveLength(own.length + others.length)
    }
  })

  test('who has no rows sees, changes and deletes none of any table', async () => {
    const stranger = createId('org', randomBytes)
    for (const table of await everyTable()) {
      const { name, column } = table
      const before = await seen('every-organization', table)
      expect(await seen(stranger, table)).toEqual([])
      expect(await rows(stranger, `update ${name} set ${column} = ${column} returning 1`)).toEqual([])
      expect(await rows(stranger, `delete from ${name} returning 1`)).toEqual([])
      expect(await seen('every-organization', table)).toEqual(before)
    }
  })

  test('a unit of work without a tenant sees nothing of any table', async () => {
    const client = await opened.database.connect('without tenant')
    await client.query('reset "mintmark.tenant"')
    for (const { name } of await everyTable()) {
      expect((await client.query(`select 1 from ${name}`)).rows).toEqual([])
    }
    await client.end()
  })

  test('units of work that take turns on one pool do not see with one another’s eyes', async () => {
    const settings = Array.from({ length: 20 }, async () => rows(mine, 'select 1'))
    await Promise.all(settings)
    const left = Array.from({ length: 20 }, async () => rows(foreign, 'select id from organizations'))
    for (const seen of await Promise.all(left)) expect(seen).toEqual([{ id: foreign }])
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

  test('a tenant that changes and deletes everything it can reach leaves the other one’s rows alone', async () => {
    const tables = await everyTable()
    const before = await Promise.all(tables.map(async (table) => seen(foreign, table)))
    let refused = 0
    const attempt = async (text: string): Promise<void> => {
      await rows(mine, text).catch((error: unknown) => {
        refused += 1
        // An integrity constraint: a guard of ours, or a row that others point at.
        expect(error).toMatchObject({ code: expect.stringMatching(/^23/) })
      })
    }
    for (const { name, column } of tables) await attempt(`update ${name} set ${column} = ${column}`)
    for (const { name } of tables) await attempt(`delete from ${name}`)
    expect(refused).toBeLessThan(tables.length)
    for (const [index, table] of tables.entries()) expect(await seen(foreign, table), table.name).toEqual(before[index])
  })
})

async function givenOneOfEach(opened: PostgresStorage): Promise<OrganizationId> {
  const { storage, activity } = opened
  const { organizationId, userId } = await givenMember(storage)
  const key = await givenKey(storage, organizationId)
  const webhook = await givenWebhook(storage, organizationId)
  await storage.transaction(organizationId, async (stores) => {
    await stores.projects.insert(sampleProject(organizationId))
    await stores.mintLog.append(organizationId, userId, startMs)
    await stores.outbox.append(organizationId, [sampleOutboxEvent()])
    await stores.audit.append(organizationId, [sampleEvent()])
    const invitation = { organizationId, email: 'bo@example.test', role: 'member', createdByUserId: null }
    await stores.invitations.insert({
      id: createId('inv', randomBytes),
      ...invitation,
      createdAtMs: startMs,
      expiresAtMs: startMs,
      digest: newDigest(),
      pepperVersion: 'v',
    })
    const session = { organizationId, userId, createdAtMs: startMs, expiresAtMs: startMs }
    await stores.sessions.insert({
      id: createId('ses', randomBytes),
      ...session,
      digest: newDigest(),
      pepperVersion: 'v',
    })
  })
  await activity.record({
    uses: [{ secretNumber: key.secrets[0]?.number ?? 0, keyNumber: key.number, atMs: startMs, ip: null, agent: null }],
    counts: [1, 2].map((minute) => ({ keyNumber: key.number, minute, outcome: 'accepted', count: 1 })),
    rekeyings: [],
    sightings: [{ organizationId, userId, atMs: startMs }],
  })
  await opened.usageArchive.rollUp(2)
  await activity.saveWindows([{ keyId: key.id, bytes: Uint8Array.of(1) }])
  await opened.database.run({ tenant: organizationId, access: 'read write' }, async (db) => {
    const event = await db.selectFrom('outbox').select('number').executeTakeFirstOrThrow()
    await sql`insert into webhook_deliveries
      (id, organization_id, endpoint_number, event_number, status, attempt, created_at, next_attempt_at)
      values (${createId('dlv', randomBytes)}, ${organizationId}, ${webhook.number}, ${event.number},
        'pending', 0, 0, 0)`.execute(db)
  })
  await givenPerson(opened)
  return organizationId
}

async function givenPerson({ storage }: PostgresStorage): Promise<void> {
  const userId = newUserId()
  const times = { createdAtMs: startMs, expiresAtMs: startMs }
  await storage.transaction('every-organization', async (stores) => {
    const email = `${userId.toLowerCase()}@example.test`
    await stores.identity.insert({ userId, email, name: 'Ada', isEmailVerified: false })
    await stores.identity.setPasswordHash(userId, 'hash')
    const secret = { secret: Uint8Array.of(1), pepperVersion: 'v' }
    await stores.secondFactors.begin({ userId, ...secret, createdAtMs: startMs })
    await stores.secondFactors.putRecoveryCodes(userId, [randomBytes(32)])
    const browser = { ip: null, userAgent: null, steppedUpAtMs: null, awaitsCode: false, lastSeenAtMs: startMs }
    const id = createId('sin', randomBytes)
    await stores.signIns.insert({ id, userId, ...times, ...browser, digest: newDigest(), pepperVersion: 'v' })
    await stores.signInFailures.add(userId, startMs)
    await stores.links.insert({ purpose: 'password-reset', userId, wasMailed: false, ...times, digest: newDigest() })
    const digests = { digest: newDigest(), userCodeDigest: newDigest() }
    await stores.deviceSignIns.insert({ ...digests, ...times, intervalSeconds: 5 })
  })
}
