import { Command, CommanderError } from 'commander'
import { ConfigError, DatabaseInUse, exitConfig, StoreFull, StoreUnavailable } from '@mintmark/server'
import { addContractCommands } from './contract.ts'
import { exitFailed, exitOk, exitUsage, Failed, type Host } from './host.ts'
import { addOperatorKeyCommands } from './operator-keys.ts'
import { addServeCommand } from './serve.ts'

/** Runs one command line. Data goes to standard output, words to standard error. Answers the exit code. */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  const program = new Command('mintmark')
    .description('API keys for your customers: minted, verified, limited, rotated and revoked exactly and at once.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => host.stdout.write(text), writeErr: (text) => host.stderr.write(text) })
    .showHelpAfterError('(mintmark --help shows what can be done)')
  addServeCommand(program, host)
  addOperatorKeyCommands(program, host)
  addContractCommands(program, host)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitOk
  } catch (error) {
    return explain(error, host)
  }
}

function explain(error: unknown, host: Host): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitOk : exitUsage
  if (error instanceof ConfigError) {
    for (const mistake of error.mistakes) host.stderr.write(`${mistake}\n`)
    return exitConfig
  }
  if (error instanceof DatabaseInUse) {
    host.stderr.write(`${error.message}\n`)
    return exitConfig
  }
  if (error instanceof StoreFull) {
    host.stderr.write('The disk of the data directory has no room. Free some, and do it again.\n')
    return exitFailed
  }
  if (error instanceof StoreUnavailable) {
    host.stderr.write('The database does not answer. Is it running, and is MINTMARK_DATABASE_URL right?\n')
    return exitFailed
  }
  if (error instanceof Failed) {
    host.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  host.stderr.write(`mintmark: ${error instanceof Error ? error.message : String(error)}\n`)
  return exitFailed
}
