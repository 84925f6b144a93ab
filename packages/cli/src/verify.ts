import { Option, type Command } from '@commander-js/extra-typings'
import type { Question } from '@mintmark/sdk'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitFailed, exitUsage, Failed, type Host } from './host.ts'
import { given, readCount, readNames } from './option-values.ts'
import { printFields, toJson } from './print.ts'
import { askSecret, canAsk } from './prompt.ts'
import { readSecret } from './read-secret.ts'

/** The key that is judged comes from a file, standard input or a prompt, never from the command line. */
export function addVerifyCommand(program: Command, host: Host): void {
  const verify = withConnection(
    program
      .command('verify')
      .description('Judge a key or a session token, as your backend would: exit 0 if it is accepted, else 1')
      .option('--key-file <file>', 'read the key from there. Default: standard input, or you are asked')
      .option('--permission <names>', 'it must have all of these', readNames)
      .option('--any-permission <names>', 'it must have one of these', readNames)
      .option('--role <names>', 'it must have one of these', readNames)
      .option('--project <id>', 'it must be good for this project')
      .option('--organization-wide', 'it must not be bound to a project')
      .addOption(new Option('--environment <which>', 'it must be of this one').choices(['live', 'test'] as const))
      .option('--client-ip <address>', 'where it comes from, for keys with a list of addresses')
      .option('--cost <n>', 'what it spends from its window; 0 only looks', readCount),
  ).action(async (options) => {
    if (options.permission !== undefined && options.anyPermission !== undefined) {
      throw new Failed('Say --permission or --any-permission, not both.', exitUsage)
    }
    if (options.apiKeyFile === '-' && (options.keyFile ?? '-') === '-') {
      throw new Failed('Standard input holds one of the two: say --key-file, or another --api-key-file.', exitUsage)
    }
    const key = await readKey(host, options.keyFile)
    const { anyPermission, permission } = options
    const question: Question = {
      key,
      ...given({
        permission: permission === undefined ? anyPermission && { any: anyPermission } : { all: permission },
        roles: options.role,
        projectId: options.project,
        organizationWide: options.organizationWide,
        environment: options.environment,
        clientIp: options.clientIp,
        cost: options.cost,
      }),
    }
    await withMintmark(host, options, async (mintmark) => {
      const verdict = await mintmark.verify(question)
      const { valid, status, reason, message, key: holder, session, rateLimit } = verdict
      if (options.json === true) host.stdout.write(toJson(verdict))
      else printFields(host, {}, { valid, status, reason, ...holder, ...session, ...rateLimit })
      if (!valid) throw new Failed(message ?? 'Refused.', exitFailed)
    })
  })
  addExamples(
    verify,
    'printenv KEY | mintmark verify --permission sites:read',
    'mintmark verify --key-file key.txt --cost 0 --json',
  )
}

async function readKey(host: Host, file: string | undefined): Promise<string> {
  return file === undefined && canAsk(host) ? (await askSecret('Key')).trim() : readSecret(host, file ?? '-')
}
