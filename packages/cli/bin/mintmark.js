#!/usr/bin/env node
// Written for Node 12 and later, so that an old Node is told what to do instead of failing on a syntax that it lacks.
import { spawn } from 'child_process'
import { existsSync } from 'fs'
import { dirname, join } from 'path'
import { fileURLToPath, pathToFileURL } from 'url'

const NODE_MAJOR = 24
const EX_CONFIG = 78

const here = dirname(fileURLToPath(import.meta.url))
const built = join(here, '..', 'dist', 'main.js')
const source = join(here, '..', 'src', 'main.ts')
const isModern = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR
const node = isModern ? process.execPath : findBundledNode(here)

if (!node) {
  console.error(
    'mintmark needs Node ' +
      NODE_MAJOR +
      ' or later, and this is ' +
      process.version +
      '. Install Node ' +
      NODE_MAJOR +
      ', or, in a clone of the repository, run npm ci, which brings it.',
  )
  process.exitCode = EX_CONFIG
} else if (existsSync(built)) {
  if (isModern) void import(pathToFileURL(built).href)
  else handOver(node, [built])
} else if (existsSync(source)) {
  handOver(node, ['--conditions=mintmark-source', source])
} else {
  console.error('mintmark: ' + built + ' is missing: the installation is incomplete. Install it again.')
  process.exitCode = EX_CONFIG
}

/**
 * The repository brings Node as a package: node_modules/node-<platform>-<arch>.
 * @param {string} directory
 * @returns {string | undefined}
 */
function findBundledNode(directory) {
  const candidate = join(directory, 'node_modules', 'node-' + process.platform + '-' + process.arch, 'bin', 'node')
  if (existsSync(candidate)) return candidate
  return dirname(directory) === directory ? undefined : findBundledNode(dirname(directory))
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function handOver(command, args) {
  // The child does the same with its own: whoever lists processes sees no credential.
  if (process.argv.some((argument) => argument.startsWith('--api-key'))) process.title = 'mintmark'
  const child = spawn(command, args.concat(process.argv.slice(2)), { stdio: 'inherit' })
  // Ctrl-C at a terminal strikes the child as well, being in the same group: it must not see it twice.
  process.on('SIGINT', function () {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  process.on('SIGTERM', function () {
    child.kill('SIGTERM')
  })
  child.on('error', function (error) {
    console.error('mintmark: ' + error.message)
    process.exitCode = EX_CONFIG
  })
  child.on('exit', function (code, signal) {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else {
      process.exitCode = code
    }
  })
}
