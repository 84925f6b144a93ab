import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKeyring } from './keyring.ts'

const pepper = randomBytes(32)

test('the same pepper gives the same keys, another pepper others', () => {
  const [one, same, other] = [pepper, pepper, randomBytes(32)].map((current) =>
    createKeyring({ current, previous: null }),
  )
  expect(one?.current.idempotency('x')).toBe(same?.current.idempotency('x'))
  expect(one?.current.idempotency('x')).not.toBe(other?.current.idempotency('x'))
  expect(one?.current.cursor('x')).toEqual(same?.current.cursor('x'))
})

test('each use has a key of its own: none gives what another would', () => {
  const { current, digesters } = createKeyring({ current: pepper, previous: null })
  const text = 'mk_live_x'
  const cursor = Buffer.from(current.cursor(text)).toString('hex')
  expect(current.idempotency(text)).toMatch(/^[0-9a-f]{64}$/)
  expect(current.cursor(text)).toHaveLength(32)
  expect(new Set([cursor, current.idempotency(text), digesters.current.digest(text as never)]).size).toBe(3)
})

test('during a pepper change both peppers are there, each with its own keys', () => {
  const older = randomBytes(32)
  const keyring = createKeyring({ current: pepper, previous: older })
  expect(keyring.previous?.idempotency('x')).toBe(
    createKeyring({ current: older, previous: null }).current.idempotency('x'),
  )
  expect(keyring.digesters.previous?.version).not.toBe(keyring.digesters.current.version)
  expect(createKeyring({ current: pepper, previous: null }).previous).toBeNull()
})
