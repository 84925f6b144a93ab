import { MintmarkError } from '@mintmark/sdk'
import { expect, test } from 'vitest'
import { AuthError } from '../auth/auth-error.ts'
import { messagesOf } from './error-message.ts'

const invalid = { reason: 'invalid_request', status: 400 } as const
const tooLong = 'Give 1 to 100 characters.'

test('a mistake is told once, with the field as it is labelled', () => {
  for (const Failure of [MintmarkError, AuthError]) {
    const mistake = { path: 'name', message: tooLong }
    expect(messagesOf(new Failure(tooLong, { ...invalid, faults: [mistake] }))).toEqual([`Name: ${tooLong}`])
  }
  const faults = [
    { path: 'ipAllowlist[1]', message: 'Write a network.' },
    { path: 'email', message: 'email must have at least 3 characters.' },
    { path: 'metadata.x', message: 'Write a text.' },
    { path: '', message: 'Something else.' },
  ]
  expect(messagesOf(new MintmarkError('Write a network.', { ...invalid, faults }))).toEqual([
    'Allowed addresses: Write a network.',
    'Email must have at least 3 characters.',
    'metadata.x: Write a text.',
    'Something else.',
  ])
})

test('a sentence that is no field’s stands first, a request is named where the server failed', () => {
  const faults = [{ path: 'name', message: tooLong }]
  expect(messagesOf(new MintmarkError('Two things.', { ...invalid, faults }))).toEqual([
    'Two things.',
    `Name: ${tooLong}`,
  ])
  const failed = { reason: 'internal', status: 500, requestId: 'req_1' } as const
  expect(messagesOf(new MintmarkError('It failed.', failed))).toEqual(['It failed.', 'Request req_1'])
  expect(messagesOf(new Error('Anything.'))).toEqual(['Anything.'])
})
