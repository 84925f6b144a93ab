import type { Command } from 'commander'
import { hardenProcess, readConfig, serve } from '@mintmark/server'
import type { Host } from './host.ts'

export function addServeCommand(program: Command, host: Host): void {
  program
    .command('serve')
    .description('Serve the HTTP interface until SIGTERM or SIGINT')
    .addHelpText(
      'after',
      '\nConfigured by the environment: MINTMARK_HOST, MINTMARK_PORT, MINTMARK_DATA_DIR, MINTMARK_DATABASE_URL,\n' +
        'MINTMARK_REDIS_URL, MINTMARK_CONTRACT and others; see the README.',
    )
    .action(async () => {
      hardenProcess()
      const served = await serve(readConfig(host.env))
      host.stdout.write(`Mintmark is listening on ${served.url}\n`)
      await stopSignal()
      await served.drain()
    })
}

/** A second signal ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        resolve()
      })
    }
  })
}
