import { expect, test } from 'vitest'
import { denialOf } from './thrown.ts'

test.each([undefined, null, 0, 'not_found', [], {}, { refusal: 'not_found' }, { status: '404' }, { status: 399 }])(
  'whatever is thrown (%j) is a fault unless it says why it refuses',
  (thrown) => {
    expect(denialOf(thrown)).toBeNull()
  },
)

test('a refusal of another package is known by what it carries', () => {
  const faults = [{ path: 'name', message: 'is missing' }]
  expect(denialOf({ refusal: { reason: 'conflict', message: 'Locked.' }, retryAfterMs: 1500, faults })).toEqual({
    reason: 'conflict',
    message: 'Locked.',
    retryAfterSeconds: 2,
    faults,
  })
})
