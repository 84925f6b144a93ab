import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { blankComments } from './json-comments.ts'
import { parseContractText } from './contract.ts'

test.each([
  ['{} // why', '{}       '],
  ['// why\r\n{}', '      \r\n{}'],
  ['{ /* two\nlines */ "a": 1 }', '{       \n         "a": 1 }'],
  ['{ "url": "https://a" }', '{ "url": "https://a" }'],
  ['{ "a": "\\"// no comment" } // one', '{ "a": "\\"// no comment" }       '],
  ['{ "a": "/*" } /* one */ "*/"', '{ "a": "/*" }           "*/"'],
  ['/*/ {} */', '         '],
  ['/* never closed {}', '/* never closed {}'],
  ['1 / 2', '1 / 2'],
])('%j', (text, blanked) => {
  expect(blankComments(text)).toBe(blanked)
})

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value, null, 2))

test('leaves JSON as it is', () => {
  fc.assert(
    fc.property(json, (text) => {
      expect(blankComments(text)).toBe(text)
    }),
  )
})

test('gives what the text says without its comments, each line and column in its place', () => {
  const words = fc.string({ unit: fc.constantFrom('a', '"', ' ', '{', '\\', '/', '*') })
  const line = words.map((text) => `//${text}\n`)
  const block = words.filter((text) => !text.includes('*/') && !/^\/|\*$/.test(text)).map((text) => `/*${text}*/`)
  const comments = fc.array(fc.oneof(line, block), { minLength: 1, maxLength: 3 }).map((some) => some.join(' '))
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), comments, (value, comment) => {
      const text = JSON.stringify(value, null, 1).replaceAll(/\n/g, `${comment}\n`)
      const blanked = blankComments(`${comment}${text}${comment}`)
      expect(blanked).toHaveLength(text.length + 2 * comment.length)
      expect(JSON.parse(blanked)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('a contract may have comments, and its mistakes keep their places', () => {
  expect(parseContractText('// ours\n{ "name": "Example" /* of many */ }').contract?.name).toBe('Example')
  expect(parseContractText('// ours\n{ "name": /* none */ }').mistakes).toEqual([
    { path: 'line 2, column 22', message: 'a value is expected here' },
  ])
  expect(parseContractText('{ "name": "Example" } /* never closed').mistakes[0]?.path).toBe('line 1, column 23')
})
