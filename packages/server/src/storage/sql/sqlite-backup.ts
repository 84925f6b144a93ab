import { execFile } from 'node:child_process'
import { linkSync, rmSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FileInUse, type FileHold, type SqliteDatabase } from './sqlite-database.ts'
import { syncDirectory } from '../sync-directory.ts'

const copyProcess = fileURLToPath(new URL(`./sqlite-copy-process${extname(import.meta.url)}`, import.meta.url))

/** A backup could not be written; the message says why. What was begun is gone again. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed'
}

/**
 * Copies the database as it is at the beginning, checked, to a new file of mode 0600, while it goes on being read and
 * written: what is committed meanwhile stays in the write-ahead log.
 */
export async function backUpSqlite(database: SqliteDatabase, file: string, to: string): Promise<void> {
  const hold = await holdFile(database)
  const draft = `${to}.partial`
  try {
    rmSync(draft, { force: true })
    await promisify(execFile)(process.execPath, ['--no-warnings', copyProcess, file, draft])
    if (!hold.isHeld()) throw new Error('the server was stopped meanwhile')
    linkSync(draft, to)
    syncDirectory(dirname(to))
  } catch (error) {
    throw new BackupFailed(reasonOf(error), { cause: error })
  } finally {
    hold.letGo()
    rmSync(draft, { force: true })
  }
}

async function holdFile(database: SqliteDatabase): Promise<FileHold> {
  try {
    return await database.holdFile()
  } catch (error) {
    throw error instanceof FileInUse ? new BackupFailed(error.message) : error
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = 'stderr' in error ? String(error.stderr) : error.message
  // Of `ENOSPC: no space left on device, copyfile '…'`, the middle.
  return /\bE[A-Z]+: ([^,\n]+)/.exec(text)?.[1] ?? /^\w*Error: (.*)$/m.exec(text)?.[1] ?? error.message
}
