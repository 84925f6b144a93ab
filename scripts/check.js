// npm run check: everything about the code that needs no running server. Runs all of it, then says what failed.
import { spawnSync } from 'node:child_process'
import { generators } from './generators.js'
import { ensureInstalled, environment, root, say } from './workspace.js'

ensureInstalled()

const checks = [
  { name: 'types', program: 'tsc', args: ['--noEmit'] },
  { name: 'types of the dashboard', program: 'tsc', args: ['--noEmit', '--project', 'packages/dashboard'] },
  // The build sees less than the editor: only what is published, and core without Node's or a browser's globals.
  { name: 'build', program: 'node', args: ['scripts/build.js'] },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', program: 'oxfmt', args: ['--check'] },
  { name: 'dead code', program: 'knip', args: [] },
  { name: 'secrets', program: 'secretlint', args: ['--secretlintignore', '.gitignore', '**/*'] },
  { name: 'architecture', program: 'vitest', args: ['run', 'scripts/architecture'] },
  ...generators.map(({ name, args }) => ({
    name: `generated files (${name})`,
    program: 'node',
    args: [...args, '--check'],
  })),
]

const failed = checks.filter(({ name, program, args }) => {
  say(`\n── ${name}: ${program} ${args.join(' ')}`)
  return (
    spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: environment() }).status !== 0
  )
})

if (failed.length > 0) say(`\ncheck failed: ${failed.map(({ name }) => name).join(', ')}`)
else say(`\ncheck passed: ${checks.map(({ name }) => name).join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
