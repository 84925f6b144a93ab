// npm run generate: writes anew what is generated from the sources.
import { spawnSync } from 'node:child_process'
import { generators } from './generators.js'
import { ensureInstalled, nodePath, root } from './workspace.js'

ensureInstalled()
const failed = generators.filter(
  ({ args }) => spawnSync(nodePath(), args, { cwd: root, stdio: 'inherit' }).status !== 0,
)
process.exitCode = failed.length > 0 ? 1 : 0
