import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteHandle } from './sqlite-open.ts'

/** The file is no backup of ours, or a damaged one; the message says which. */
export class NotABackup extends Error {
  override readonly name = 'NotABackup'
}

/**
 * Reads a backup through.
 * @throws NotABackup
 */
export function inspectBackup(file: string): { readonly installationId: string } {
  if (!existsSync(file)) throw new NotABackup('there is no such file')
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(file, { readOnly: true })
    const [first] = database.prepare('PRAGMA integrity_check(1)').all()
    if (first?.['integrity_check'] !== 'ok')
      throw new NotABackup(`it is damaged: ${String(first?.['integrity_check'])}`)
    const id = database.prepare('select installation_id from installation').get()?.['installation_id']
    if (typeof id !== 'string') throw new NotABackup('it holds no installation')
    return { installationId: id }
  } catch (error) {
    if (error instanceof NotABackup) throw error
    throw new NotABackup('it is no database of Mintmark’s', { cause: error })
  } finally {
    database?.close()
  }
}

/**
 * Puts a backup in the place of the database, all of it or nothing.
 * @throws DatabaseInUse while a process has the database
 */
export function placeBackup(backup: string, file: string): void {
  const draft = `${file}.restored`
  copyFileSync(backup, draft)
  sync(draft, 'r+')
  if (existsSync(file)) takeAway(file)
  // A log that is left would be read into the restored database.
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  sync(dirname(file), 'r')
  renameSync(draft, file)
  sync(dirname(file), 'r')
}

/** Brings the log of the database that is to be replaced into its file, and sees that nobody has it. */
function takeAway(file: string): void {
  try {
    openSqliteHandle(file).close()
  } catch (error) {
    // A damaged one is why backups are restored.
    if (error instanceof Error && error.name === 'DatabaseInUse') throw error
  }
}

function sync(path: string, flags: string): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
