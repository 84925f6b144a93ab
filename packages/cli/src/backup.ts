import { resolve } from 'node:path'
import type { Command } from '@commander-js/extra-typings'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { requireConsent } from './prompt.ts'
import { withServer } from './with-server.ts'

/** The host's commands on the database as a whole. */
export function addBackupCommands(program: Command, host: Host): void {
  const backup = program
    .command('backup')
    .argument('<file>', 'a new file')
    .description('Copy the SQLite database, whole and consistent, while the server runs')
    .addHelpText(
      'after',
      '\nKeep the pepper and the journal of revocations apart from it: neither is in it.\n' +
        'PostgreSQL has its own tools: pg_dump, or base backups and archived logs.',
    )
    .action(async (file) => {
      await ask(host, 'backup', { file: resolve(file) })
      host.stderr.write(`${file} is written\n`)
    })
  addExamples(backup, 'mintmark backup /mnt/elsewhere/mintmark.db')
  const restoring = program
    .command('restore')
    .argument('[file]', 'what backup has written')
    .option('--yes', 'replace the database that is there')
    .option('--accept', 'take a restored database as it is, without its journal')
    .description('Put a backup in the place of the SQLite database')
    .addHelpText(
      'after',
      '\nThe next start ends again, by the journal, what was revoked or deleted since. Without the journal no key is\n' +
        'answered for until you say: mintmark restore --accept',
    )
    .action(async (file, options) => {
      if (file === undefined && options.accept !== true) throw new Failed('Name a backup, or say --accept.', exitUsage)
      if (file !== undefined) await restore(host, file, options)
      if (options.accept === true) await accept(host)
    })
  addExamples(restoring, 'mintmark restore /mnt/elsewhere/mintmark.db', 'mintmark restore --accept')
}

async function restore(host: Host, file: string, options: { readonly yes?: boolean | undefined }): Promise<void> {
  const mayReplace = async (): Promise<boolean> => {
    await requireConsent(host, options, async () => `Replace the database that is there by ${file}?`)
    return true
  }
  const restored = await withServer(async ({ NotRestored, readConfig, restoreBackup }) =>
    restoreBackup(readConfig(host.env), file, { mayReplace }).catch((error: unknown) => {
      throw error instanceof NotRestored ? new Failed(error.message) : error
    }),
  )
  host.stderr.write(
    restored.hasJournal
      ? `${file} is restored. The next start ends what was revoked or deleted since.\n`
      : `${file} is restored, but its journal is missing: put it back, or say: mintmark restore --accept\n`,
  )
}

async function accept(host: Host): Promise<void> {
  const { body } = await ask(host, 'restore accept', null)
  const accepted = typeof body === 'object' && body !== null && 'accepted' in body && body.accepted === true
  host.stderr.write(
    accepted
      ? 'Accepted: keys are answered for again. What was revoked after the backup may be in force: look through them.\n'
      : 'There is nothing to accept: keys are answered for.\n',
  )
}

async function ask(host: Host, command: string, input: unknown): Promise<{ readonly body: unknown }> {
  const answer = await withServer(({ readConfig, runHostCommand }) =>
    runHostCommand(readConfig(host.env), command, input),
  )
  if (answer.ok) return answer
  const { body } = answer
  throw new Failed(typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : 'Refused.')
}
