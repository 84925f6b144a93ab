// npm run mutation: changes the modules that decide, one place at a time, and counts what their tests let pass.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, environment, fail, nodePath, root, say } from './workspace.js'

ensureInstalled()

const tools = join(root, 'mutation', 'node_modules')
if (!existsSync(join(tools, '.package-lock.json'))) {
  say('Installing the mutator (npm ci in mutation) …')
  run('npm', ['ci'], join(root, 'mutation'))
}
run(
  nodePath(),
  [join(tools, '@stryker-mutator', 'core', 'bin', 'stryker.js'), 'run', 'mutation/stryker.config.json'],
  root,
)

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} directory
 */
function run(command, args, directory) {
  const { status } = spawnSync(command, args, { cwd: directory, stdio: 'inherit', env: environment() })
  if (status !== 0) fail(`${command} ${args.join(' ')} failed`, status ?? 1)
}
