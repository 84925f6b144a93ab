import { closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SQLOutputValue } from 'node:sqlite'
import { DatabaseInUse } from './database-in-use.ts'
import { hash } from 'node:crypto'

/** A file this small is checked whole at each start: 64 MiB take about 0.1 s. */
const maxBytesCheckedAtOpen = 64 * 1024 * 1024

const settings = [
  ['foreign_keys', 'ON', 1],
  // A power cut was measured taking 8 % of acknowledged writes with NORMAL.
  ['synchronous', 'FULL', 2],
  // What is deleted is overwritten with zeros.
  ['secure_delete', 'ON', 1],
  // Sorting must not leave rows in files outside the data directory.
  ['temp_store', 'MEMORY', 2],
  // Functions in a manipulated schema cannot be run by reading it.
  ['trusted_schema', 'OFF', 0],
  // So that REPLACE fires the triggers that refuse a deletion.
  ['recursive_triggers', 'ON', 1],
] as const

/**
 * Opens the file (made with mode 0600), or `:memory:`, for this connection alone, with settings read back.
 * @throws DatabaseInUse when another process, or another connection of this one, has it
 */
export function openSqliteHandle(file: string): DatabaseSync {
  const inMemory = file === ':memory:'
  if (!inMemory) closeSync(openSync(file, 'a', 0o600))
  const handle = new DatabaseSync(file, { timeout: 0 })
  try {
    if (!inMemory) takeFile(handle, file)
    assertSettings(handle, inMemory)
    if (!inMemory && statSync(file).size <= maxBytesCheckedAtOpen) assertUndamaged(handle)
    handle.function('sha256_hex', { deterministic: true, directOnly: true }, sha256OfText)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

/** The pages and the indexes' structure; throws with the first damage found. */
function assertUndamaged(handle: DatabaseSync): void {
  const [first] = handle.prepare('PRAGMA quick_check(1)').all()
  if (first?.['quick_check'] !== 'ok') {
    throw new Error(`The database is damaged: ${String(first?.['quick_check'])}. Restore a backup.`)
  }
}

/** With `locking_mode=EXCLUSIVE` set before the WAL is first used, its index is in this process's memory alone. */
function takeFile(handle: DatabaseSync, file: string): void {
  try {
    pragma(handle, 'locking_mode = EXCLUSIVE')
    pragma(handle, 'journal_mode = WAL')
    handle.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    if (!(error instanceof Error) || !/database is locked/.test(error.message)) throw error
    throw new DatabaseInUse(`${file} is in use by another process; one SQLite file serves one process`, {
      cause: error,
    })
  }
}

function assertSettings(handle: DatabaseSync, inMemory: boolean): void {
  for (const [name, value, expected] of settings) {
    pragma(handle, `${name} = ${value}`)
    expect(handle, name, expected)
  }
  expect(handle, 'journal_mode', inMemory ? 'memory' : 'wal')
  if (!inMemory) expect(handle, 'locking_mode', 'exclusive')
}

function expect(handle: DatabaseSync, name: string, expected: string | number): void {
  const actual = pragma(handle, name)
  if (actual !== expected) throw new Error(`SQLite did not take PRAGMA ${name}: ${String(actual)}, not ${expected}`)
}

function pragma(handle: DatabaseSync, text: string): SQLOutputValue | undefined {
  const [row] = handle.prepare(`PRAGMA ${text}`).all()
  return row === undefined ? undefined : Object.values(row)[0]
}

function sha256OfText(text: SQLOutputValue): string {
  if (typeof text !== 'string') throw new TypeError('sha256_hex takes text')
  return hash('sha256', text)
}
