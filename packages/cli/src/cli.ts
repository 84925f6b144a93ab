import { Command, CommanderError } from '@commander-js/extra-typings'
import { addAuditCommands } from './audit.ts'
import { addBackupCommands } from './backup.ts'
import { addCompletion } from './completion.ts'
import { addContractCommands } from './contract.ts'
import { addExamples } from './examples.ts'
import { exitFailed, exitOk, exitUsage, Failed, type Host } from './host.ts'
import { addInitCommand } from './init.ts'
import { addKeyCommands } from './keys.ts'
import { addLoginCommand } from './login.ts'
import { addMeCommand } from './me.ts'
import { addMemberCommands } from './members.ts'
import { addOperatorKeyCommands } from './operator-keys.ts'
import { addOrganizationCommands } from './organizations.ts'
import { addPepperCommands } from './pepper.ts'
import { addProfileCommands } from './profiles.ts'
import { addProjectCommands } from './projects.ts'
import { addServeCommand } from './serve.ts'
import { addSetupLinkCommand } from './setup-link.ts'
import { addUsageCommand } from './usage.ts'
import { addVerifyCommand } from './verify.ts'
import { version } from './version.ts'
import { addWebhookCommands } from './webhooks.ts'

/** Runs one command line. Data goes to standard output, words to standard error. Answers the exit code. */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  const program = createProgram(host)
  try {
    await addCompletion(program, args, host)
    await program.parseAsync(args, { from: 'user' })
    return exitOk
  } catch (error) {
    return explain(error, host)
  }
}

/** All commands but `completion`, which looks at these. */
export function createProgram(host: Host): Command {
  const program = new Command('mintmark')
    .description('API keys for your customers: minted, verified, limited, rotated and revoked exactly and at once.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => host.stdout.write(text), writeErr: (text) => host.stderr.write(text) })
    .showHelpAfterError('(mintmark --help shows what can be done)')
  program.commandsGroup('On a server, with a credential:')
  addKeyCommands(program, host)
  addMeCommand(program, host)
  addVerifyCommand(program, host)
  addOrganizationCommands(program, host)
  addMemberCommands(program, host)
  addProjectCommands(program, host)
  addWebhookCommands(program, host)
  addUsageCommand(program, host)
  addProfileCommands(program, host)
  addLoginCommand(program, host)
  program.commandsGroup('Where the server runs:')
  addServeCommand(program, host)
  addSetupLinkCommand(program, host)
  addOperatorKeyCommands(program, host)
  addAuditCommands(program, host)
  addBackupCommands(program, host)
  addPepperCommands(program, host)
  program.commandsGroup('Anywhere:')
  addInitCommand(program, host)
  addContractCommands(program, host)
  addExamples(
    program,
    'mintmark serve',
    'export MINTMARK_API_KEY=$(mintmark operator-keys create --name laptop)',
    'mintmark keys list --organization acme',
  )
  return program
}

function explain(error: unknown, host: Host): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitOk : exitUsage
  if (error instanceof Failed) {
    host.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  host.stderr.write(`mintmark: ${error instanceof Error ? error.message : String(error)}\n`)
  return exitFailed
}
