import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { builtInContract } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfig, type Config } from './config.ts'
import { openMintmark, type OpenMintmark } from './create-mintmark.ts'
import { hostCaller } from './engine/caller.ts'
import { NotRestored, restoreBackup } from './restore-backup.ts'
import { serve } from './serve.ts'
import { DatabaseInUse } from './storage/sql/database-in-use.ts'

const operator = hostCaller(null, { requestId: 'test', ip: null })
const log = { write: () => {} }
const yes = async (): Promise<boolean> => true
const no = async (): Promise<boolean> => false

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-restore-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const configOf = (name: string): Config => readConfig({ MINTMARK_DATA_DIR: join(directory, name), MINTMARK_PORT: '0' })
const open = async ({ dataDir }: Config): Promise<OpenMintmark> =>
  openMintmark({ contract: builtInContract, dataDir, log })
const databaseOf = ({ dataDir }: Config): string => join(dataDir, 'mintmark.db')

/** A data dir with one organization, and a backup of it. */
async function given(name: string): Promise<{ readonly config: Config; readonly backup: string }> {
  const config = configOf(name)
  const backup = join(directory, `${name}.saved`)
  const mintmark = await open(config)
  await mintmark.engine.organizations.create(operator, { id: name, name }, null)
  await mintmark.host.backUp?.(backup)
  await mintmark.close()
  return { config, backup }
}

const organizationsOf = async (config: Config): Promise<readonly string[]> => {
  const mintmark = await open(config)
  const { data } = await mintmark.engine.organizations.list({})
  await mintmark.close()
  return data.map(({ id }) => id)
}

describe('a backup is put in the place of the database', () => {
  test('with nothing left of what was there, its log least of all', async () => {
    const { config, backup } = await given('acme')
    const mintmark = await open(config)
    await mintmark.engine.organizations.create(operator, { id: 'later', name: 'Later' }, null)
    // As by a crash: what was committed last is in the log alone.
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(databaseOf(config) + suffix))
        copyFileSync(databaseOf(config) + suffix, join(directory, `x${suffix}`))
    }
    await mintmark.close()
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(join(directory, `x${suffix}`)))
        copyFileSync(join(directory, `x${suffix}`), databaseOf(config) + suffix)
    }
    expect(await restoreBackup(config, backup, { mayReplace: yes })).toEqual({ hasJournal: true })
    expect(await organizationsOf(config)).toEqual(['acme'])
  })

  test('where there is none, and its journal is missing then', async () => {
    const { backup } = await given('acme')
    const fresh = configOf('fresh')
    expect(await restoreBackup(fresh, backup, { mayReplace: no })).toEqual({ hasJournal: false })
    expect(existsSync(databaseOf(fresh))).toBe(true)
  })

  test('in the place of one that is damaged, whose log would still be read', async () => {
    const { config, backup } = await given('acme')
    const mintmark = await open(config)
    await mintmark.engine.organizations.create(operator, { id: 'later', name: 'Later' }, null)
    const log = readFileSync(`${databaseOf(config)}-wal`)
    expect(log.length).toBeGreaterThan(0)
    await mintmark.close()
    writeFileSync(databaseOf(config), 'nothing of a database')
    writeFileSync(`${databaseOf(config)}-wal`, log)
    await restoreBackup(config, backup, { mayReplace: yes })
    expect(await organizationsOf(config)).toEqual(['acme'])
  })
})

describe('nothing is restored, and the database stays as it was,', () => {
  const refused = async (config: Config, backup: string, reason: string, mayReplace = yes): Promise<void> => {
    const before = existsSync(databaseOf(config)) ? readFileSync(databaseOf(config)) : null
    const restoring = restoreBackup(config, backup, { mayReplace })
    await expect(restoring).rejects.toThrow(NotRestored)
    await expect(restoring).rejects.toThrow(reason)
    if (before !== null) expect(readFileSync(databaseOf(config)).equals(before)).toBe(true)
  }

  test('unless it is said that it may be replaced', async () => {
    const { config, backup } = await given('acme')
    await refused(config, backup, 'There is a database already', no)
  })

  test('from what is no backup', async () => {
    const { config, backup } = await given('acme')
    await refused(config, join(directory, 'nothing'), 'there is no such file')
    writeFileSync(join(directory, 'text'), 'hello')
    await refused(config, join(directory, 'text'), 'it is no database of Mintmark’s')
    new DatabaseSync(join(directory, 'other')).exec('create table x (y); insert into x values (1)')
    await refused(config, join(directory, 'other'), 'it is no database of Mintmark’s')
    truncateSync(backup, 8_192)
    await refused(config, backup, 'is no backup')
  })

  test('from a backup that was damaged', async () => {
    const { config, backup } = await given('acme')
    const database = new DatabaseSync(backup, { readOnly: true })
    const found = database.prepare("select rootpage from sqlite_master where name = 'organizations'").get()
    const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.['page_size'])
    database.close()
    const end = Number(found?.['rootpage']) * pageBytes
    const bytes = readFileSync(backup)
    bytes.fill(0xff, end - pageBytes, end)
    writeFileSync(backup, bytes)
    await refused(config, backup, 'it is damaged')
  })

  test('from another database than the one whose journal is there', async () => {
    const [{ config }, other] = [await given('acme'), await given('other')]
    await refused(config, other.backup, 'is the journal of another database')
  })

  test('while a server runs on it', async () => {
    const { config, backup } = await given('acme')
    const served = await serve(config)
    await expect(restoreBackup(config, backup, { mayReplace: yes })).rejects.toThrow('Stop it first')
    await served.drain()
  })

  test('while another process has it, that answers no socket', async () => {
    const { config, backup } = await given('acme')
    const mintmark = await open(config)
    await expect(restoreBackup(config, backup, { mayReplace: yes })).rejects.toThrow(DatabaseInUse)
    await mintmark.close()
  })

  test('onto PostgreSQL', async () => {
    const { config, backup } = await given('acme')
    const cluster = { ...config, databaseUrl: 'postgres://127.0.0.1/x' }
    await expect(restoreBackup(cluster, backup, { mayReplace: yes })).rejects.toThrow('pg_restore')
  })
})
