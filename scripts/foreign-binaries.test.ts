import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lackingBinaries } from './foreign-binaries.js'

const asking = (...names: string[]) => ({
  'node_modules/tool': {
    version: '2.0.0',
    dev: true,
    optionalDependencies: Object.fromEntries(names.map((name) => [name, '1.2.3'])),
  },
})

test('completes what the registry did not carry, for its machine alone', () => {
  expect(
    lackingBinaries(asking('@x/binding-linux-arm-musleabihf', '@x/binding-win32-x64-msvc', '@x/darwin-arm64')),
  ).toEqual({
    'node_modules/@x/binding-linux-arm-musleabihf': {
      version: '1.2.3',
      dev: true,
      optional: true,
      os: ['linux'],
      cpu: ['arm'],
      libc: ['musl'],
    },
    'node_modules/@x/binding-win32-x64-msvc': {
      version: '1.2.3',
      dev: true,
      optional: true,
      os: ['win32'],
      cpu: ['x64'],
    },
    'node_modules/@x/darwin-arm64': { version: '1.2.3', dev: true, optional: true, os: ['darwin'], cpu: ['arm64'] },
  })
})

test('leaves alone what is there, and refuses a name that tells no machine', () => {
  const present = { ...asking('a-linux-x64'), 'node_modules/tool/node_modules/a-linux-x64': { version: '1.2.3' } }
  expect(lackingBinaries(present)).toEqual({})
  expect(() => lackingBinaries(asking('fsevents'))).toThrow('does not tell for which machine')
})

test('the lockfile lacks nothing: npm ci takes it with every registry', () => {
  const lockfile = readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')
  expect(Object.keys(lackingBinaries(JSON.parse(lockfile).packages))).toEqual([])
})
