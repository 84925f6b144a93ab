import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrganizationId } from '@mintmark/core'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostCaller } from '../../engine/caller.ts'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import type { Storage } from '../../engine/ports/storage.ts'
import { bucketMinutes, type UsageBucket } from '../../engine/ports/usage.ts'
import { createReadUsage, type UsageQuery } from '../../engine/usage/read-usage.ts'
import { firstKept } from '../../engine/usage/usage-retention.ts'
import { ordinaryRole } from '../../testing/ordinary-role.ts'
import { describeWithPostgres, testDatabaseUrl } from '../../testing/servers.ts'
import { givenKey, givenMember } from '../contract/storage-samples.ts'
import { everyTenant } from './postgres-database.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import { sumStatement } from './usage.ts'
import { count } from '../../testing/scale.ts'

const dayMs = 86_400_000
const retention = { days: 400 }
const buckets = Object.keys(bucketMinutes) as readonly UsageBucket[]
const outcomes = ['accepted', 'rate_limit']
/** Keys of the organization, each of them asked in every minute of the year. */
const keyCount = count(10, 200)
const perMinute = 7

type Filled = {
  readonly storage: Storage
  readonly organizationId: OrganizationId
  readonly keys: readonly KeyWithSecrets[]
  /** What the engine says of how it would answer. */
  readonly explain: (text: string) => Promise<string>
  close(): Promise<void>
}

/** As `usage.roll_up` would have left it: every bucket that is kept. */
async function fill(
  storage: Storage,
  write: (text: string) => Promise<void>,
): Promise<Omit<Filled, 'explain' | 'close'>> {
  const { organizationId } = await givenMember(storage)
  const keys = []
  for (let count = 0; count < keyCount; count += 1) keys.push(await givenKey(storage, organizationId))
  const now = Date.now()
  for (const bucket of buckets) {
    const from = firstKept(bucket, now, retention)
    const to = Math.floor(now / 60_000 / bucketMinutes[bucket])
    for (const outcome of outcomes) {
      await write(`insert into key_usage_${bucket}s (key_number, ${bucket}, outcome, count)
        with recursive counted(bucket) as (select ${from} union all select bucket + 1 from counted where bucket < ${to})
        select number, bucket, '${outcome}', ${perMinute * bucketMinutes[bucket]} from api_keys cross join counted`)
    }
  }
  return { storage, organizationId, keys }
}

function describeYear(name: string, open: () => Promise<Filled>): void {
  describe(`a year of usage on ${name}`, () => {
    let filled: Filled
    const longest = { timeout: count(60_000, 600_000) }
    beforeAll(async () => {
      filled = await open()
    }, longest.timeout)
    afterAll(() => filled.close())

    const ask = async (query: UsageQuery) => {
      const read = createReadUsage({ storage: filled.storage, retention })
      const caller = { ...hostCaller(filled.organizationId, { requestId: 'x', ip: null }) }
      const startMs = performance.now()
      const usage = await read({ ...caller, organizationId: filled.organizationId }, query)
      return { usage, tookMs: performance.now() - startMs }
    }
    const ago = (days: number): number => Date.now() - days * dayMs

    test.each<[UsageBucket, number]>([
      ['day', 366],
      ['hour', 60],
      ['minute', 1],
    ])('is told whole by %s, %d days of it, and in what time', longest, async (bucket, days) => {
      const [key] = filled.keys
      const query = { bucket, fromMs: ago(days), toMs: Date.now() }
      const one = await ask({ ...query, ...(key !== undefined && { keyId: key.id }) })
      expect(one.usage.data.length).toBeGreaterThanOrEqual((days * 1_440) / bucketMinutes[bucket])
      const all = await ask(query)
      expect(all.usage.totals.accepted).toBe(one.usage.totals.accepted * keyCount)
      const told = [one.tookMs, all.tookMs].map((ms) => `${ms.toFixed(0)} ms`)
      process.stdout.write(`${name}, ${days} days by ${bucket}: a key ${told[0]}, ${keyCount} keys ${told[1]}\n`)
    })

    test.each(buckets)(
      'by %s no statement looks at more than the keys and the time that are asked for',
      async (bucket) => {
        const to = Math.floor(Date.now() / 60_000 / bucketMinutes[bucket])
        const range = { bucket, from: to - 30, to }
        const numbers = filled.keys.slice(0, 2).map(({ number }) => number)
        const plan = await filled.explain(inlined(sumStatement(numbers, range).compile(compiler)))
        expect(plan).toMatch(new RegExp(`key_usage_${bucket}s.*key_number.*${bucket}`, 's'))
        expect(plan).not.toMatch(/seq scan on key_usage_|SCAN key_usage/i)
      },
    )

    test('the busiest key of it is deleted with all of it, and in what time', longest, async () => {
      const key = filled.keys.at(-1)
      const query = { bucket: 'day', fromMs: ago(366), toMs: Date.now() } as const
      const before = await ask(query)
      const startMs = performance.now()
      await filled.storage.transaction(filled.organizationId, ({ keys }) => keys.delete(key?.number ?? 0))
      const tookMs = performance.now() - startMs
      process.stdout.write(`${name}: the busiest key deleted in ${tookMs.toFixed(0)} ms\n`)
      const { usage } = await ask(query)
      expect(usage.totals.accepted * keyCount).toBe(before.usage.totals.accepted * (keyCount - 1))
    })
  })
}

describeYear('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-year-'))
  const file = join(directory, 'mintmark.db')
  const opened = await openSqlite({ file, clock: { nowMs: Date.now }, random: randomBytes, onFatal: () => {} })
  const { storage, database } = opened
  const write = async (text: string): Promise<void> =>
    void database.slice({ bumps: false }, () => database.prepare(text).run())
  return {
    ...(await fill(storage, write)),
    explain: async (text) =>
      database
        .prepare(`explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail))
        .join('\n'),
    async close() {
      await opened.close()
      rmSync(directory, { recursive: true })
    },
  }
})

describeWithPostgres('PostgreSQL', () => {
  describeYear('PostgreSQL', async () => {
    const role = await ordinaryRole(await testDatabaseUrl())
    const opened = await openPostgres({ url: role.url, nodeLock: 'shared', random: randomBytes, onWarning: () => {} })
    const { storage } = opened
    // Not ours, which gives up a statement that takes as long as writing a year does.
    const client = new Client(role.url)
    await client.connect()
    await client.query(`select set_config('mintmark.tenant', $1, false)`, [everyTenant])
    const filled = await fill(storage, async (text) => void (await client.query(text)))
    await client.query('analyze')
    return {
      ...filled,
      async explain(text) {
        // As an organization sees it, by row-level security.
        await client.query(`begin; set local "mintmark.tenant" = '${filled.organizationId}'`)
        const { rows } = await client.query<Record<string, string>>(`explain ${text}`)
        await client.query('commit')
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      },
      async close() {
        await client.end()
        await opened.close()
        await role.drop()
      },
    }
  })
})

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** All its parameters are numbers. */
function inlined({ sql: text, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] }): string {
  return text.replaceAll(/\$(\d+)/g, (_, index) => String(parameters[Number(index) - 1]))
}
