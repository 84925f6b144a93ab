import { expect, test } from 'vitest'
import { importCycles } from './cycles.ts'
import { parseSource } from './source-file.ts'

const cycles = (files: Record<string, string>, entries = new Map<string, string>()) =>
  importCycles(
    Object.entries(files).map(([path, text]) => parseSource(path, text)),
    entries,
  )

test('finds a cycle through several files', () => {
  const files = {
    'src/a.ts': `import './b.ts'`,
    'src/b.ts': `export * from './in/c.ts'`,
    'src/in/c.ts': `import '../a.ts'`,
  }
  expect(cycles(files)).toEqual([['src/a.ts', 'src/b.ts', 'src/in/c.ts']])
})

test('finds one that leads into the cycle from outside, a self-import, and one by dynamic import', () => {
  expect(cycles({ 'a.ts': `import './b.ts'`, 'b.ts': `import './c.ts'`, 'c.ts': `import './b.ts'` })).toEqual([
    ['b.ts', 'c.ts'],
  ])
  expect(cycles({ 'a.ts': `import './a.ts'` })).toEqual([['a.ts']])
  expect(cycles({ 'a.ts': `void import('./b.ts')`, 'b.ts': `import './a.ts'` })).toHaveLength(1)
})

test('finds a cycle across packages by their names', () => {
  const files = { 'core.ts': `import '@mintmark/server'`, 'server.ts': `import '@mintmark/core'` }
  const entries = new Map([
    ['@mintmark/core', 'core.ts'],
    ['@mintmark/server', 'server.ts'],
  ])
  expect(cycles(files, entries)).toHaveLength(1)
})

test('is content with a diamond, and with types that are erased', () => {
  expect(
    cycles({
      'a.ts': `import './b.ts'; import './c.ts'`,
      'b.ts': `import './d.ts'`,
      'c.ts': `import './d.ts'`,
      'd.ts': '',
    }),
  ).toEqual([])
  expect(cycles({ 'a.ts': `import type { B } from './b.ts'`, 'b.ts': `import './a.ts'` })).toEqual([])
})
