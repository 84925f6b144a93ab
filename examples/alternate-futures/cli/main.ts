import { parseArgs } from 'node:util'
import { AlternateFuturesError, AlternateFuturesSdk } from '@alternatefutures/sdk'
import { apiKeyCommands } from './api-keys.ts'
import { CommandError, exitCodes, print, type Command } from './command.ts'

const usage = `Usage: af <command> [--api-key <key>] [--json]

  af agents list
  af sites list
  af storage list
  af api-keys list
  af api-keys create <name> [--permission <name>]… [--expires-at <time>] [--environment live|test]
  af api-keys revoke <id> [--yes]
  af api-keys delete <id> [--yes]

The key is that of --api-key, else of AF_API_KEY, where fewer can read it. Keys are managed with a person's session token.
AF_API_URL says where the API is.`

const options = {
  'api-key': { type: 'string' },
  json: { type: 'boolean', default: false },
  permission: { type: 'string', multiple: true },
  'expires-at': { type: 'string' },
  environment: { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const commands: Readonly<Record<string, Command>> = {
  'agents list': ({ af, asJson }) => list(af.agents, ['id', 'name', 'createdAt'], asJson),
  'sites list': ({ af, asJson }) => list(af.sites, ['id', 'name', 'domain', 'createdAt'], asJson),
  'storage list': ({ af, asJson }) => list(af.storage, ['id', 'name', 'createdAt'], asJson),
  ...apiKeyCommands,
}

async function list(collection: AlternateFuturesSdk['sites'], columns: readonly string[], asJson: boolean) {
  print(await collection.list(), columns, asJson)
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (values.help) return console.log(usage)
  const [noun, verb, argument, ...more] = positionals
  const command = commands[`${noun} ${verb}`]
  const isTooMuch = more.length > 0 || (verb === 'list' && argument !== undefined)
  if (command === undefined || isTooMuch) throw new CommandError(usage, exitCodes.usage)
  const apiKey = values['api-key'] ?? process.env['AF_API_KEY'] ?? ''
  if (apiKey === '') throw new CommandError('Say which key: AF_API_KEY, or --api-key.', exitCodes.noCredential)
  const { json: asJson, permission: permissions = [], 'expires-at': expiresAt, environment, yes: isConfirmed } = values
  const af = new AlternateFuturesSdk({ apiKey })
  return command({ af, argument, asJson, permissions, expiresAt, environment, isConfirmed })
}

try {
  await run()
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (!(isUsage || error instanceof CommandError || error instanceof AlternateFuturesError)) throw error
  console.error(error.message)
  if (error instanceof CommandError) process.exitCode = error.exitCode
  else process.exitCode = isUsage ? exitCodes.usage : exitCodes.refused
}
