// What a fresh clone needs before anything else can run. Plain JavaScript for the Node that the machine happens to have
// (18 or later): Node 24, TypeScript and the rest come with the installation. All words go to stderr.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled } from './installation.js'

const NODE_MAJOR = 24

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const buildStamp = join(modules, '.cache', 'mintmark-build')
const dashboardStamp = join(modules, '.cache', 'mintmark-dashboard-build')
const dashboard = join(root, 'packages', 'dashboard')
/** The keys page for other products: `@mintmark/elements`. */
const builtElements = join(dashboard, 'elements', 'dist')
const elementsStamp = join(modules, '.cache', 'mintmark-elements-build')
/** Among the server's own files, which it serves and is packed with. */
const builtDashboard = join(root, 'packages', 'server', 'dist', 'dashboard')

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

/** Builds the packages unless what is built comes from the sources as they are. */
export function ensureBuilt() {
  ensureCompiled()
  ensureDashboardBuilt()
  ensureElementsBuilt()
}

function ensureCompiled() {
  const sources = fingerprint(compiledFiles())
  const isCompiled = packages().every((name) => existsSync(join(root, 'packages', name, 'dist')))
  if (isCompiled && readIfPresent(buildStamp) === sources) return
  say('Building …')
  // What is bundled has core in it, and others compile against what is bundled.
  compile(['core'])
  for (const name of packages().filter(isBundled)) bundle(name)
  compile(packages().filter((name) => !isBundled(name)))
  writeStamp(buildStamp, sources)
}

/** The dashboard alone, of the sources of all that it bundles: nothing need be compiled before. */
export function ensureDashboardBuilt() {
  const sources = fingerprint(dashboardFiles())
  if (existsSync(builtDashboard) && readIfPresent(dashboardStamp) === sources) return
  say('Building the dashboard …')
  const building = `${builtDashboard}-${process.pid}`
  const vite = join(modules, 'vite', 'bin', 'vite.js')
  // Whatever the caller's is: React's own checks are for who develops it.
  const env = { NODE_ENV: 'production' }
  runOrExit(nodePath(), [vite, 'build', '--logLevel', 'error', '--outDir', building], dashboard, env)
  // A server that starts meanwhile finds the one or the other, never half of one.
  rmSync(builtDashboard, { recursive: true, force: true })
  renameSync(building, builtDashboard)
  writeStamp(dashboardStamp, sources)
}

/** `@mintmark/elements`, of the dashboard's sources: with React in it, and for whoever has React. */
export function ensureElementsBuilt() {
  const sources = fingerprint([...dashboardFiles(), join(dashboard, 'elements', 'vite.config.ts')])
  if (existsSync(builtElements) && readIfPresent(elementsStamp) === sources) return
  say('Building the elements …')
  const vite = join(modules, 'vite', 'bin', 'vite.js')
  for (const mode of ['standalone', 'react']) {
    const options = ['--config', 'elements/vite.config.ts', '--mode', mode, '--logLevel', 'error']
    runOrExit(nodePath(), [vite, 'build', ...options], dashboard, { NODE_ENV: 'production' })
  }
  writeStamp(elementsStamp, sources)
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

/** @param {string} name */
function isBundled(name) {
  return existsSync(join(root, 'packages', name, 'tsdown.config.ts'))
}

/** @param {string[]} names */
function compile(names) {
  const projects = names.map((name) => join('packages', name, 'tsconfig.build.json'))
  runOrExit(nodePath(), [join(modules, 'typescript', 'bin', 'tsc'), '-b', ...projects])
}

/** @param {string} name */
function bundle(name) {
  runOrExit(
    nodePath(),
    [join(modules, 'tsdown', 'dist', 'run.mjs'), '--log-level', 'error'],
    join(root, 'packages', name),
  )
}

/** @returns {string[]} every file that compiling reads. Tests are not built, but telling them apart is not worth it. */
function compiledFiles() {
  const own = packages().flatMap((name) => {
    const directory = join(root, 'packages', name)
    const bundling = isBundled(name) ? [join(directory, 'tsdown.config.ts')] : []
    return [join(directory, 'package.json'), join(directory, 'tsconfig.build.json'), ...bundling, ...sourcesOf(name)]
  })
  return [join(root, 'package-lock.json'), join(root, 'tsconfig.base.json'), ...own]
}

/** @returns {string[]} */
function dashboardFiles() {
  const own = ['package.json', 'vite.config.ts', 'index.html'].map((name) => join(dashboard, name))
  return [join(root, 'package-lock.json'), ...own, ...['core', 'sdk', 'dashboard'].flatMap(sourcesOf)]
}

/** @param {string} name */
function sourcesOf(name) {
  return filesBelow(join(root, 'packages', name, 'src'))
}

/**
 * Path, size and time of each.
 * @param {string[]} paths
 */
function fingerprint(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * @param {string} path
 * @param {string} sources
 */
function writeStamp(path, sources) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, sources)
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
 * @param {Record<string, string>} env
 */
function runOrExit(command, args, cwd = root, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2], env: environment(env) })
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error ? error.message : `exit ${status}`}`)
}
