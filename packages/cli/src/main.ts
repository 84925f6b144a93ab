import './process-title.ts'
import { runCli } from './cli.ts'

// Whoever reads may have seen enough: `mintmark keys list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await runCli(process.argv.slice(2), process)
