import { expect, test } from 'vitest'
import { readContract } from './contract.ts'

test('a contract is read from its file’s text, comments and all, or from the JSON in it', () => {
  const json = { name: 'Example', permissions: ['sites:read'] }
  const text = `// Ours.\n${JSON.stringify(json)}`
  expect(readContract(text)).toEqual(readContract(json))
  expect(readContract(text)).toMatchObject({ name: 'Example', defaultTier: 'standard' })
})

test('every mistake is named, with its path', () => {
  expect(() => readContract({ errors: 'xml', colour: 1 })).toThrow(/^The contract is wrong\.\n(?:colour|errors): /)
  expect(() => readContract('{ "name": }')).toThrow('line 1, column 11: a value is expected here')
})
