import type { Command } from '@commander-js/extra-typings'
import type { Delivery } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { readCount } from './option-values.ts'
import { printFields, printList, type Column } from './print.ts'

const columns: readonly Column<Delivery>[] = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => at],
  ['type', ({ type }) => type],
  ['status', ({ status }) => status],
  ['attempts', ({ attempt }) => attempt],
  ['answer', ({ responseStatus, error }) => responseStatus ?? error],
  ['next', ({ nextAttemptAt }) => nextAttemptAt],
]

/** Of `mintmark webhooks`. */
export function addDeliveryCommands(webhooks: Command, host: Host): void {
  const test = withConnection(webhooks.command('test').description('Send a made-up event there'))
    .argument('<id>', 'whk_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        printFields(host, options, await mintmark.webhooks.test(id))
      })
    })
  addExamples(test, 'mintmark webhooks test whk_…')
  const list = withConnection(
    webhooks
      .command('deliveries')
      .description('List what was sent there, newest first, and what was answered')
      .option('--limit <n>', 'no more than these', readCount, 50),
  )
    .argument('<id>', 'whk_…')
    .action(async (id, options) => {
      await withMintmark(host, options, async (mintmark) => {
        const sent = await collect(mintmark.webhooks.deliveries(id, { limit: 100 }), options.limit)
        printList(host, options, sent, columns)
      })
    })
  addExamples(list, 'mintmark webhooks deliveries whk_…')
  const resend = withConnection(webhooks.command('resend').description('Send an event again'))
    .argument('<id>', 'whk_…')
    .argument('<delivery>')
    .action(async (id, delivery, options) => {
      await withMintmark(host, options, async (mintmark) => {
        printFields(host, options, await mintmark.webhooks.resend(id, delivery))
      })
    })
  addExamples(resend, 'mintmark webhooks resend whk_… dlv_…')
}
