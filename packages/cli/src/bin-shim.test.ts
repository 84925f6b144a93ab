import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const shim = join(import.meta.dirname, '..', 'bin', 'mintmark.js')
const tellArguments = 'console.log(JSON.stringify([process.execArgv, process.argv.slice(2)])); process.exitCode = 3'
const oldNode = `data:text/javascript,${encodeURIComponent(
  `Object.defineProperty(process, 'versions', { value: { node: '18.20.0' } })`,
)}`
const directories: string[] = []

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

/** An installation of the command line that consists of the shim and of these files. */
function install(files: Record<string, string>): { bin: string; directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-shim-'))
  directories.push(directory)
  const bin = join(directory, 'packages', 'cli', 'bin', 'mintmark.js')
  mkdirSync(dirname(bin), { recursive: true })
  copyFileSync(shim, bin)
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return { bin, directory }
}

const run = (bin: string, ...nodeArguments: string[]) =>
  spawnSync(process.execPath, [...nodeArguments, bin, 'keys', '--json'], { encoding: 'utf8' })
const told = (stdout: string): unknown => JSON.parse(stdout)

test('runs what was built, in its own process, and passes on arguments and exit code', () => {
  const { bin } = install({ 'packages/cli/dist/main.js': tellArguments, 'packages/cli/src/main.ts': 'throw 1' })
  const { status, stdout } = run(bin)
  expect(told(stdout)).toEqual([[], ['keys', '--json']])
  expect(status).toBe(3)
})

test('runs the sources in a repository that was not built', () => {
  const { bin } = install({ 'packages/cli/src/main.ts': `const code: number = 3\n${tellArguments}\nvoid code` })
  const { status, stdout } = run(bin)
  expect(told(stdout)).toEqual([['--conditions=mintmark-source'], ['keys', '--json']])
  expect(status).toBe(3)
})

test('says that an installation is incomplete', () => {
  const { status, stderr } = run(install({}).bin)
  expect(stderr).toContain('the installation is incomplete')
  expect(status).toBe(78)
})

test('on an old Node hands over to the one that was installed, wherever above it lies', () => {
  const bundled = `node_modules/node-${process.platform}-${process.arch}/bin/node`
  const { bin, directory } = install({
    'packages/cli/dist/main.js': 'throw 1',
    [bundled]: '#!/bin/sh\necho "$0 $@"\nexit 5\n',
  })
  chmodSync(join(directory, bundled), 0o755)
  const { status, stdout } = run(bin, '--import', oldNode)
  expect(stdout.trim()).toBe(`${join(directory, bundled)} ${join(directory, 'packages/cli/dist/main.js')} keys --json`)
  expect(status).toBe(5)
})

test('on an old Node alone says what to do', () => {
  const { status, stdout, stderr } = run(install({ 'packages/cli/dist/main.js': 'throw 1' }).bin, '--import', oldNode)
  expect(stderr).toMatch(/^mintmark needs Node 24 or later, and this is v.*npm ci/)
  expect(stdout).toBe('')
  expect(status).toBe(78)
})

test('passes a SIGTERM on, and its end back', async () => {
  const waiting = `process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1000)`
  const { bin } = install({ 'packages/cli/src/main.ts': waiting })
  const child = spawn(process.execPath, [bin], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([9, null])
})

test.runIf(existsSync('/proc/self/cmdline'))('keeps no credential in its own arguments', async () => {
  const { bin } = install({ 'packages/cli/src/main.ts': `console.log('up'); setInterval(() => {}, 1000)` })
  const child = spawn(process.execPath, [bin, 'me', '--api-key', 'mk_live_canary'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')).not.toContain('canary')
  child.kill('SIGTERM')
  await once(child, 'exit')
})
