import { expect, test } from 'vitest'
import { reasonTable, sentenceOf } from './errors.ts'
import { guardMessages } from './guard-messages.ts'

const missing = { reason: 'missing_key' } as const

test.each([
  ['authorization', 'Authorization: Bearer <key>', 'X-API-Key'],
  ['x-api-key', 'X-API-Key: <key>', 'Authorization'],
] as const)('where %s alone is read, no sentence names the other', (header, how, other) => {
  const messages = guardMessages({ headers: [header], messages: {} })
  expect(sentenceOf(missing, messages)).toBe(`No credential was sent. Use ${how}.`)
  expect(Object.values(messages).join()).not.toContain(other)
})

test('where both are read the sentences are the table’s', () => {
  const messages = guardMessages({ headers: ['x-api-key', 'authorization'], messages: {} })
  expect(sentenceOf(missing, messages)).toBe(reasonTable.missing_key.message)
})

test('what the contract says stands', () => {
  const messages = { missing_key: 'API key is required', rate_limit: 'Slower.' }
  expect(guardMessages({ headers: ['x-api-key'], messages })).toMatchObject(messages)
})
