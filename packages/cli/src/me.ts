import type { Command } from '@commander-js/extra-typings'
import { withConnection, withMintmark } from './connection.ts'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { printFields } from './print.ts'

export function addMeCommand(program: Command, host: Host): void {
  const me = withConnection(program.command('me').description('What the credential is, and what it may do now')).action(
    async (options) => {
      await withMintmark(host, options, async (mintmark) => printFields(host, options, await mintmark.me()))
    },
  )
  addExamples(me, 'mintmark me', 'mintmark me --json')
}
