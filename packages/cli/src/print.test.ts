import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Host } from './host.ts'
import { alignedLines, printFields, printList } from './print.ts'

function printed(print: (host: Host) => void, isTTY = false): string {
  let text = ''
  const output = { isTTY, write: (more: string) => (text += more) }
  print({ env: {}, stdin: Readable.from([]), stdout: output, stderr: output })
  return text
}

const people = [
  { name: 'Ada', age: 36 },
  { name: 'Bartholomew', age: null },
]
const columns = [
  ['name', ({ name }: (typeof people)[0]) => name],
  ['age', ({ age }: (typeof people)[0]) => age],
] as const

test('lists have columns, with titles for people', () => {
  const rows = 'Ada          36\nBartholomew  -\n'
  expect(printed((host) => printList(host, {}, people, columns))).toBe(rows)
  expect(printed((host) => printList(host, {}, people, columns), true)).toBe(`NAME         AGE\n${rows}`)
  expect(printed((host) => printList(host, {}, [], columns), true)).toBe('')
  expect(JSON.parse(printed((host) => printList(host, { json: true }, people, columns), true))).toEqual(people)
  expect(printed((host) => printList(host, { json: true }, [], columns))).toBe('[]\n')
})

test('fields are one a line', () => {
  const thing = { id: 'x', list: ['a', 'b'], none: null, empty: [], on: true, inside: { a: 1 } }
  expect(printed((host) => printFields(host, {}, thing))).toBe(
    'id      x\nlist    a,b\nnone    -\nempty   -\non      true\ninside  {"a":1}\n',
  )
  expect(JSON.parse(printed((host) => printFields(host, { json: true }, thing)))).toEqual(thing)
})

test('nothing that was stored can steer the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const text = printed((host) => printFields(host, {}, { name }))
      expect(text.endsWith('\n')).toBe(true)
      // oxlint-disable-next-line no-control-regex
      expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
  expect(printed((host) => printFields(host, {}, { name: 'a\u001b[2Jb\nc' }))).toBe('name  a\\u001b[2Jb\\u000ac\n')
})

test('cells begin below one another', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
      const lines = alignedLines(rows)
      const starts = lines.map((line) => [...line.matchAll(/\S+/g)].map(({ index }) => index))
      expect(new Set(starts.map((start) => start.join())).size).toBe(1)
      expect(lines.map((line) => line.split(/ +/))).toEqual(rows)
    }),
  )
})
