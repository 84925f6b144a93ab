// What a fresh clone needs before anything else can run. Plain JavaScript for the Node that the machine happens to have
// (18 or later): Node 24, TypeScript and the rest come with the installation. All words go to stderr.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled } from './installation.js'

const NODE_MAJOR = 24

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const buildStamp = join(modules, '.cache', 'mintmark-build')

/** Node 24: the one that the installation brought, else the one that runs. Ends the process when neither is there. */
export function nodePath() {
  const bundled = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(bundled)) return bundled
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath
  return fail(
    `Mintmark needs Node ${NODE_MAJOR} or later. This is ${process.version}, and there is no Node ${NODE_MAJOR} package ` +
      `for ${process.platform} on ${process.arch}. Install Node ${NODE_MAJOR} and run this again.`,
  )
}

/** Runs `npm ci` unless what is installed is what package-lock.json says. Ends the process when that fails. */
export function ensureInstalled() {
  const wanted = lockedPackages(join(root, 'package-lock.json'))
  const present = lockedPackages(join(modules, '.package-lock.json'))
  if (isInstalled(wanted, present)) return
  say('Installing (npm ci) …')
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  // Whatever the user's configuration or NODE_ENV leaves out: the build needs the compiler, and Node itself is optional.
  const ci = ['ci', '--include=dev', '--include=optional', '--loglevel=error']
  if (npm) runOrExit(node ?? process.execPath, [npm, ...ci])
  else runOrExit('npm', ci)
  nodePath()
}

/** Compiles the packages unless their `dist` comes from the sources as they are. */
export function ensureBuilt() {
  const sources = fingerprintSources()
  const isBuilt = packages().every((name) => existsSync(join(root, 'packages', name, 'dist')))
  if (isBuilt && readIfPresent(buildStamp) === sources) return
  say('Building …')
  const projects = packages().map((name) => join('packages', name, 'tsconfig.build.json'))
  runOrExit(nodePath(), [join(modules, 'typescript', 'bin', 'tsc'), '-b', ...projects])
  mkdirSync(dirname(buildStamp), { recursive: true })
  writeFileSync(buildStamp, sources)
}

/**
 * The environment in which `node` and every installed tool are the repository's.
 * @param {Record<string, string>} more
 */
export function environment(more = {}) {
  return { ...process.env, PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter), ...more }
}

/** @param {string} words */
export function say(words) {
  process.stderr.write(`${words}\n`)
}

/**
 * @param {string} words
 * @returns {never}
 */
export function fail(words, code = 1) {
  say(words)
  process.exit(code)
}

/**
 * @param {string} path
 * @returns {Record<string, import('./installation.js').LockedPackage>}
 */
function lockedPackages(path) {
  const text = readIfPresent(path)
  return text === undefined ? {} : JSON.parse(text).packages
}

function packages() {
  return readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'tsconfig.build.json')),
  )
}

// Path, size and time of every file that the build reads. Tests are not built, but telling them apart is not worth it.
function fingerprintSources() {
  const hash = createHash('sha256')
  const add = (/** @type {string} */ path) => {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path}\0${size}\0${mtimeMs}\n`)
  }
  add(join(root, 'package-lock.json'))
  add(join(root, 'tsconfig.base.json'))
  for (const name of packages()) {
    const directory = join(root, 'packages', name)
    add(join(directory, 'package.json'))
    add(join(directory, 'tsconfig.build.json'))
    for (const path of filesBelow(join(directory, 'src'))) add(path)
  }
  return hash.digest('hex')
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
}

/** @param {string} path */
function readIfPresent(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function runOrExit(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: environment() })
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error ? error.message : `exit ${status}`}`)
}
