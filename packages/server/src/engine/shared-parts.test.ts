import { expect, it } from 'vitest'
import { SharedParts } from './shared-parts.ts'

it('makes one value for one name', () => {
  const shared = new SharedParts<object>()
  const first = shared.get('a', () => ({}))
  expect(shared.get('a', () => ({}))).toBe(first)
  expect(shared.get('b', () => ({}))).not.toBe(first)
})

it('keeps a bounded number of names, and none that is long', () => {
  const shared = new SharedParts<object>()
  const first = shared.get('a', () => ({}))
  for (let index = 0; index < 4_095; index++) shared.get(`${index}`, () => ({}))
  expect(shared.get('a', () => ({}))).toBe(first)
  shared.get('one too many', () => ({}))
  expect(shared.get('a', () => ({}))).not.toBe(first)
  const long = 'x'.repeat(1_025)
  expect(shared.get(long, () => ({}))).not.toBe(shared.get(long, () => ({})))
})
