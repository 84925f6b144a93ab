import { Option, type Command } from '@commander-js/extra-typings'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { given, readPast } from './option-values.ts'
import { alignedLines, toJson } from './print.ts'

export function addUsageCommand(program: Command, host: Host): void {
  const usage = withConnection(
    program
      .command('usage')
      .description('How often keys were accepted, and why they were refused')
      .option('--key <id>', 'only this one')
      .option('--project <id>', 'only keys bound to it')
      .addOption(new Option('--environment <which>', 'only these').choices(['live', 'test'] as const))
      .option('--from <when>', '24h for a day ago, 2027-01-31', readPast)
      .option('--to <when>', 'default: now', readPast)
      .addOption(new Option('--bucket <length>', 'what a line counts').choices(['minute', 'hour', 'day'] as const)),
  ).action(async (options) => {
    const { key: keyId, project: projectId, environment, from, to, bucket } = options
    await withMintmark(host, options, async (mintmark) => {
      const counted = await mintmark.usage.get(given({ keyId, projectId, environment, from, to, bucket }))
      if (options.json === true) {
        host.stdout.write(toJson(counted))
        return
      }
      const rows = counted.data.map(({ at, ...counts }) => rowOf(at, counts))
      for (const line of alignedLines([...rows, rowOf('total', counted.totals)])) host.stdout.write(`${line}\n`)
    })
  })
  addExamples(usage, 'mintmark usage --from 24h --bucket hour', 'mintmark usage --key key_… --from 7d --bucket day')
}

type Counts = { readonly accepted: number; readonly refused: Readonly<Record<string, number>> }

function rowOf(title: string, { accepted, refused }: Counts): readonly string[] {
  const reasons = Object.entries(refused).map(([reason, count]) => `${reason} ${count}`)
  return [title, `accepted ${accepted}`, ...reasons]
}
