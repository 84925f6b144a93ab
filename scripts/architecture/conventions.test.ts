import { expect, test } from 'vitest'
import { conventionBreaches } from './conventions.ts'
import { parseSource } from './source-file.ts'

const breaches = (path: string, text: string) => conventionBreaches(parseSource(path, text))
const lines = (count: number) => 'x\n'.repeat(count)
const body = (count: number) => '\n  x'.repeat(count)

test.each([
  'export default 1',
  'export default function f() {}',
  'const x = 1; export { x as default }',
  `export { x as 'default' } from './x.ts'`,
  `export { default } from './x.ts'`,
])('refuses %s, but in a tool’s configuration', (text) => {
  expect(breaches('packages/core/src/a.ts', text)).toHaveLength(1)
  expect(breaches('vitest.config.ts', text)).toEqual([])
})

test('allows exports by name', () => {
  expect(breaches('packages/core/src/a.ts', `export const x = 1; export { y as z } from './y.ts'`)).toEqual([])
})

test('bounds a file at 500 lines', () => {
  expect(breaches('a.ts', lines(500))).toEqual([])
  expect(breaches('a.ts', lines(501))).toHaveLength(1)
  expect(breaches('src/generated/a.ts', lines(501))).toEqual([])
})

test('bounds a function at 70 lines, save in tests', () => {
  expect(breaches('a.ts', `function f() {${body(68)}\n}`)).toEqual([])
  expect(breaches('a.ts', `\nfunction f() {${body(69)}\n}`)).toEqual(['a.ts:2: a function of 71 lines, over 70'])
  expect(breaches('a.ts', `const f = () => {${body(69)}\n}`)).toHaveLength(1)
  expect(
    breaches('a.ts', `function make() {\n  function inner() {${body(65)}\n  }\n  const text = \`${body(40)}\`\n}`),
  ).toEqual([])
  expect(breaches('a.ts', `function make() {\n  function inner() {${body(70)}\n  }\n}`)).toHaveLength(1)
  expect(breaches('a.test.ts', `test('x', () => {${body(69)}\n})`)).toEqual([])
})

test.each([
  'src/utils.ts',
  'src/helpers.test.ts',
  'src/common/key.ts',
  'src/types.ts',
  'src/misc.ts',
  'src/keyFormat.ts',
])('refuses the name %s', (path) => {
  expect(breaches(path, '')).toHaveLength(1)
})

test.each(['src/key-format.ts', 'src/key-format.test.ts', 'src/types-of-key.ts', 'vitest.config.ts'])(
  'allows the name %s',
  (path) => {
    expect(breaches(path, '')).toEqual([])
  },
)
