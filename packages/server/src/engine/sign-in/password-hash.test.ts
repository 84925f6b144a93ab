import { sentenceOf } from '@mintmark/core'
import { expect, test } from 'vitest'
import { createRandom } from '../../system.ts'
import { RefusedError } from '../refused.ts'
import { PasswordHasher } from './password-hash.ts'

/** Of the least cost that there is: what is looked at is the queue. */
const cheap = `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

test('who would wait too long is told when to come again, and nobody who waits is forgotten', async () => {
  const hasher = new PasswordHasher(createRandom(), () => {})
  const asked = await Promise.allSettled(Array.from({ length: 105 }, () => hasher.verify('a password', cheap)))
  const refused = asked.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown)
  expect(refused).toHaveLength(3)
  for (const error of refused) {
    if (!(error instanceof RefusedError)) throw error
    expect(error.retryAfterMs).toBe(5_000)
    expect(sentenceOf(error.refusal, {})).toContain('Try again in 5 seconds.')
  }
  expect(await hasher.verify('a password', cheap), 'there is room again').toBe(false)
})
