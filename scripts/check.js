// npm run check: everything about the code that needs no running server. Runs all of it, then says what failed.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, environment, root, say } from './workspace.js'

ensureInstalled()

// What is generated from the sources. Each generator, run with --check, exits 1 when its files are out of date.
const generators = readdirSync(join(root, 'scripts')).filter((name) => /^generate[a-z-]*\.ts$/.test(name))

const checks = [
  { name: 'types', program: 'tsc', args: ['--noEmit'] },
  // The build sees less than the editor: only what is published, and core without Node's or a browser's globals.
  { name: 'build', program: 'node', args: ['scripts/build.js'] },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', program: 'oxfmt', args: ['--check'] },
  { name: 'dead code', program: 'knip', args: [] },
  { name: 'architecture', program: 'vitest', args: ['run', 'scripts/architecture'] },
  ...generators.map((name) => ({
    name: `generated files (${name})`,
    program: 'node',
    args: ['--conditions=mintmark-source', `scripts/${name}`, '--check'],
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
