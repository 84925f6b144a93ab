import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const core = dirname(createRequire(import.meta.url).resolve('@mantine/core/styles.css'))
const source = join(import.meta.dirname, '..')
const listed = Array.from(
  readFileSync(join(import.meta.dirname, 'styles.ts'), 'utf8').matchAll(/styles\/([\w-]+)\.css/g),
  ([, name = '']) => name,
)

const filesBelow = (directory: string, ending: RegExp): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => join(directory, path))

/** The components that our own files name. */
function namedByUs(): ReadonlySet<string> {
  const files = filesBelow(source, /\.tsx?$/).map((path) => readFileSync(path, 'utf8'))
  const imports = files.flatMap((text) => Array.from(text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)))
  return new Set(imports.flatMap(([, names = '']) => names.split(',').map((name) => name.trim())))
}

/** Those and the ones that they are made of. */
function reachable(): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const directory = ['components', 'utils'].map((kind) => join(core, 'esm', kind, name)).find(existsSync)
    if (found.has(name) || directory === undefined) return
    found.add(name)
    for (const path of filesBelow(directory, /\.mjs$/)) {
      const text = readFileSync(path, 'utf8')
      for (const [, other = ''] of text.matchAll(/from "\.[^"]*\/([A-Z]\w+)\/\w+\.mjs"/g)) visit(other)
    }
  }
  namedByUs().forEach(visit)
  return found
}

test('every component that is shown has its styles', () => {
  const wanted = [...reachable()].filter((name) => existsSync(join(core, 'styles', `${name}.css`)))
  expect(wanted.length).toBeGreaterThan(20)
  expect(wanted.filter((name) => !listed.includes(name))).toEqual([])
})

test('styles stand in the order in which Mantine has them: later ones override earlier ones', () => {
  const all = readFileSync(join(core, 'styles.css'), 'utf8').replaceAll(/\s+/g, '')
  const places = listed.map((name) => {
    const text = readFileSync(join(core, 'styles', `${basename(name)}.css`), 'utf8').replaceAll(/\s+/g, '')
    return all.indexOf(text.slice(0, 300))
  })
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((one, other) => one - other))
})
