import type { Command } from '@commander-js/extra-typings'
import type { AuditEvent } from '@mintmark/sdk'
import { collect } from './collect.ts'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { given, readCount, readPast } from './option-values.ts'
import { printList, type Column } from './print.ts'

const columns: readonly Column<AuditEvent>[] = [
  ['sequence', ({ sequence }) => sequence],
  ['at', ({ at }) => at],
  ['action', ({ action }) => action],
  ['actor', ({ actor }) => `${actor.type} ${actor.id}`],
  ['target', ({ target }) => `${target.type} ${target.id}`],
  ['project', ({ projectId }) => projectId],
  ['ip', ({ ip }) => ip],
]

/** Of `mintmark audit`: what a credential may see of its organization's trail. */
export function addAuditListCommand(audit: Command, host: Host): void {
  const list = withConnection(
    audit
      .command('list')
      .description('List who did what, newest first')
      .option('--action <name>', 'such as api_key.revoked')
      .option('--actor <id>', 'who did it')
      .option('--target <id>', 'what it was done to')
      .option('--project <id>', 'only there')
      .option('--from <when>', '24h for a day ago, 2027-01-31', readPast)
      .option('--to <when>', 'default: now', readPast)
      .option('--limit <n>', 'no more than these', readCount, 100),
  ).action(async (options) => {
    const { action, actor, target, project: projectId, from, to } = options
    await withMintmark(host, options, async (mintmark) => {
      const query = given({ action, actor, target, projectId, from, to })
      printList(host, options, await collect(mintmark.audit.list({ ...query, limit: 100 }), options.limit), columns)
    })
  })
  addExamples(list, 'mintmark audit list --from 24h', 'mintmark audit list --action api_key.revoked --json')
}
