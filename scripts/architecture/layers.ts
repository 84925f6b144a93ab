import { dirname, join } from 'node:path/posix'
import { breach } from './source-file.ts'
import type { ImportLine, SourceFile } from './source-file.ts'

// DESIGN section 4: core <- server/engine <- server/{http, graphql, storage, jobs} <- server/serve.ts, and the packages.
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  'server/engine': ['core'],
  'server/http': ['core', 'server/engine'],
  'server/graphql': ['core', 'server/engine'],
  'server/storage': ['core', 'server/engine'],
  'server/jobs': ['core', 'server/engine'],
  'server/outgoing': ['core', 'server/engine'],
  server: [
    'core',
    'server/engine',
    'server/http',
    'server/graphql',
    'server/storage',
    'server/jobs',
    'server/outgoing',
  ],
  sdk: ['core'],
  cli: ['core', 'sdk', 'server'],
  dashboard: ['core', 'sdk'],
}
// The server's tests reach across its layers, and the SDK is tested against a server.
const TESTS_MAY_IMPORT: Record<string, readonly string[] | undefined> = {
  server: MAY_IMPORT['server'],
  sdk: ['core', 'server'],
}
const ADAPTERS = new Set(['server/http', 'server/graphql', 'server/storage', 'server/jobs', 'server/outgoing'])

// The places that put the parts of the server together.
const COMPOSERS = [
  'serve.ts',
  'index.ts',
  'create-mintmark.ts',
  'open-stores.ts',
  'open-embedded.ts',
  'open-cluster.ts',
  'open-sign-in.ts',
].map((name) => `packages/server/src/${name}`)

const PACKAGE_OF: Record<string, string> = {
  '@mintmark/core': 'core',
  '@mintmark/server': 'server',
  '@mintmark/sdk': 'sdk',
  mintmark: 'cli',
}

// The engine decides: of what others wrote it may use what only computes.
const ENGINE_MAY_USE = ['node:crypto', 'node:util', 'ipaddr.js']
const BETTER_AUTH = 'packages/server/src/storage/better-auth'
const DRIVERS = new Set(['pg', 'kysely', 'ioredis', 'node:sqlite'])

// What the examples show is what anybody can do: with what is published, and with what they share.
const EXAMPLES_MAY_IMPORT = new Set(['@mintmark/server', '@mintmark/sdk', '@mintmark/example-demonstration'])

/** What an example imports of this repository that its reader could not. Tests may look at it with what tests have. */
export function exampleBreaches(file: SourceFile): string[] {
  const [, example] = /^(examples\/[^/]+)\//.exec(file.path) ?? []
  if (example === undefined || isTestCode(file.path) || file.path.includes('/testing/')) return []
  const isOutside = ({ specifier }: ImportLine): boolean => {
    const [packageName] = splitPackage(specifier)
    if (specifier.startsWith('.')) return !join(dirname(file.path), specifier).startsWith(`${example}/`)
    return packageName.includes('mintmark') && !EXAMPLES_MAY_IMPORT.has(packageName)
  }
  return file.imports
    .filter(isOutside)
    .map(({ specifier, line }) => breach(file, line, `${specifier}: examples import what is published, by its name`))
}

/** The breaches of the direction of imports in one file of `packages/`. */
export function layerBreaches(file: SourceFile): string[] {
  const zone = zoneOf(file.path)
  if (zone === undefined) return []
  if (!(zone in MAY_IMPORT)) return [breach(file, 1, `lies in ${zone}, which is no layer that the architecture knows`)]
  const breaches = file.imports.flatMap((line) =>
    reasonsAgainst(file.path, zone, line).map((reason) => breach(file, line.line, `${line.specifier}: ${reason}`)),
  )
  const adapters = new Set(file.imports.map((line) => targetZone(file.path, line.specifier)).filter(isAdapter))
  if (zone !== 'server' || adapters.size < 2 || isComposer(file.path) || isTestCode(file.path)) return breaches
  return [...breaches, breach(file, 1, `joins ${[...adapters].join(' and ')}, which only ${COMPOSERS.join(', ')} may`)]
}

/** Tests, and what only tests use. They may reach across the layers of their package. */
export function isTestCode(path: string): boolean {
  return path.endsWith('.test.ts') || /\/src\/(?:.*\/)?(?:testing|contract)\//.test(path)
}

function reasonsAgainst(path: string, zone: string, { specifier }: ImportLine): string[] {
  if (specifier === '(computed)') return ['an import must name its module']
  if (specifier.startsWith('.')) return relativeReasons(path, zone, specifier)
  const [packageName] = splitPackage(specifier)
  if (packageName in PACKAGE_OF) return layerReasons(zone, PACKAGE_OF[packageName] ?? '', isTestCode(path))
  if (isTestCode(path)) return []
  if (zone === 'core') return ['core imports nothing from outside']
  if (zone === 'server/engine' && !ENGINE_MAY_USE.includes(specifier)) {
    return [`the engine uses only ${ENGINE_MAY_USE.join(', ')} of what others wrote; the rest comes through ports`]
  }
  if (DRIVERS.has(packageName) && zone !== 'server/storage' && !isComposer(path))
    return ['a driver is for storage alone']
  if (isBetterAuth(packageName) && dirname(path) !== BETTER_AUTH)
    return [`who people are is asked of better-auth in ${BETTER_AUTH} alone`]
  return []
}

function relativeReasons(path: string, zone: string, specifier: string): string[] {
  const target = join(dirname(path), specifier)
  if (packageRoot(target) !== packageRoot(path)) return ['another package is imported by its name']
  if (isTestCode(target) && !isTestCode(path)) return ['this is for tests alone']
  if (isTestCode(path)) return []
  const targeted = zoneOf(target) ?? ''
  if (targeted === 'server' && zone !== 'server') return ['the server’s top imports the layers, never the reverse']
  return targeted === zone ? [] : layerReasons(zone, targeted, false)
}

function layerReasons(zone: string, targeted: string, isTest: boolean): string[] {
  const [own = ''] = zone.split('/')
  const allowed = (isTest ? TESTS_MAY_IMPORT[own] : null) ?? MAY_IMPORT[zone]
  return allowed?.includes(targeted) ? [] : [`${zone} may not import ${targeted}`]
}

function isBetterAuth(packageName: string): boolean {
  return packageName === 'better-auth' || packageName.startsWith('@better-auth/')
}

function zoneOf(path: string): string | undefined {
  const [, packageName = '', below = ''] = /^packages\/([^/]+)\/src\/(.*)$/.exec(path) ?? []
  if (packageName !== 'server') return packageName || undefined
  const [layer = '', ...rest] = below.split('/')
  return rest.length === 0 || layer === 'testing' ? 'server' : `server/${layer}`
}

function targetZone(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? zoneOf(join(dirname(path), specifier)) : undefined
}

function splitPackage(specifier: string): [packageName: string, subpath: string] {
  const [, name = specifier, subpath = ''] = /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(specifier) ?? []
  return [name, subpath]
}

function packageRoot(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function isAdapter(zone: string | undefined): zone is string {
  return zone !== undefined && ADAPTERS.has(zone)
}

function isComposer(path: string): boolean {
  return COMPOSERS.includes(path)
}
