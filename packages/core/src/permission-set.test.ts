import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PermissionSet, type PermissionOrder } from './permission-set.ts'

function orderOf(size: number): PermissionOrder {
  const names = Array.from({ length: size }, (_, index) => `p${String(index).padStart(3, '0')}:read`)
  return { names, indexByName: new Map(names.map((name, index) => [name, index])) }
}

/** Two subsets of one order, of every size around the words' borders, as bit sets and as plain sets. */
const pairs = fc
  .oneof(fc.constantFrom(0, 1, 31, 32, 33, 63, 64, 65), fc.nat(200))
  .chain((size) => {
    const indexes = size === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.nat(size - 1), { maxLength: size })
    return fc.record({ order: fc.constant(orderOf(size)), left: indexes, right: indexes })
  })
  .map(({ order, left, right }) => ({
    order,
    left: PermissionSet.of(order, left),
    right: PermissionSet.of(order, right),
    plainLeft: new Set(left.map((index) => order.names[index] ?? '')),
    plainRight: new Set(right.map((index) => order.names[index] ?? '')),
  }))

const sorted = (names: Iterable<string>): string[] => [...names].sort()
const both = (left: ReadonlySet<string>, right: ReadonlySet<string>) => [...left].filter((name) => right.has(name))
const onlyLeft = (left: ReadonlySet<string>, right: ReadonlySet<string>) => [...left].filter((name) => !right.has(name))

describe('exact, against plain sets', () => {
  test('has, names, isEmpty', () => {
    fc.assert(
      fc.property(pairs, ({ order, left, plainLeft }) => {
        expect(left.names()).toEqual(sorted(plainLeft))
        expect(left.isEmpty).toBe(plainLeft.size === 0)
        for (const name of [...order.names, 'p999:read', '', 'constructor'])
          expect(left.has(name)).toBe(plainLeft.has(name))
      }),
    )
  })

  test('intersect, union, without; neither operand changes', () => {
    fc.assert(
      fc.property(pairs, ({ order, left, right, plainLeft, plainRight }) => {
        expect(left.intersect(right).names()).toEqual(sorted(both(plainLeft, plainRight)))
        expect(PermissionSet.unionOf(order, [left, right]).names()).toEqual(
          sorted(new Set([...plainLeft, ...plainRight])),
        )
        expect(left.without(right).names()).toEqual(sorted(onlyLeft(plainLeft, plainRight)))
        expect(left.names()).toEqual(sorted(plainLeft))
        expect(right.names()).toEqual(sorted(plainRight))
      }),
    )
  })

  test('isSubsetOf and the first that is missing', () => {
    fc.assert(
      fc.property(pairs, ({ left, right, plainLeft, plainRight }) => {
        expect(left.isSubsetOf(right)).toBe(onlyLeft(plainLeft, plainRight).length === 0)
        expect(left.firstMissingFrom(right)).toBe(sorted(onlyLeft(plainLeft, plainRight))[0] ?? null)
        const common = left.intersect(right)
        expect(common.isSubsetOf(left)).toBe(true)
        expect(common.firstMissingFrom(right)).toBeNull()
      }),
    )
  })
})

test('the bit with the sign, at the end of a word, is a bit like any other', () => {
  const order = orderOf(33)
  const last = PermissionSet.of(order, [31])
  expect(last.has('p031:read')).toBe(true)
  expect(last.intersect(last).names()).toEqual(['p031:read'])
  expect(last.firstMissingFrom(PermissionSet.of(order, [32]))).toBe('p031:read')
})

test('sets of different catalogues do not mix', () => {
  const [here, there] = [PermissionSet.of(orderOf(3), [0]), PermissionSet.of(orderOf(3), [0])]
  const operations = [
    () => here.intersect(there),
    () => PermissionSet.unionOf(orderOf(3), [here]),
    () => here.without(there),
    () => here.isSubsetOf(there),
    () => here.firstMissingFrom(there),
  ]
  for (const operation of operations) expect(operation).toThrow('different catalogues')
})

test('the list of names cannot be changed', () => {
  expect(Object.isFrozen(PermissionSet.of(orderOf(3), [0, 2]).names())).toBe(true)
})
