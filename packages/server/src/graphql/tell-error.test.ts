import { GraphQLError } from 'graphql'
import { describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { invalid, notFound, RefusedError } from '../engine/refused.ts'
import { tellError } from './tell-error.ts'

const of = (originalError: Error) => new GraphQLError(originalError.message, { originalError, path: ['apiKeys'] })

describe('an error of a field', () => {
  test('that is ours is told as over HTTP, and is no failure', () => {
    expect(tellError(of(notFound()), {})).toEqual({
      error: {
        message: 'There is nothing here, or nothing that you may see.',
        path: ['apiKeys'],
        extensions: { reason: 'not_found', status: 404, title: 'Not found' },
      },
      failure: null,
    })
    const limited = new RefusedError(
      { reason: 'creation_limit', values: { limit: 50, resetAt: '2026-11-21T10:00:01Z', retryAfterSeconds: 2 } },
      { retryAfterMs: 1500 },
    )
    expect(tellError(of(limited), { creation_limit: 'Enough until {resetAt}.' }).error).toMatchObject({
      message: 'Enough until 2026-11-21T10:00:01Z.',
      extensions: { status: 429, retryAfterSeconds: 2, resetAt: '2026-11-21T10:00:01.000Z' },
    })
  })

  test('that is an outage is told as one, and is a failure', () => {
    const outage = new StoreUnavailable('database', { cause: new Error('ECONNREFUSED 10.0.0.1') })
    const { error, failure } = tellError(of(outage), {})
    expect(error.extensions).toMatchObject({ reason: 'unavailable', status: 503, retryAfterSeconds: 1 })
    expect(JSON.stringify(error)).not.toContain('10.0.0.1')
    expect(failure).toBe(outage)
  })

  test('that nobody foresaw is told nothing of', () => {
    const fault = new TypeError('select digest from api_key_secrets')
    const { error, failure } = tellError(of(fault), {})
    expect(error).toEqual({
      message: 'Something went wrong on our side. Quote the request id when you report it.',
      path: ['apiKeys'],
      extensions: { reason: 'internal', status: 500, title: 'Internal error' },
    })
    expect(failure).toBe(fault)
  })
})

test('what is wrong with the document is told in its own words, but for a credential that went astray', () => {
  const key = `mk_live_${'a1B2'.repeat(9)}cd`
  const { error, failure } = tellError(new GraphQLError(`Cannot query field "${key}" on type "Query".`), {})
  expect(error).toEqual({
    message: 'Cannot query field "mk_live_a1B2…" on type "Query".',
    extensions: { reason: 'invalid_request', status: 400, title: 'Invalid request' },
  })
  expect(failure).toBeNull()
  const scalar = new GraphQLError('A DateTime is a text.')
  expect(tellError(new GraphQLError('x', { originalError: scalar }), {}).error.extensions).toMatchObject({
    status: 400,
  })
  expect(tellError(of(invalid('name', `not ${key}`)), {}).error).toMatchObject({
    message: 'not mk_live_a1B2…',
    extensions: { errors: [{ path: 'name', message: 'not mk_live_a1B2…' }] },
  })
})
