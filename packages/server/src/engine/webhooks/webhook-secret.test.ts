import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../keyring.ts'
import { seal, unseal } from '../sealing.ts'
import { openSecrets, sealSecrets, secretsAt } from './webhook-secret.ts'

const random = (count: number): Uint8Array => Uint8Array.from(randomBytes(count))
const bytes = fc.uint8Array({ maxLength: 100 })

describe('what is sealed', () => {
  test('is opened by its key in its place', () => {
    fc.assert(
      fc.property(bytes, fc.string(), (plain, context) => {
        const key = random(32)
        const sealed = seal(key, plain, context, random)
        expect(Uint8Array.from(unseal(key, sealed, context) ?? [])).toEqual(plain)
        expect(sealed).toHaveLength(plain.length + 28)
      }),
    )
  })

  test('is opened by no other key, in no other place, and not with any bit changed', () => {
    const key = random(32)
    const sealed = seal(key, random(32), 'here', random)
    expect(unseal(random(32), sealed, 'here')).toBeNull()
    expect(unseal(key, sealed, 'there')).toBeNull()
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Uint8Array.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(unseal(key, changed, 'here')).toBeNull()
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(unseal(key, sealed.subarray(0, length), 'here')).toBeNull()
    }
  })

  test('differs each time, so that equal secrets do not show', () => {
    const [key, plain] = [random(32), random(32)]
    const seals = Array.from({ length: 100 }, () => Buffer.from(seal(key, plain, 'here', random)).toString('hex'))
    expect(new Set(seals).size).toBe(100)
    for (const text of seals) expect(text).not.toContain(Buffer.from(plain).toString('hex'))
  })
})

describe('a webhook’s secrets', () => {
  const [old, next] = [random(32), random(32)]
  const before = createKeyring({ current: old, previous: null })
  const during = createKeyring({ current: next, previous: old })
  const after = createKeyring({ current: next, previous: null })
  const id = createId('whk', random)
  const secrets = { current: random(32), previous: { secret: random(32), endsAtMs: 1_000 } }
  const plain = (opened: ReturnType<typeof openSecrets>) =>
    [opened.current, opened.previous?.secret].map((secret) => Buffer.from(secret ?? []).toString('hex'))

  test('stay open through a change of pepper, and are sealed anew under the next one', () => {
    const sealed = sealSecrets({ keyring: before, random }, id, secrets)
    const opened = openSecrets(during, id, sealed)
    expect(plain(opened)).toEqual(plain(secrets))
    const anew = sealSecrets({ keyring: during, random }, id, opened)
    expect(anew.pepperVersion).toBe(after.digesters.current.version)
    expect(plain(openSecrets(after, id, anew))).toEqual(plain(secrets))
    expect(() => openSecrets(after, id, sealed)).toThrow('another pepper')
    expect(() => openSecrets(before, id, anew)).toThrow('another pepper')
  })

  test('are another webhook’s nowhere', () => {
    const sealed = sealSecrets({ keyring: before, random }, id, secrets)
    expect(() => openSecrets(before, createId('whk', random), sealed)).toThrow('changed by hand')
  })

  test('sign together until the overlap ends, to the millisecond', () => {
    const count = (nowMs: number) => secretsAt(secrets, nowMs).length
    expect([0, 999, 1_000, 1_001].map(count)).toEqual([2, 2, 1, 1])
    expect(secretsAt({ ...secrets, previous: null }, 0)).toEqual([secrets.current])
  })
})
