// npm run conformance [-- NAME …]: holds the examples, as they are built, to what their vendors promise. Prints a table.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, environment, nodePath, root } from './workspace.js'

ensureInstalled()
ensureBuilt()

const main = join(root, 'examples', 'conformance', 'run-suites.ts')
const child = spawn(nodePath(), [main, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: environment({ MINTMARK_EXAMPLES: 'built' }),
})
process.on('SIGTERM', () => child.kill('SIGTERM'))
// At a terminal Ctrl-C reaches the tests by itself; this process stays to tell their end.
process.on('SIGINT', () => {})
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
