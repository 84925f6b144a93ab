import { Option, type Command } from '@commander-js/extra-typings'
import { addExamples } from './examples.ts'
import { Failed, type Host } from './host.ts'
import { printList, toJson } from './print.ts'
import { requireConsent } from './prompt.ts'
import { withServer } from './with-server.ts'

/** The host's commands on operator keys: no credential, whoever may read the data dir may use them. */
export function addOperatorKeyCommands(program: Command, host: Host): void {
  const keys = program.command('operator-keys').description('Keys of your own backend, which may do everything')
  const create = keys
    .command('create')
    .description('Mint an operator key and print it: it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--only <what>', 'verify: it can do nothing else').choices(['verify'] as const))
    .option('--json', 'print the whole resource')
    .action(async (options) => {
      const { name, only = null } = options
      const created = await ask(host, 'operator-keys create', { name, only })
      host.stdout.write(options.json === true ? toJson(created) : `${textOf(created, 'key')}\n`)
    })
  addExamples(
    create,
    'export MINTMARK_API_KEY=$(mintmark operator-keys create --name backend)',
    'mintmark operator-keys create --name gateway --only verify',
  )
  const list = keys
    .command('list')
    .description('List operator keys, newest first')
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const columns = ['id', 'prefix', 'status', 'createdAt', 'name']
      printList(
        host,
        options,
        await listAll(host),
        columns.map((field) => [field, (key) => textOf(key, field)] as const),
      )
    })
  addExamples(list, 'mintmark operator-keys list')
  const revoke = keys
    .command('revoke')
    .argument('<id>', 'key_…')
    .description('Revoke an operator key, at once and for good')
    .option('--yes', 'do not ask')
    .option('--json', 'print the whole resource')
    .action(async (id, options) => {
      await requireConsent(host, options, async () => `Revoke ${id} for good?`)
      const revoked = await ask(host, 'operator-keys revoke', { id })
      host.stdout.write(options.json === true ? toJson(revoked) : `${textOf(revoked, 'id')} is revoked\n`)
    })
  addExamples(revoke, 'mintmark operator-keys revoke key_…')
  addExamples(
    keys,
    'export MINTMARK_API_KEY=$(mintmark operator-keys create --name backend)',
    'mintmark operator-keys list',
  )
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
  const answer = await withServer(({ readConfig, runHostCommand }) =>
    runHostCommand(readConfig(host.env), command, input),
  )
  if (!answer.ok) throw new Failed(textOf(answer.body, 'message'))
  return answer.body
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
