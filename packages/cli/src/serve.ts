import type { Command } from '@commander-js/extra-typings'
import { addExamples } from './examples.ts'
import type { Host } from './host.ts'
import { stopSignal } from './stop-signal.ts'
import { withServer } from './with-server.ts'

export function addServeCommand(program: Command, host: Host): void {
  const command = program
    .command('serve')
    .description('Serve the HTTP interface until SIGTERM or SIGINT')
    .addHelpText(
      'after',
      '\nConfigured by the environment: MINTMARK_HOST, MINTMARK_PORT, MINTMARK_DATA_DIR, MINTMARK_DATABASE_URL,\n' +
        'MINTMARK_REDIS_URL, MINTMARK_CONTRACT and others; see the README.',
    )
    .action(async () => {
      await withServer(async ({ hardenProcess, readConfig, serve }) => {
        hardenProcess()
        const served = await serve(readConfig(host.env))
        if (served.setUpLink !== null) {
          host.stderr.write(`Nobody can sign in yet. Make the first account, within an hour: ${served.setUpLink}\n`)
        }
        host.stdout.write(`Mintmark is listening on ${served.url}\n`)
        await stopSignal(process, () => performance.now())
        await served.drain()
      })
    })
  addExamples(command, 'mintmark serve', 'MINTMARK_PORT=8000 MINTMARK_CONTRACT=contract.json mintmark serve')
}
