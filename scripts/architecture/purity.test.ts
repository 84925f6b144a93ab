import { expect, test } from 'vitest'
import { purityBreaches } from './purity.ts'
import { parseSource } from './source-file.ts'

const breaches = (text: string) => purityBreaches(parseSource('packages/core/src/sample.ts', text))

test.each([
  'const nowMs = Date.now()',
  `const nowMs = Date['now']()`,
  'const { now } = Date',
  'const clock = Date',
  'const today = new Date()',
  'const today = Date()',
  'const chance = Math.random()',
  'const { random } = Math',
  'export const clock = { read: Date.now }',
  'if (process.env.DEBUG) debug = true',
  'console.log(1)',
  'const call = (get = fetch) => get(1)',
  'setTimeout(() => {}, 1)',
  'queueMicrotask(run)',
  'const bytes = Buffer.from(text)',
  'crypto.getRandomValues(bytes)',
  'globalThis.fetch(url)',
  'const language = navigator.language',
  'for (const name of Object.keys(process.env)) use(name)',
  'const path = import.meta.url',
  'class A { at = performance.now() }',
  'const text = `${process.pid}`',
])('refuses %s', (text) => {
  expect(breaches(text)).toHaveLength(1)
})

test.each([
  'const floor = Math.floor(1.5)',
  'const at = new Date(timeMs).toISOString()',
  'const at = Date.UTC(2026, 0, 1)',
  'const parsed = Date.parse(text)',
  'const state = { process: 1, console: 2 }; use(state.process, state.console)',
  `const words = 'Date.now() and process.env in a text'`,
  '// Date.now() in a comment',
  'interface Clock { now: () => number; fetch?: string; at: Date }',
])('allows %s', (text) => {
  expect(breaches(text)).toEqual([])
})

test('names the line', () => {
  expect(breaches('const a = 1\n\nconst b = Math.random()')).toEqual([
    'packages/core/src/sample.ts:3: core is pure, and Math.random is not',
  ])
})
