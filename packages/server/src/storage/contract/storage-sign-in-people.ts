import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Person } from '../../engine/ports/identity.ts'
import type { SecondFactor } from '../../engine/ports/second-factors.ts'
import type { Storage, Stores } from '../../engine/ports/storage.ts'
import { newUserId, startMs, type OpenedStorage } from './storage-samples.ts'

export function samplePerson(change: Partial<Person> = {}): Person {
  const userId = newUserId()
  return { userId, email: `${userId.toLowerCase()}@example.test`, name: 'Ünï', isEmailVerified: false, ...change }
}

/** Committed. */
export async function givenPerson(storage: Storage, change: Partial<Person> = {}): Promise<Person> {
  const person = samplePerson(change)
  const isNew = await storage.transaction('every-organization', ({ identity }) => identity.insert(person))
  if (!isNew) throw new Error(`Somebody has the address ${person.email}`)
  return person
}

/** That many units of work at once: how many of them say yes. */
export async function countYes(
  storage: Storage,
  times: number,
  work: (stores: Stores, turn: number) => Promise<boolean>,
): Promise<number> {
  const units = Array.from({ length: times }, (_, turn) =>
    storage.transaction('every-organization', (stores) => work(stores, turn)),
  )
  return (await Promise.all(units)).filter(Boolean).length
}

const newBytes = (): Uint8Array => Uint8Array.from(randomBytes(32))

/** Whatever class of bytes the engine gives. */
function bytesOf(factor: SecondFactor | null): SecondFactor | null {
  return factor === null ? null : { ...factor, secret: Uint8Array.from(factor.secret) }
}

export function describeIdentity(opened: () => OpenedStorage): void {
  describe('people who sign in', () => {
    test('are found by id and by address, in whatever case it is written', async () => {
      const { storage } = opened()
      const person = await givenPerson(storage)
      await storage.read('every-organization', async ({ identity }) => {
        expect(await identity.isEmpty()).toBe(false)
        expect(await identity.find(person.userId)).toEqual(person)
        expect(await identity.find(newUserId())).toBeNull()
        expect(await identity.findByEmail(person.email.toUpperCase())).toEqual(person)
        expect(await identity.findByEmail(`x${person.email}`)).toBeNull()
      })
    })

    test('have an address each, also of those who come at once', async () => {
      const { storage } = opened()
      const { email } = samplePerson()
      const came = await countYes(storage, 6, ({ identity }, turn) =>
        identity.insert(samplePerson({ email: turn % 2 === 0 ? email : email.toUpperCase() })),
      )
      expect(came).toBe(1)
      await expect(givenPerson(storage, { email })).rejects.toThrow('Somebody has')
    })

    test('have a password once one is set, then the newest', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const other = await givenPerson(storage)
      await storage.transaction('every-organization', async ({ identity }) => {
        expect(await identity.passwordHash(userId)).toBeNull()
        for (const hash of ['first', 'second']) {
          await identity.setPasswordHash(userId, hash)
          expect(await identity.passwordHash(userId)).toBe(hash)
        }
        expect(await identity.passwordHash(other.userId)).toBeNull()
        await identity.markEmailVerified(userId)
        expect(await identity.find(userId)).toMatchObject({ isEmailVerified: true })
        expect(await identity.find(other.userId)).toMatchObject({ isEmailVerified: false })
      })
    })

    test('are vouched for by accounts, each of which is one person’s', async () => {
      const { storage } = opened()
      const [person, rival] = [await givenPerson(storage), await givenPerson(storage)]
      const account = { providerId: 'example', subject: person.userId }
      const linked = await countYes(storage, 6, ({ identity }, turn) =>
        identity.link(turn % 2 === 0 ? person.userId : rival.userId, account),
      )
      expect(linked).toBe(1)
      await storage.read('every-organization', async ({ identity }) => {
        const owner = await identity.findByAccount(account)
        expect([person.userId, rival.userId]).toContain(owner?.userId)
        expect(await identity.findByAccount({ ...account, providerId: 'other' })).toBeNull()
        expect(await identity.findByAccount({ ...account, subject: account.subject.toLowerCase() })).toBeNull()
        expect(await identity.passwordHash(person.userId)).toBeNull()
      })
    })

    test('leave nothing of what was undone', async () => {
      const { storage } = opened()
      const person = samplePerson()
      const undone = storage.transaction('every-organization', async ({ identity }) => {
        await identity.insert(person)
        await identity.setPasswordHash(person.userId, 'hash')
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      await storage.transaction('every-organization', async ({ identity }) => {
        expect(await identity.find(person.userId)).toBeNull()
        expect(await identity.insert(person)).toBe(true)
        expect(await identity.passwordHash(person.userId)).toBeNull()
      })
    })
  })
}

export function describeSecondFactors(opened: () => OpenedStorage): void {
  describe('second factors', () => {
    const begun = (userId: SecondFactor['userId']): Parameters<Stores['secondFactors']['begin']>[0] => ({
      userId,
      secret: newBytes(),
      pepperVersion: 'v1',
      createdAtMs: startMs,
    })

    test('may be begun again until one is confirmed', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const [first, second, third] = [begun(userId), begun(userId), begun(userId)]
      await storage.transaction('every-organization', async ({ secondFactors }) => {
        expect(await secondFactors.find(userId)).toBeNull()
        expect(await secondFactors.begin(first)).toBe(true)
        expect(await secondFactors.useStep(userId, 7)).toBe(true)
        expect(await secondFactors.begin(second)).toBe(true)
        expect(bytesOf(await secondFactors.find(userId))).toEqual({ ...second, confirmedAtMs: null, lastStep: 0 })
        await secondFactors.confirm(userId, startMs + 1)
        expect(await secondFactors.begin(third)).toBe(false)
        await secondFactors.reseal(userId, third.secret, 'v2')
        const resealed = { ...second, secret: third.secret, pepperVersion: 'v2' }
        expect(bytesOf(await secondFactors.find(userId))).toEqual({
          ...resealed,
          confirmedAtMs: startMs + 1,
          lastStep: 0,
        })
      })
    })

    test('take no step twice, nor one before it, from any number at once', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const other = await givenPerson(storage)
      await storage.transaction('every-organization', async ({ secondFactors }) => {
        for (const id of [userId, other.userId]) await secondFactors.begin(begun(id))
      })
      expect(await countYes(storage, 8, ({ secondFactors }) => secondFactors.useStep(userId, 50))).toBe(1)
      await storage.transaction('every-organization', async ({ secondFactors }) => {
        expect(await secondFactors.useStep(userId, 49)).toBe(false)
        expect(await secondFactors.useStep(userId, 51)).toBe(true)
        expect(await secondFactors.useStep(other.userId, 50)).toBe(true)
      })
    })

    test('have recovery codes, good once each, for nobody else, and gone with it', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const other = await givenPerson(storage)
      const [old, code, rest] = [newBytes(), newBytes(), newBytes()]
      await storage.transaction('every-organization', async ({ secondFactors }) => {
        await secondFactors.begin(begun(userId))
        await secondFactors.putRecoveryCodes(userId, [old])
        await secondFactors.putRecoveryCodes(userId, [code, rest])
        expect(await secondFactors.takeRecoveryCode(userId, old)).toBe(false)
        expect(await secondFactors.takeRecoveryCode(other.userId, code)).toBe(false)
      })
      expect(await countYes(storage, 8, ({ secondFactors }) => secondFactors.takeRecoveryCode(userId, code))).toBe(1)
      await storage.transaction('every-organization', async ({ secondFactors }) => {
        expect(await secondFactors.delete(userId)).toBe(true)
        expect(await secondFactors.delete(userId)).toBe(false)
        expect(await secondFactors.takeRecoveryCode(userId, rest)).toBe(false)
      })
    })
  })
}
