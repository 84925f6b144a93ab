import { Option, type Command } from '@commander-js/extra-typings'
import type { Organization } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import { exitUsage, Failed, type Host } from './host.ts'
import { given, readCount, windowOption } from './option-values.ts'
import { printDone, printFields, printList, type Column } from './print.ts'
import { requireConsent } from './prompt.ts'

const columns: readonly Column<Organization>[] = [
  ['id', ({ id }) => id],
  ['status', ({ status }) => status],
  ['tier', ({ tier }) => tier],
  ['limit', ({ rateLimit }) => (rateLimit === null ? null : `${rateLimit.limit}/${rateLimit.windowSeconds}s`)],
  ['created', ({ createdAt }) => createdAt],
  ['name', ({ name }) => name],
]

export function addOrganizationCommands(program: Command, host: Host): void {
  const organizations = program.command('organizations').description('Your customers. Most of it is for operators')
  addCreate(organizations, host)
  const list = withConnection(
    organizations
      .command('list')
      .description('List organizations, newest first')
      .option('--limit <n>', 'no more than these', readCount),
  ).action(async (options) => {
    await withMintmark(host, options, async (mintmark) => {
      printList(host, options, await collect(mintmark.organizations.list({ limit: 100 }), options.limit), columns)
    })
  })
  addExamples(list, 'mintmark organizations list')
  const show = withConnection(organizations.command('show').description('Show an organization, or your own'))
    .argument('[id]', 'default: the one that the credential is of')
    .action(async (id, options) => {
      await withMintmark(host, options, async ({ organizations: known }) => {
        printFields(host, options, await (id === undefined ? known.own() : known.get(id)))
      })
    })
  addExamples(show, 'mintmark organizations show', 'mintmark organizations show acme')
  addChange(organizations, host)
  addDelete(organizations, host)
  addExamples(
    organizations,
    'mintmark organizations create --id acme --name Acme --tier enterprise',
    'mintmark organizations change acme --status suspended',
  )
}

function addCreate(organizations: Command, host: Host): void {
  const create = withConnection(
    organizations
      .command('create')
      .description('Make an organization')
      .requiredOption('--name <name>', 'what people call it')
      .option('--id <id>', 'what your own system calls it. Default: one is made')
      .option('--tier <name>', "one of the contract's. Default: its defaultTier")
      .option('--requests <n>', 'a limit of its own: requests of each key in each --window', readCount)
      .addOption(windowOption()),
  ).action(async (options) => {
    const { name, id, tier, requests, window: windowSeconds } = options
    const rateLimit = requests === undefined ? undefined : { limit: requests, windowSeconds }
    await withMintmark(host, options, async (mintmark) => {
      printFields(host, options, await mintmark.organizations.create({ name, ...given({ id, tier, rateLimit }) }))
    })
  })
  addExamples(create, 'mintmark organizations create --id acme --name Acme')
}

function addChange(organizations: Command, host: Host): void {
  const change = withConnection(
    organizations
      .command('change')
      .description('Change an organization, or the name of your own')
      .option('--name <name>', 'what people call it')
      .option('--tier <name>', "one of the contract's")
      .addOption(new Option('--status <status>', 'its keys are refused while it is suspended').choices(statuses))
      .option('--requests <n>', 'a limit of its own: requests of each key in each --window', readCount)
      .option('--no-requests', 'no limit of its own: that of its tier')
      .addOption(windowOption()),
  )
    .argument('[id]', 'default: the one that the credential is of')
    .action(async (id, options) => {
      const { name, tier, status, requests, window: windowSeconds } = options
      const rateLimit =
        requests === false ? null : typeof requests === 'number' ? { limit: requests, windowSeconds } : undefined
      await withMintmark(host, options, async ({ organizations: known }) => {
        if (id !== undefined) {
          printFields(host, options, await known.update(id, given({ name, tier, status, rateLimit })))
          return
        }
        if (name === undefined || tier !== undefined || status !== undefined || rateLimit !== undefined) {
          throw new Failed('Say which organization. Of your own only the --name can be changed.', exitUsage)
        }
        printFields(host, options, await known.updateOwn({ name }))
      })
    })
  addExamples(
    change,
    'mintmark organizations change acme --tier enterprise',
    'mintmark organizations change --name New',
  )
}

const statuses = ['active', 'suspended'] as const

function addDelete(organizations: Command, host: Host): void {
  const remove = withConnection(
    organizations
      .command('delete')
      .description('Erase an organization: its members, projects, keys, usage, webhooks and audit trail')
      .option('--yes', 'do not ask'),
  )
    .argument('<id>')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        await requireConsent(host, options, async () => {
          const { name } = await mintmark.organizations.get(id)
          return `Erase ${name} (${id}) and everything of it?`
        })
        await mintmark.organizations.delete(id)
        printDone(host, options, { id, deleted: true }, `${id} is deleted`)
      })
    })
  addExamples(remove, 'mintmark organizations delete acme')
}
