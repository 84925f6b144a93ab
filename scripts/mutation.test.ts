import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isRelease } from '../packages/server/src/testing/scale.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { mutate } = JSON.parse(readFileSync(join(root, 'mutation', 'stryker.config.json'), 'utf8')) as {
  readonly mutate: readonly string[]
}

describe.each(mutate)('%s', (file) => {
  test('exports nothing that its own tests do not know', async () => {
    const exported = Object.keys(await import(pathToFileURL(join(root, file)).href))
    const tests = readFileSync(join(root, file.replace(/\.ts$/, '.test.ts')), 'utf8')
    expect(exported.length).toBeGreaterThan(0)
    expect(
      exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(tests)),
      basename(file),
    ).toEqual([])
  })
})

test('of 100 changes to what decides, its tests see 95 at least', { timeout: 1_200_000 }, () => {
  expect(mutate.length).toBeGreaterThan(1)
  // It fetches the mutator, and takes a minute.
  if (!isRelease) return
  // What this run is told of itself is not for the one inside.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|VITE_|TEST$)/.test(name)))
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'mutation.js')], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  expect(status, `${stdout}${stderr}`.slice(-4_000)).toBe(0)
})
