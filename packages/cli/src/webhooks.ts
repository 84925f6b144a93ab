import { Option, type Command } from '@commander-js/extra-typings'
import type { Webhook } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addDeliveryCommands } from './deliveries.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { given, readCount, readDuration, readNames } from './option-values.ts'
import { printDone, printFields, printList, toJson, type Column } from './print.ts'
import { requireConsent } from './prompt.ts'

const columns: readonly Column<Webhook>[] = [
  ['id', ({ id }) => id],
  ['status', ({ status, disabledReason }) => (disabledReason === null ? status : `${status} (${disabledReason})`)],
  ['events', ({ events }) => events.join(',')],
  ['url', ({ url }) => url],
]

export function addWebhookCommands(program: Command, host: Host): void {
  const webhooks = program.command('webhooks').description('Where an organization has its events sent')
  addCreate(webhooks, host)
  const list = withConnection(
    webhooks
      .command('list')
      .description('List webhooks, newest first')
      .option('--limit <n>', 'no more than these', readCount),
  ).action(async (options) => {
    await withMintmark(host, options, async (mintmark) => {
      printList(host, options, await collect(mintmark.webhooks.list({ limit: 100 }), options.limit), columns)
    })
  })
  addExamples(list, 'mintmark webhooks list')
  const show = withConnection(webhooks.command('show').description('Show a webhook'))
    .argument('<id>', 'whk_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        printFields(host, options, await mintmark.webhooks.get(id))
      })
    })
  addExamples(show, 'mintmark webhooks show whk_…')
  addChange(webhooks, host)
  addRotateSecret(webhooks, host)
  addDelete(webhooks, host)
  addDeliveryCommands(webhooks, host)
  addExamples(
    webhooks,
    'mintmark webhooks create --url https://acme.example/hooks --events api_key.created,api_key.revoked',
    'mintmark webhooks deliveries whk_…',
  )
}

function addCreate(webhooks: Command, host: Host): void {
  const create = withConnection(
    webhooks
      .command('create')
      .description('Send events somewhere, and print what they are signed with: it is shown this once')
      .requiredOption('--url <url>', 'https://…')
      .addOption(
        new Option('--events <names>', 'such as api_key.created,api_key.revoked')
          .argParser(readNames)
          .makeOptionMandatory(),
      )
      .option('--description <text>'),
  ).action(async (options) => {
    const { url, events, description } = options
    await withMintmark(host, options, async (mintmark) => {
      const created = await mintmark.webhooks.create({ url, events: [...events], ...given({ description }) })
      host.stdout.write(options.json === true ? toJson(created) : `${created.secret}\n`)
      host.stderr.write(`${created.id} is made. Its secret is shown this once: keep it now.\n`)
    })
  })
  addExamples(create, 'mintmark webhooks create --url https://acme.example/hooks --events api_key.created')
}

function addChange(webhooks: Command, host: Host): void {
  const change = withConnection(
    webhooks
      .command('change')
      .description('Change a webhook, or switch it off and on')
      .option('--url <url>')
      .option('--events <names>', 'these, in place of those it had', readNames)
      .option('--description <text>')
      .addOption(new Option('--status <status>').choices(['enabled', 'disabled'] as const)),
  )
    .argument('<id>', 'whk_…')
    .action(async (id, options) => {
      const { url, events, description, status } = options
      await withMintmark(host, options, async (mintmark) => {
        const changed = await mintmark.webhooks.update(id, given({ url, events, description, status }))
        printFields(host, options, changed)
      })
    })
  addExamples(change, 'mintmark webhooks change whk_… --status disabled')
}

function addRotateSecret(webhooks: Command, host: Host): void {
  const rotate = withConnection(
    webhooks
      .command('rotate-secret')
      .description('Sign with a new secret and print it. Until the overlap ends the one before signs too')
      .option('--overlap <duration>', '0, 15m, 24h, 7d. Default: 24h', readDuration),
  )
    .argument('<id>', 'whk_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        const rotated = await mintmark.webhooks.rotateSecret(id, given({ overlapSeconds: options.overlap }))
        host.stdout.write(options.json === true ? toJson(rotated) : `${rotated.secret}\n`)
        host.stderr.write(`${id} has a new secret. It is shown this once: keep it now.\n`)
      })
    })
  addExamples(rotate, 'mintmark webhooks rotate-secret whk_… --overlap 24h')
}

function addDelete(webhooks: Command, host: Host): void {
  const remove = withConnection(
    webhooks.command('delete').description('Send no events there any more').option('--yes', 'do not ask'),
  )
    .argument('<id>', 'whk_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        await requireConsent(host, options, async () => {
          const { url } = await mintmark.webhooks.get(id)
          return `Delete ${id}, which sends to ${url}?`
        })
        await mintmark.webhooks.delete(id)
        printDone(host, options, { id, deleted: true }, `${id} is deleted`)
      })
    })
  addExamples(remove, 'mintmark webhooks delete whk_…')
}
