import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { conventionBreaches } from './architecture/conventions.ts'
import { importCycles } from './architecture/cycles.ts'
import { missingFiles } from './architecture/documents.ts'
import { exampleBreaches, isTestCode, layerBreaches } from './architecture/layers.ts'
import { machineTraces } from './architecture/machine-traces.ts'
import { purityBreaches } from './architecture/purity.ts'
import { packageEntries, repositoryFiles } from './architecture/repository.ts'
import { parseSource } from './architecture/source-file.ts'

const root = join(import.meta.dirname, '..')
const paths = repositoryFiles(root)
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const sources = paths.filter((path) => /\.(?:ts|tsx|js)$/.test(path)).map((path) => parseSource(path, read(path)))
const packages = sources.filter((file) => /^packages\/[^/]+\/src\//.test(file.path))

describe('the repository', () => {
  test('is found: the rules below hold of more than nothing', () => {
    expect(packages.map((file) => file.path)).toContain('packages/core/src/index.ts')
    expect(packages.map((file) => file.path)).toContain('packages/server/src/index.ts')
    expect(packageEntries(root).get('@mintmark/core')).toBe('packages/core/src/index.ts')
  })

  test('imports in the direction of the layers', () => {
    expect(packages.flatMap(layerBreaches)).toEqual([])
  })

  test('shows in its examples what anybody can do with what is published', () => {
    expect(sources.filter(({ path }) => path.startsWith('examples/')).length).toBeGreaterThan(20)
    expect(sources.flatMap(exampleBreaches)).toEqual([])
  })

  test('has no cycle of imports', () => {
    expect(importCycles(sources, packageEntries(root))).toEqual([])
  })

  test('keeps core pure', () => {
    const core = packages.filter((file) => file.path.startsWith('packages/core/') && !isTestCode(file.path))
    expect(core.flatMap(purityBreaches)).toEqual([])
  })

  test('exports by name, in files and functions of bounded size, under names that say what is inside', () => {
    expect(sources.flatMap(conventionBreaches)).toEqual([])
  })

  test('has the files that its documents name', () => {
    const documents = paths.filter((path) => path.endsWith('.md'))
    expect(documents.length).toBeGreaterThan(3)
    expect(documents.flatMap((path) => missingFiles(path, read(path), paths))).toEqual([])
  })

  test('does not tell on which machine it was written', () => {
    const registry = process.env['npm_config_registry']
    const local = registry ? [new URL(registry).host].filter((host) => !/^(?:localhost|127\.)/.test(host)) : []
    expect(paths.flatMap((path) => machineTraces(path, read(path), local))).toEqual([])
  })
})
