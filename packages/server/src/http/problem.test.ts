import { describe, expect, test } from 'vitest'
import type { Refusal } from '@mintmark/core'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { invalid, invalidFields, notFound, refuse, RefusedError } from '../engine/refused.ts'
import { refusalOf } from '../engine/refusal-of.ts'
import { createRenderError, type ErrorDetails } from './problem.ts'

const details: ErrorDetails = { requestId: 'req_1', hasCredential: true }

const render = (refusal: Refusal, more: Partial<ErrorDetails> = {}) =>
  createRenderError('problem', {})(refusal, { ...details, ...more })

function headersOf(headers: readonly string[]): Record<string, string | undefined> {
  const pairs: [string, string | undefined][] = []
  for (let index = 0; index < headers.length; index += 2)
    pairs.push([headers[index]?.toLowerCase() ?? '', headers[index + 1]])
  return Object.fromEntries(pairs)
}

test.each([
  [null, undefined],
  [0, '1'],
  [1, '1'],
  [1000, '1'],
  [1001, '2'],
  [59_999.5, '60'],
])('a wait of %o ms is Retry-After: %o, in whole seconds, never too short', (retryAfterMs, expected) => {
  expect(headersOf(render({ reason: 'rate_limit' }, { retryAfterMs }).headers)['retry-after']).toBe(expected)
})

test('nothing that may be a credential is told again', () => {
  const key = 'mk_live_FAKE0123456789abcdefghijklmnopqr3fBLMR'
  const message = `There is no permission ${key} in the contract.`
  const { body } = render({ reason: 'invalid_request', message }, { faults: [{ path: key, message }] })
  expect(body).toContain('FAKE…')
  expect(body).not.toContain('FAKE0')
})

describe('what was thrown', () => {
  test('is the refusal that it carries', () => {
    expect(refusalOf(notFound())).toEqual({ refusal: { reason: 'not_found' }, faults: [], retryAfterMs: null })
    expect(refusalOf(refuse('conflict', 'Taken.'))?.refusal).toEqual({ reason: 'conflict', message: 'Taken.' })
    expect(refusalOf(new RefusedError({ reason: 'creation_limit' }, { retryAfterMs: 5 }))?.retryAfterMs).toBe(5)
  })

  test('is the first of several mistakes, with all of them', () => {
    const faults = [
      { path: 'a', message: 'One.' },
      { path: 'b', message: 'Two.' },
    ]
    expect(refusalOf(invalidFields(faults))).toMatchObject({
      refusal: { reason: 'invalid_request', message: 'One.' },
      faults,
    })
    expect(refusalOf(invalid('a', 'One.'))).toMatchObject({ refusal: { message: 'One.' }, faults: [faults[0]] })
    expect(refusalOf(invalidFields([]))).toEqual({
      refusal: { reason: 'invalid_request' },
      faults: [],
      retryAfterMs: null,
    })
  })

  test('is an outage with a time to try again', () => {
    expect(refusalOf(new StoreUnavailable('database'))).toEqual({
      refusal: { reason: 'unavailable', values: { retryAfterSeconds: 1 } },
      faults: [],
      retryAfterMs: 1000,
    })
  })

  test.each([new Error('x'), new TypeError('x'), 'text', null, undefined, { reason: 'forbidden' }])(
    'is a fault of ours, of which nothing is told, where it is %o',
    (thrown) => {
      expect(refusalOf(thrown)).toBeNull()
    },
  )
})
