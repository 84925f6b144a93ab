// npm run example -- NAME: from a fresh clone to a running example. Says nothing on stdout but the example's own line.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, ensureInstalled, environment, fail, nodePath, root } from './workspace.js'

const examples = join(root, 'examples')
const mainOf = (/** @type {string} */ name) => join(examples, name, 'main.ts')
const names = readdirSync(examples).filter((name) => existsSync(mainOf(name)))
const name = process.argv[2] ?? ''
if (!names.includes(name)) fail(`Usage: npm run example -- ${names.join(' | ')}`, 2)

ensureInstalled()
ensureBuilt()

const node = nodePath()
if (node === process.execPath) await import(pathToFileURL(mainOf(name)).href)
else handOver(node)

// An older Node has begun: the installed one goes on.
function handOver(/** @type {string} */ node) {
  const child = spawn(node, [mainOf(name)], { stdio: 'inherit', env: environment() })
  process.on('SIGINT', () => child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1
  })
}
