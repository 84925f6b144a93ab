import { execFile } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { builtInContract, parseChosenId } from '@mintmark/core'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { openMintmark, type MintmarkOptions, type OpenMintmark } from './create-mintmark.ts'
import { hostCaller, type CallerIn } from './engine/caller.ts'
import { StoreUnavailable } from './engine/ports/unavailable.ts'
import { writeMetrics } from './http/metrics/write-metrics.ts'
import { BrowserClient, goodPassword, setUpInstallation } from './testing/browser-client.ts'
import { findPostgresProgram } from './testing/find-program.ts'
import { expectStatus, reason } from './testing/http-client.ts'
import { openInProcess, type InProcess } from './testing/in-process.ts'
import { metricOf } from './testing/metrics-text.ts'
import { describeWithPostgres, testDatabaseUrl } from './testing/servers.ts'

const origin = { requestId: 'test', ip: null }
const operator = hostCaller(null, origin)
const ended = [401, 'session_expired']

/** A database that is closed, saved and put back, with whatever happened in between. */
type Place = {
  readonly options: MintmarkOptions
  readonly journal: string
  save(): Promise<void>
  putBack(): Promise<void>
}

const directories: string[] = []

function newDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-restoring-'))
  directories.push(directory)
  return directory
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

async function onSqlite(): Promise<Place> {
  const dataDir = newDataDir()
  const [database, saved] = [join(dataDir, 'mintmark.db'), join(dataDir, 'saved.db')]
  return {
    options: { dataDir },
    journal: join(dataDir, 'revocations'),
    save: async () => cpSync(database, saved),
    putBack: async () => cpSync(saved, database),
  }
}

async function onPostgres(): Promise<Place> {
  const [dataDir, databaseUrl] = [newDataDir(), await testDatabaseUrl()]
  const saved = join(dataDir, 'saved.dump')
  const run = async (program: 'pg_dump' | 'pg_restore', ...args: string[]): Promise<void> => {
    await promisify(execFile)(findPostgresProgram(program) ?? program, args)
  }
  return {
    options: { dataDir, databaseUrl },
    journal: join(dataDir, 'revocations'),
    save: () => run('pg_dump', '--format=custom', `--file=${saved}`, databaseUrl),
    putBack: () =>
      run('pg_restore', '--clean', '--if-exists', '--single-transaction', `--dbname=${databaseUrl}`, saved),
  }
}

async function running<T>(place: Place, work: (mintmark: OpenMintmark) => Promise<T>): Promise<T> {
  const log = { write: () => {} }
  const mintmark = await openMintmark({ ...place.options, contract: builtInContract, log })
  try {
    return await work(mintmark)
  } finally {
    await mintmark.close()
  }
}

async function serving<T>({ options }: Place, work: (mintmark: InProcess) => Promise<T>): Promise<T> {
  const mintmark = await openInProcess({ ...options, contract: builtInContract })
  try {
    return await work(mintmark)
  } finally {
    await mintmark.close()
  }
}

describe('restoring on SQLite', () => {
  suite(onSqlite)
})
describeWithPostgres('restoring on PostgreSQL', () => {
  suite(onPostgres)
})

function suite(open: () => Promise<Place>): void {
  test('brings back nothing that was revoked, deleted, rotated or ended since', async () => {
    const place = await open()
    const before = await running(place, async ({ engine }) => {
      const { organizations, keys, operatorKeys } = engine
      for (const id of ['acme', 'gone']) await organizations.create(operator, { id, name: id }, null)
      const mint = async (organization: string, name: string) => {
        const caller = inside(organization)
        const minted = await keys.mint(caller, { name, owner: 'organization', role: 'admin' }, null)
        return { id: minted.value.id, key: minted.value.key ?? '' }
      }
      return {
        kept: await mint('acme', 'kept'),
        revoked: await mint('acme', 'revoked'),
        deleted: await mint('acme', 'deleted'),
        rotated: await mint('acme', 'rotated'),
        orphan: await mint('gone', 'orphan'),
        operatorKey: (await operatorKeys.create(operator, { name: 'leaked' }, null)).value,
      }
    })
    await place.save()
    await running(place, async ({ engine }) => {
      const caller = inside('acme')
      await engine.keys.revoke(caller, before.revoked.id, {}, null)
      await engine.keys.delete(caller, before.deleted.id)
      await engine.keys.rotate(caller, before.rotated.id, { overlapSeconds: 0 }, null)
      await engine.organizations.delete(operator, 'gone')
      await engine.operatorKeys.revoke(operator, before.operatorKey.id, null)
    })
    await place.putBack()
    for (const start of ['first', 'second']) {
      await running(place, async ({ engine }) => {
        const reasonOf = async (key: string): Promise<string | null> => (await engine.verify({ key })).reason
        expect(await reasonOf(before.kept.key), start).toBeNull()
        expect(await reasonOf(before.revoked.key), start).toBe('key_revoked')
        expect(await reasonOf(before.deleted.key), start).toBe('invalid_key')
        expect(await reasonOf(before.rotated.key), start).toBe('key_revoked')
        expect(await reasonOf(before.orphan.key), start).toBe('invalid_key')
        const known = await engine.recognise.any(before.operatorKey.key ?? '')
        expect(known.refusal?.reason, start).toBe('key_revoked')
        const { data } = await engine.keys.list(inside('acme'), {})
        expect(data.map(({ name, status }) => [name, status])).toEqual([
          ['rotated', 'active'],
          ['revoked', 'revoked'],
          ['kept', 'active'],
        ])
      })
    }
  })

  test('signs nobody in again who was signed out since: everybody signs in anew', async () => {
    const place = await open()
    const before = await serving(place, async (mintmark) => {
      const { ada, organizationId, email } = await setUpInstallation(mintmark)
      const phone = new BrowserClient(mintmark.url)
      expectStatus(200, await phone.post('/auth/sign-in', { email, password: goodPassword }))
      const { token } = expectStatus(200, await ada.post('/auth/token', { organizationId }))
      return { ada: ada.cookie, phone: phone.cookie, token }
    })
    await place.save()
    await serving(place, async ({ url }) => {
      expectStatus(204, await new BrowserClient(url, before.phone).post('/auth/sign-out'))
    })
    await place.putBack()
    for (const start of ['first', 'second']) {
      await serving(place, async (mintmark) => {
        for (const cookie of [before.phone, before.ada]) {
          expect(reason(await new BrowserClient(mintmark.url, cookie).get('/auth/me')), start).toEqual(ended)
        }
        expect(reason(await mintmark.client(before.token).get('/v1/me')), start).toEqual(ended)
      })
    }
  })

  /** A database with a key and its journal, both closed. */
  const openOnce = async (): Promise<{ readonly place: Place; readonly key: string }> => {
    const place = await open()
    const key = await running(place, async ({ engine }) => {
      await engine.organizations.create(operator, { id: 'acme', name: 'Acme' }, null)
      const input = { name: 'k', owner: 'organization', role: 'admin' } as const
      return (await engine.keys.mint(inside('acme'), input, null)).value.key ?? ''
    })
    return { place, key }
  }
  const reasonAt = async ({ engine }: OpenMintmark, key: string): Promise<string | null> => {
    try {
      return (await engine.verify({ key })).reason
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'unavailable'
      throw error
    }
  }
  const takeJournalAway = ({ journal }: Place): void => {
    rmSync(journal)
    rmSync(`${journal}.seen`, { force: true })
  }

  test('without the journal no key is answered for until the operator accepts', async () => {
    const { place, key } = await openOnce()
    takeJournalAway(place)
    await running(place, async (mintmark) => {
      const missing = async (): Promise<number> =>
        metricOf(await writeMetrics(mintmark.metrics), 'mintmark_journal_missing')
      expect(await reasonAt(mintmark, key)).toBe('unavailable')
      expect(await missing()).toBe(1)
      expect(existsSync(place.journal), 'none is begun meanwhile').toBe(false)
      // What changes anything is refused too: nothing could be revoked for good.
      await expect(mintmark.engine.organizations.delete(operator, 'acme')).rejects.toThrow(StoreUnavailable)
      expect(await mintmark.host.guard?.accept()).toBe(true)
      expect(await reasonAt(mintmark, key)).toBeNull()
      expect(await missing()).toBe(0)
      expect(await mintmark.host.guard?.accept(), 'nothing is left to accept').toBe(false)
      const { data } = await mintmark.engine.auditEvents.list(operator, { action: 'installation.restored' })
      expect(data).toMatchObject([{ actor: { type: 'host' }, changes: { missingJournals: [expect.any(String)] } }])
    })
    await running(place, async (mintmark) => expect(await reasonAt(mintmark, key)).toBeNull())
  })

  test('a journal that is put back is read again at the next start', async () => {
    const { place, key } = await openOnce()
    const away = `${place.journal}.away`
    renameSync(place.journal, away)
    rmSync(`${place.journal}.seen`, { force: true })
    await running(place, async (mintmark) => expect(await reasonAt(mintmark, key)).toBe('unavailable'))
    renameSync(away, place.journal)
    await running(place, async (mintmark) => expect(await reasonAt(mintmark, key)).toBeNull())
  })

  test('a journal that is damaged where it counts is none; one whose end was torn by a power cut is', async () => {
    const { place, key } = await openOnce()
    await place.save()
    const ids = await running(place, async ({ engine }) => {
      const minted = []
      for (let count = 0; count < 3; count += 1) {
        const input = { name: 'k', owner: 'organization', role: 'admin' } as const
        minted.push((await engine.keys.mint(inside('acme'), input, null)).value.id)
      }
      for (const id of minted) await engine.keys.revoke(inside('acme'), id, {}, null)
      return minted
    })
    expect(ids).toHaveLength(3)
    const whole = readFileSync(place.journal, 'latin1')
    appendFileSync(place.journal, '17000000000 torn')
    await place.putBack()
    await running(place, async (mintmark) => expect(await reasonAt(mintmark, key)).toBeNull())
    const lines = whole.trimEnd().split('\n')
    const [header = '', ...entries] = lines
    expect(entries).toHaveLength(3)
    const changed = (entries[0] ?? '').replace(/[0-9a-f](?=[0-9a-f]{8} )/, (digit) => (digit === '0' ? '1' : '0'))
    expect(changed).not.toBe(entries[0])
    writeFileSync(place.journal, `${[header, changed, ...entries.slice(1)].join('\n')}\n`)
    rmSync(`${place.journal}.seen`, { force: true })
    await place.putBack()
    await running(place, async (mintmark) => expect(await reasonAt(mintmark, key)).toBe('unavailable'))
  })

  test('a place where no journal can be kept is a mistake that is named', async () => {
    const place = await open()
    const directory = newDataDir()
    for (const journalFile of [join(directory, 'nowhere', 'revocations'), directory]) {
      const starting = running({ ...place, options: { ...place.options, journalFile } }, async () => {})
      await expect(starting, journalFile).rejects.toThrow(ConfigError)
      await expect(starting, journalFile).rejects.toThrow('MINTMARK_JOURNAL_FILE')
    }
  })

  test('the journal of another database is a mistake that is named', async () => {
    const [{ place }, other] = [await openOnce(), await openOnce()]
    cpSync(other.place.journal, place.journal)
    const starting = running(place, async () => {})
    await expect(starting).rejects.toThrow(ConfigError)
    await expect(starting).rejects.toThrow('MINTMARK_JOURNAL_FILE')
  })
}

function inside(organization: string): CallerIn {
  const organizationId = parseChosenId('org', organization)
  if (organizationId === null) throw new Error(`${organization} is no id`)
  return { ...hostCaller(organizationId, origin), organizationId }
}
