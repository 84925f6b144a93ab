import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { DatabaseSync } from 'node:sqlite'
import type { OrganizationId } from '@mintmark/core'
import { Client, types } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMintmark, type Mintmark } from '../create-mintmark.ts'
import { RandomMutations, unlimited, type Mutating } from '../testing/random-mutations.ts'
import { describeWithPostgres, testDatabaseUrl } from '../testing/servers.ts'
import { readOperatorKeys, readState, readTrail, replayTrail, type Ask, type State } from '../testing/trail-replay.ts'
import { StoreUnavailable } from './ports/unavailable.ts'
import { RefusedError } from './refused.ts'
import { count } from '../testing/scale.ts'

/** Over both storages: 2,000 in a release, a twentieth of it in CI. */
const [faults, kills] = [count(35, 700), count(15, 300)]
const organizationId = 'acme' as OrganizationId
const worker = new URL('../testing/audit-fault-worker.ts', import.meta.url).pathname
/** Of how many inserts one is faulty. */
const faultyShare = 3

/** A storage with a fault in its audit insert, looked at past every store. */
type Faulty = {
  readonly ask: Ask
  /** From now on an insert fails, as often as `faultyShare` says, in one of these ways. */
  arm(way: string): Promise<void>
  disarm(): Promise<void>
  close(): Promise<void>
}

/** What somebody asked for: what became of it, as far as he was told. */
type Asked = Mutating & { outcome: 'done' | 'refused' | 'failed' | 'unknown' }

/** Each change has its event, each event its change; what was acknowledged is there, what failed is not. */
async function expectAccounted(ask: Ask, asked: readonly Asked[]): Promise<void> {
  const [trail, own] = [await readTrail(ask, organizationId), await readTrail(ask, 'installation')]
  expect([trail.check, own.check]).toMatchObject([{ whole: true }, { whole: true }])
  const ended = own.events.filter(({ action }) => action === 'installation.sessions_ended').map(({ at }) => at)
  expect(sorted(await readState(ask, organizationId))).toEqual(sorted(replayTrail(trail.events, Math.max(0, ...ended))))
  expect(sorted(await readOperatorKeys(ask))).toEqual(sorted(replayTrail(own.events)))
  const told = new Set([...trail.events, ...own.events].map(({ requestId }) => requestId))
  const deleted = new Set(
    asked.filter(({ what, outcome }) => what === 'delete' && outcome !== 'refused').map(({ about }) => about),
  )
  const wrong = asked.filter(({ requestId, outcome, about, what }) => {
    if (outcome === 'refused' || outcome === 'failed') return told.has(requestId)
    // What makes a key has none to be named by beforehand.
    const mayBeErased = /^(mint|import)/.test(what) || (about !== null && deleted.has(about) && what !== 'delete')
    return outcome === 'done' && !told.has(requestId) && !mayBeErased
  })
  expect(wrong).toEqual([])
}

function sorted(state: State): object {
  return Object.fromEntries([...state].toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

function describeFaults(
  name: string,
  ways: readonly string[],
  open: (mintmarkOptions: object) => Promise<{ readonly mintmark: Mintmark; readonly faulty: Faulty }>,
): void {
  describe(`${faults} faults of the audit insert in ${name}`, { timeout: 3_600_000 }, () => {
    let opened: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      opened = await open({ contract: unlimited, log: { write: () => {} } })
    })
    afterAll(async () => {
      await opened.mintmark.close()
      await opened.faulty.close()
    })

    test('no mutation without its event, no event without its mutation', async () => {
      const { mintmark, faulty } = opened
      const mutations = await RandomMutations.create(mintmark.engine, organizationId, 'faulty')
      const asked: Asked[] = []
      let failures = 0
      for (let turn = 0; failures < faults; turn += 1) {
        await faulty.arm(ways[turn % ways.length] ?? '')
        for (let step = 0; step < 10; step += 1) {
          const outcome = await outcomeOf(mutations, (mutating) => asked.push({ ...mutating, outcome: 'unknown' }))
          const last = asked.at(-1)
          if (last !== undefined && last.outcome === 'unknown') last.outcome = outcome
          if (outcome === 'failed' || outcome === 'unknown') failures += 1
        }
        await faulty.disarm()
        if (turn % 5 === 0) await expectAccounted(faulty.ask, asked)
      }
      await expectAccounted(faulty.ask, asked)
      expect(asked.filter(({ outcome }) => outcome === 'done').length).toBeGreaterThan(failures / 2)
      const failed = asked.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown')
      expect(new Set(failed.map(({ what }) => what)).size).toBeGreaterThan(10)
    })
  })
}

async function outcomeOf(mutations: RandomMutations, begin: (mutating: Mutating) => void): Promise<Asked['outcome']> {
  try {
    await mutations.step(begin)
    return 'done'
  } catch (error) {
    if (error instanceof RefusedError) return 'refused'
    return error instanceof StoreUnavailable ? 'unknown' : 'failed'
  }
}

function describeKills(
  name: string,
  place: () => Promise<{ readonly dataDir: string; readonly databaseUrl: string }>,
  look: (place: {
    readonly dataDir: string
    readonly databaseUrl: string
  }) => Promise<{ readonly ask: Ask; close(): Promise<void> }>,
): void {
  test(`kill -9, ${kills} times at the audit insert and at COMMIT, in ${name}`, { timeout: 3_600_000 }, async () => {
    const where = await place()
    const asked: Asked[] = []
    const ways = ['before', 'after', 'soon', 'commit before', 'commit after', 'commit soon']
    for (let turn = 0; turn < kills; turn += 1) {
      asked.push(...(await killAmid(where, turn, ways[turn % ways.length] ?? '')))
      const seen = await look(where)
      await expectAccounted(seen.ask, asked)
      await seen.close()
    }
    expect(asked.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(kills / 2)
    rmSync(where.dataDir, { recursive: true })
  })
}

async function killAmid(
  { dataDir, databaseUrl }: { readonly dataDir: string; readonly databaseUrl: string },
  turn: number,
  when: string,
): Promise<readonly Asked[]> {
  const at = String(1 + Math.floor(Math.random() * 12))
  const args = ['--conditions=mintmark-source', worker, dataDir, databaseUrl, at, when, `kill-${turn}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (child.signalCode !== 'SIGKILL') throw new Error(`The worker ended by itself:\n${errors}`)
  const asked = new Map<string, Asked>()
  for (const line of said.split('\n')) {
    const [verb] = line.split(' ', 1)
    const rest = line.slice(line.indexOf(' ') + 1)
    if (verb === 'begin') {
      const mutating = JSON.parse(rest) as Mutating
      asked.set(mutating.requestId, { ...mutating, outcome: 'unknown' })
    }
    const known = asked.get(rest)
    if (known !== undefined && (verb === 'done' || verb === 'refused')) known.outcome = verb
  }
  return [...asked.values()]
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'mintmark-faults-'))

/** The handles that are opened from now on: this process's own way past the lock on its file. */
function catchHandles(): { readonly handles: readonly DatabaseSync[]; release(): void } {
  const handles: DatabaseSync[] = []
  const prepare = Reflect.get(DatabaseSync.prototype, 'prepare')
  DatabaseSync.prototype.prepare = function (sql) {
    if (!handles.includes(this)) handles.push(this)
    return prepare.call(this, sql)
  }
  return { handles, release: () => void (DatabaseSync.prototype.prepare = prepare) }
}

describeFaults('SQLite', ['abort', 'fail', 'rollback'], async (options) => {
  const dataDir = temporary()
  const caught = catchHandles()
  const mintmark = await createMintmark({ ...options, dataDir })
  caught.release()
  const handle = caught.handles.at(-1)
  if (handle === undefined) throw new Error('No database was opened')
  const faulty: Faulty = {
    ask: async (sql) => handle.prepare(sql).all(),
    async arm(way) {
      handle.exec(`create trigger faulty before insert on audit_events
        when abs(random()) % ${faultyShare} = 0 begin select raise(${way}, 'injected'); end`)
    },
    disarm: async () => handle.exec('drop trigger faulty'),
    close: async () => rmSync(dataDir, { recursive: true }),
  }
  return { mintmark, faulty }
})

describeKills(
  'SQLite',
  async () => ({ dataDir: temporary(), databaseUrl: '' }),
  async ({ dataDir }) => {
    const copy = temporary()
    for (const name of ['mintmark.db', 'mintmark.db-wal']) {
      if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(copy, name))
    }
    const database = new DatabaseSync(join(copy, 'mintmark.db'))
    return {
      ask: async (sql) => database.prepare(sql).all(),
      async close() {
        database.close()
        rmSync(copy, { recursive: true })
      },
    }
  },
)

describeWithPostgres('PostgreSQL', () => {
  const connect = async (url: string): Promise<Client> => {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    client.setTypeParser(types.builtins.INT8, Number)
    await client.connect()
    await client.query(`set "mintmark.tenant" = '*'`)
    return client
  }
  const wayOf: Readonly<Record<string, string>> = {
    exception: `raise exception 'injected'`,
    'serialization failure': `raise exception 'injected' using errcode = 'serialization_failure'`,
    'disk full': `raise exception 'injected' using errcode = 'disk_full'`,
    'query cancelled': `raise exception 'injected' using errcode = 'query_canceled'`,
    'connection lost': 'perform pg_terminate_backend(pg_backend_pid())',
  }

  describeFaults('PostgreSQL', Object.keys(wayOf), async (options) => {
    const [databaseUrl, dataDir] = [await testDatabaseUrl(), temporary()]
    const mintmark = await createMintmark({ ...options, databaseUrl, dataDir })
    const client = await connect(databaseUrl)
    const faulty: Faulty = {
      ask: async (sql) => (await client.query(sql)).rows,
      async arm(way) {
        await client.query(`create or replace function faulty() returns trigger language plpgsql as $$ begin
            if random() < 1.0 / ${faultyShare} then ${wayOf[way]}; end if; return new; end $$;
          create trigger faulty before insert on audit_events for each row execute function faulty()`)
      },
      disarm: async () => void (await client.query('drop trigger faulty on audit_events')),
      async close() {
        await client.end()
        rmSync(dataDir, { recursive: true })
      },
    }
    return { mintmark, faulty }
  })

  describeKills(
    'PostgreSQL',
    async () => ({ dataDir: temporary(), databaseUrl: await testDatabaseUrl() }),
    async ({ databaseUrl }) => {
      const client = await connect(databaseUrl)
      // What the killed process had sent is still done, or undone, by the server.
      const others = 'select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
      while ((await client.query(`${others} and backend_type = 'client backend'`)).rows.length > 0) await sleep(20)
      return { ask: async (sql) => (await client.query(sql)).rows, close: () => client.end() }
    },
  )
})
