// npm run bench: the peers are installed here alone, from bench/'s own lockfile, so that nothing else depends on them.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, environment, fail, nodePath, root, say } from './workspace.js'

ensureInstalled()
ensureBuilt()

const bench = join(root, 'bench')
/** @type {(command: string, args: string[], directory: string) => void} */
const run = (command, args, directory) => {
  const { status } = spawnSync(command, args, { cwd: directory, stdio: 'inherit', env: environment() })
  if (status !== 0) fail(`${command} ${args.join(' ')} failed`, status ?? 1)
}

if (!existsSync(join(bench, 'node_modules', '.package-lock.json'))) {
  say('Installing what is compared with (npm ci in bench) …')
  run('npm', ['ci'], bench)
}
run(nodePath(), [join(bench, 'run.ts'), ...process.argv.slice(2)], root)
