import type { Command } from '@commander-js/extra-typings'
import { addExamples } from './examples.ts'
import { Failed, type Host } from './host.ts'
import { withServer } from './with-server.ts'

/** The host's links for people who cannot sign in: whoever can read the data dir may have one. */
export function addSetupLinkCommand(program: Command, host: Host): void {
  const command = program
    .command('setup-link')
    .description('Print a link, good once and for an hour, that makes the first organization and its administrator')
    .option('--reset <email>', 'instead: a link by which the person with this address chooses a new password')
    .option('--without-second-factor', 'with --reset: take away his second factor, which he has lost')
    .action(async ({ reset, withoutSecondFactor = false }) => {
      if (withoutSecondFactor && reset === undefined) throw new Failed('--without-second-factor goes with --reset.')
      host.stdout.write(`${await askForLink(host, reset, withoutSecondFactor)}\n`)
    })
  addExamples(command, 'mintmark setup-link', 'mintmark setup-link --reset ada@example.com')
}

async function askForLink(host: Host, email: string | undefined, withoutSecondFactor: boolean): Promise<string> {
  const { ok, body } = await withServer(({ readConfig, runHostCommand }) =>
    email === undefined
      ? runHostCommand(readConfig(host.env), 'setup-link', null)
      : runHostCommand(readConfig(host.env), 'reset-link', { email, withoutSecondFactor }),
  )
  const { url, message } = { url: '', message: 'Refused.', ...(body as object) }
  if (!ok) throw new Failed(message)
  return url
}
