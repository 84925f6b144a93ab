import { Option, type Command } from '@commander-js/extra-typings'
import type { ApiKey } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { addImportCommand } from './keys-import.ts'
import {
  given,
  readCount,
  readDuration,
  readFuture,
  readNames,
  readPair,
  readPast,
  windowOption,
} from './option-values.ts'
import { printDone, printFields, printList, toJson, type Column } from './print.ts'
import { requireConsent } from './prompt.ts'

const environments = ['live', 'test'] as const
const columns: readonly Column<ApiKey>[] = [
  ['id', ({ id }) => id],
  ['prefix', ({ prefix }) => prefix],
  ['status', ({ status }) => status],
  ['environment', ({ environment }) => environment],
  ['project', ({ projectId }) => projectId],
  ['owner', ({ owner }) => (owner.type === 'member' ? owner.userId : `organization (${owner.role})`)],
  ['last used', ({ lastUsedAt }) => lastUsedAt],
  ['expires', ({ expiresAt }) => expiresAt],
  ['name', ({ name }) => name],
]

export function addKeyCommands(program: Command, host: Host): void {
  const keys = program.command('keys').description('API keys: mint, find, rotate, revoke, delete, import')
  addCreate(keys, host)
  addList(keys, host)
  addShow(keys, host)
  addRotate(keys, host)
  addRevoke(keys, host)
  addDelete(keys, host)
  addImportCommand(keys, host)
  addExamples(
    keys,
    'mintmark keys create --name ci --permission sites:read --expires-at 90d',
    'mintmark keys list --status active --unused-since 30d',
    'mintmark keys rotate key_… --overlap 24h',
  )
}

function addCreate(keys: Command, host: Host): void {
  const create = withConnection(
    keys
      .command('create')
      .description('Mint a key and print it: it is shown this once')
      .requiredOption('--name <name>', 'what it is for')
      .addOption(new Option('--scope <scope>', 'default: organization').choices(['organization', 'project'] as const))
      .option('--project <id>', 'bind it to this project')
      .addOption(new Option('--environment <which>', 'default: live').choices(environments))
      .option('--permission <names>', 'grant these and no others. Default: all that its scope and role give', readNames)
      .option('--no-permissions', 'grant nothing')
      .option('--expires-at <when>', '2027-01-31, 2027-01-31T12:00:00Z, or 90d for in 90 days', readFuture)
      .addOption(new Option('--owner <whose>', 'default: member').choices(['member', 'organization'] as const))
      .option('--role <name>', 'with --owner organization: what bounds its rights')
      .option('--requests <n>', 'as an operator: how many it may make in each --window', readCount)
      .addOption(windowOption())
      .option('--allow <networks>', 'only from there: 192.0.2.0/24,2001:db8::/32', readNames)
      .option('--metadata <name=value>', 'kept with it; may be said several times', readPair),
  ).action(async (options) => {
    const { permission, permissions, requests } = options
    if (permission !== undefined && !permissions) {
      throw new Failed('Say --permission or --no-permissions, not both.', exitUsage)
    }
    await withMintmark(host, options, async (mintmark) => {
      const minted = await mintmark.keys.create({
        name: options.name,
        ...given({
          scope: options.scope ?? (options.project === undefined ? undefined : 'project'),
          projectId: options.project,
          environment: options.environment,
          permissions: permissions ? permission : [],
          expiresAt: options.expiresAt,
          owner: options.owner,
          role: options.role,
          rateLimit: requests === undefined ? undefined : { limit: requests, windowSeconds: options.window },
          ipAllowlist: options.allow,
          metadata: options.metadata,
        }),
      })
      host.stdout.write(options.json === true ? toJson(minted) : `${minted.key}\n`)
      host.stderr.write(`${minted.id} is minted. Its key is shown this once: keep it now.\n`)
    })
  })
  addExamples(
    create,
    'mintmark keys create --name ci',
    'mintmark keys create --name deploy --project web --permission sites:read,sites:write --expires-at 90d',
    'mintmark keys create --name sync --owner organization --role engineer --organization acme',
  )
}

function addList(keys: Command, host: Host): void {
  const list = withConnection(
    keys
      .command('list')
      .description('List keys, newest first')
      .addOption(
        new Option('--status <status>', 'default: all').choices(['active', 'revoked', 'expired', 'all'] as const),
      )
      .addOption(new Option('--environment <which>', 'only these').choices(environments))
      .option('--project <id>', 'only those bound to it')
      .option('--owner <user>', 'only his')
      .option('--search <text>', 'part of the name, or beginning of the prefix')
      .option('--unused-since <when>', 'not used since then, or never: 30d, 2027-01-31', readPast)
      .option('--expires-before <when>', '7d for within a week', readFuture)
      .option('--limit <n>', 'no more than these', readCount),
  ).action(async (options) => {
    await withMintmark(host, options, async (mintmark) => {
      const query = given({
        status: options.status,
        environment: options.environment,
        projectId: options.project,
        owner: options.owner,
        q: options.search,
        unusedSince: options.unusedSince,
        expiresBefore: options.expiresBefore,
      })
      printList(host, options, await collect(mintmark.keys.list({ ...query, limit: 100 }), options.limit), columns)
    })
  })
  addExamples(list, 'mintmark keys list', 'mintmark keys list --status active --expires-before 7d')
}

function addShow(keys: Command, host: Host): void {
  const show = withConnection(
    keys.command('show').description('Show a key: what it may do, and which of its secrets is still in use'),
  )
    .argument('<id>', 'key_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        const key = await mintmark.keys.get(id)
        if (options.json === true) {
          printFields(host, options, key)
          return
        }
        const { secrets, ...rest } = key
        printFields(host, options, rest)
        host.stdout.write('\n')
        printList(host, {}, secrets, [
          ['secret', (secret) => secret.id],
          ['prefix', (secret) => secret.prefix],
          ['created', (secret) => secret.createdAt],
          ['last used', (secret) => secret.lastUsedAt],
          ['ends', (secret) => secret.expiresAt],
        ])
      })
    })
  addExamples(show, 'mintmark keys show key_…')
}

function addRotate(keys: Command, host: Host): void {
  const rotate = withConnection(
    keys
      .command('rotate')
      .description('Give a key a new secret and print it. The one before works until the overlap ends')
      .option(
        '--overlap <duration>',
        'how long the secret before works on: 0, 15m, 24h, 7d. Default: 24h',
        readDuration,
      ),
  )
    .argument('<id>', 'key_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        const rotated = await mintmark.keys.rotate(id, given({ overlapSeconds: options.overlap }))
        host.stdout.write(options.json === true ? toJson(rotated) : `${rotated.key}\n`)
        host.stderr.write(`${rotated.id} has a new secret. It is shown this once: keep it now.\n`)
      })
    })
  addExamples(rotate, 'mintmark keys rotate key_… --overlap 24h', 'mintmark keys rotate key_… --overlap 0')
}

function addRevoke(keys: Command, host: Host): void {
  const reasons = ['unspecified', 'leaked', 'superseded', 'unused'] as const
  const revoke = withConnection(
    keys
      .command('revoke')
      .description('End a key at once and for good; its record stays')
      .addOption(new Option('--reason <reason>', 'default: unspecified').choices(reasons))
      .option('--comment <text>', 'for the audit trail')
      .option('--yes', 'do not ask'),
  )
    .argument('<id>', 'key_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        await requireConsent(host, options, async () => {
          const { name, lastUsedAt } = await mintmark.keys.get(id)
          const use = lastUsedAt === null ? 'It was never used.' : `It was last used at ${lastUsedAt}.`
          return `Revoke ${name} (${id}) for good? ${use}`
        })
        const { reason, comment } = options
        const revoked = await mintmark.keys.revoke(id, given({ reason, comment }))
        printDone(host, options, revoked, `${id} is revoked`)
      })
    })
  addExamples(revoke, 'mintmark keys revoke key_… --reason leaked')
}

function addDelete(keys: Command, host: Host): void {
  const remove = withConnection(
    keys
      .command('delete')
      .description('Erase a key: its record, its usage, and its data in the audit trail')
      .option('--yes', 'do not ask'),
  )
    .argument('<id>', 'key_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        await requireConsent(host, options, async () => {
          const { name } = await mintmark.keys.get(id)
          return `Erase ${name} (${id}), its usage, and its data in the audit trail?`
        })
        await mintmark.keys.delete(id)
        printDone(host, options, { id, deleted: true }, `${id} is deleted`)
      })
    })
  addExamples(remove, 'mintmark keys delete key_…')
}
