import { expect, test } from 'vitest'
import { deepFreeze, dictionary } from './plain-data.ts'

test('a dictionary holds its entries and inherits nothing', () => {
  const entries = dictionary(JSON.parse('{"a":1,"__proto__":2}'))
  expect(Object.keys(entries)).toEqual(['a', '__proto__'])
  expect(entries['constructor']).toBeUndefined()
  expect(Object.getPrototypeOf(entries)).toBeNull()
})

test('deep freezing reaches the last leaf', () => {
  const data = deepFreeze({ list: [{ inner: { leaf: 1 } }], nothing: null })
  expect(() => Object.assign(data.list[0]?.inner ?? {}, { leaf: 2 })).toThrow(TypeError)
  expect(() => Reflect.apply(Array.prototype.push, data.list, [1])).toThrow(TypeError)
})
