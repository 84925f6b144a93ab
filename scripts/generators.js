import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.js'

/** What makes files of the sources: run with `--check` it exits 1 when its files are out of date. */
export const generators = readdirSync(join(root, 'scripts'))
  .filter((name) => /^generate-[a-z-]+\.ts$/.test(name))
  .map((name) => ({ name, args: ['--conditions=mintmark-source', `scripts/${name}`] }))
