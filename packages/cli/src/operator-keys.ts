import { Option, type Command } from 'commander'
import { readConfig, runHostCommand } from '@mintmark/server'
import { Failed, type Host } from './host.ts'

/** The host's commands on operator keys: no credential, whoever may read the data dir may use them. */
export function addOperatorKeyCommands(program: Command, host: Host): void {
  const keys = program.command('operator-keys').description('Keys of your own backend, which may do everything')
  keys
    .command('create')
    .description('Mint an operator key and print it: it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--only <what>', 'verify: it can do nothing else').choices(['verify']))
    .option('--json', 'print the whole resource')
    .addHelpText('after', '\nExample:\n  export MINTMARK_API_KEY=$(mintmark operator-keys create --name backend)')
    .action(async (options: { name: string; only?: string; json?: boolean }) => {
      const { name, only = null } = options
      const created = await ask(host, 'operator-keys create', { name, only })
      host.stdout.write(options.json === true ? print(created) : `${textOf(created, 'key')}\n`)
    })
  keys
    .command('list')
    .description('List operator keys, newest first')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: boolean }) => {
      const data = await listAll(host)
      if (options.json === true) host.stdout.write(print(data))
      else for (const key of data) host.stdout.write(`${lineOf(key)}\n`)
    })
  keys
    .command('revoke')
    .argument('<id>', 'key_…')
    .description('Revoke an operator key, at once and for good')
    .option('--yes', 'do not ask')
    .option('--json', 'print the whole resource')
    .action(async (id: string, options: { yes?: boolean; json?: boolean }) => {
      if (options.yes !== true) throw new Failed('This cannot be undone. Say --yes to do it.', 2)
      const revoked = await ask(host, 'operator-keys revoke', { id })
      host.stdout.write(options.json === true ? print(revoked) : `${textOf(revoked, 'id')} is revoked\n`)
    })
}

async function listAll(host: Host): Promise<readonly unknown[]> {
  const data: unknown[] = []
  let cursor: string | null = null
  do {
    const page: unknown = await ask(host, 'operator-keys list', { cursor })
    data.push(...listOf(page))
    cursor = nextCursorOf(page)
  } while (cursor !== null)
  return data
}

async function ask(host: Host, command: string, input: unknown): Promise<unknown> {
  const answer = await runHostCommand(readConfig(host.env), command, input)
  if (!answer.ok) throw new Failed(textOf(answer.body, 'message'))
  return answer.body
}

function lineOf(key: unknown): string {
  return ['id', 'prefix', 'status', 'createdAt', 'name'].map((field) => textOf(key, field)).join('  ')
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name)
  return typeof text === 'string' ? text : ''
}

function listOf(page: unknown): readonly unknown[] {
  const data = fieldOf(page, 'data')
  return Array.isArray(data) ? data : []
}

function nextCursorOf(page: unknown): string | null {
  const cursor = fieldOf(page, 'nextCursor')
  return typeof cursor === 'string' ? cursor : null
}
