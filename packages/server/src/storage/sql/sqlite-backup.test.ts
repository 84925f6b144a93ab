import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenMember } from '../contract/storage-samples.ts'
import { BackupFailed } from './sqlite-backup.ts'
import { openSqlite, type SqliteStorage } from './sqlite.ts'

let directory: string
let sqlite: SqliteStorage

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-backup-'))
  sqlite = await openSqlite({
    file: join(directory, 'mintmark.db'),
    clock: { nowMs: Date.now },
    random: randomBytes,
    onFatal: (error) => {
      throw error
    },
  })
})
afterEach(async () => {
  await sqlite.close()
  rmSync(directory, { recursive: true })
})

const pathOf = (name: string): string => join(directory, name)
const organizationsIn = (file: string): number => {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    return database.prepare('select 1 from organizations').all().length
  } finally {
    database.close()
  }
}
/** Writes an organization in each turn of the event loop, and answers how many. */
const writeUntil = async (signal: AbortSignal): Promise<number> => {
  let written = 0
  while (!signal.aborted) {
    await givenMember(sqlite.storage)
    written += 1
    await nextTurn()
  }
  return written
}
const leftOf = (backup: string): readonly string[] => readdirSync(directory).filter((name) => name.startsWith(backup))

test('a backup is the database as it was when it began, one file for its owner, and what is written meanwhile is not lost', async () => {
  for (let count = 0; count < 5; count += 1) await givenMember(sqlite.storage)
  const over = new AbortController()
  const writing = writeUntil(over.signal)
  await sqlite.backUp(pathOf('saved.db'))
  over.abort()
  const written = 5 + (await writing)
  expect(written).toBeGreaterThan(10)
  expect(leftOf('saved.db')).toEqual(['saved.db'])
  expect(statSync(pathOf('saved.db')).mode & 0o777).toBe(0o600)
  const saved = organizationsIn(pathOf('saved.db'))
  expect(saved).toBeGreaterThanOrEqual(5)
  expect(saved).toBeLessThan(written)
  await sqlite.backUp(pathOf('again.db'))
  expect(organizationsIn(pathOf('again.db'))).toBe(written)
})

test('nothing is written over, and what was begun is gone', async () => {
  writeFileSync(pathOf('taken'), 'mine')
  await expect(sqlite.backUp(pathOf('taken'))).rejects.toThrow(BackupFailed)
  await expect(sqlite.backUp(pathOf('nowhere/saved.db'))).rejects.toThrow('no such file or directory')
  expect(statSync(pathOf('taken')).size).toBe(4)
  expect(readdirSync(directory).filter((name) => name.includes('partial'))).toEqual([])
})

test('of two at once one is refused and leaves the other alone', async () => {
  const first = sqlite.backUp(pathOf('saved.db'))
  await expect(sqlite.backUp(pathOf('saved.db'))).rejects.toThrow('another one is being written')
  await first
  expect(organizationsIn(pathOf('saved.db'))).toBe(0)
  await sqlite.backUp(pathOf('next.db'))
})

test('one that outlives the database is none', async () => {
  const [outcome] = await Promise.allSettled([
    sqlite.backUp(pathOf('saved.db')),
    // It has begun by then: the log is brought into the file in the step of asking.
    nextTurn().then(() => sqlite.close()),
  ])
  expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the server was stopped meanwhile' } })
  expect(existsSync(pathOf('saved.db'))).toBe(false)
})

test('the log is brought into the file again afterwards', async () => {
  await sqlite.backUp(pathOf('saved.db'))
  const log = pathOf('mintmark.db-wal')
  for (let count = 0; count < 2_000; count += 1) await givenMember(sqlite.storage)
  // SQLite's own default keeps it at some 1,000 pages of 4 KiB.
  expect(statSync(log).size).toBeLessThan(10_000_000)
})
