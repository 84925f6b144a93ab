// npm run complete-lockfile: after a change of dependencies, where the registry lacks binaries of other machines.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lackingBinaries } from './foreign-binaries.js'
import { root, say } from './workspace.js'

const path = join(root, 'package-lock.json')
const lockfile = JSON.parse(readFileSync(path, 'utf8'))
const lacking = lackingBinaries(lockfile.packages)
const packages = Object.entries({ ...lockfile.packages, ...lacking }).sort(([a], [b]) => a.localeCompare(b, 'en'))
writeFileSync(path, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2)}\n`)
say(`${Object.keys(lacking).length} entries added to package-lock.json`)
