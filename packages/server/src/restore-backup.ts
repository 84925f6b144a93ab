import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { askAdminSocket } from './admin-client.ts'
import type { Config } from './config.ts'
import { openDataDir } from './data-dir.ts'
import { journalsAtHand } from './storage/journal/journals-at-hand.ts'
import { inspectBackup, NotABackup, placeBackup } from './storage/sql/sqlite-restore.ts'

/** Nothing was restored; the message says why, and what to do. */
export class NotRestored extends Error {
  override readonly name = 'NotRestored'
}

export type RestoreOptions = {
  /** Asked once nothing else speaks against it, where there is a database already. What it throws goes on. */
  readonly mayReplace: () => Promise<boolean>
}

/**
 * Puts a backup in the place of the data dir's SQLite database. What ended since is ended again by the next start.
 *
 * @returns whether the journal is there that knows what that was
 * @throws NotRestored
 * @throws DatabaseInUse
 */
export async function restoreBackup(
  { databaseUrl, dataDir, journalFile }: Config,
  backup: string,
  options: RestoreOptions,
): Promise<{ readonly hasJournal: boolean }> {
  if (databaseUrl !== null) {
    throw new NotRestored('Restore PostgreSQL with its own tools, such as pg_restore: see the README.')
  }
  if ((await askAdminSocket(dataDir, 'ping', null)) !== null) {
    throw new NotRestored(`A server is running on ${dataDir}. Stop it first.`)
  }
  const { installationId } = inspect(backup)
  const [journal] = journalsAtHand(journalFile, { areShared: false }).found
  const journalOf = journal?.contents?.header.installationId
  if (journalOf !== undefined && journalOf !== installationId) {
    throw new NotRestored(`${journalFile} is the journal of another database than ${backup}.`)
  }
  openDataDir(dataDir)
  const file = join(dataDir, 'mintmark.db')
  if (existsSync(file) && !(await options.mayReplace())) {
    throw new NotRestored('There is a database already, and it may not be replaced.')
  }
  placeBackup(backup, file)
  return { hasJournal: journalOf !== undefined }
}

function inspect(backup: string): { readonly installationId: string } {
  try {
    return inspectBackup(backup)
  } catch (error) {
    if (error instanceof NotABackup) throw new NotRestored(`${backup} is no backup: ${error.message}.`)
    throw error
  }
}
