import { randomBytes } from 'node:crypto'
import { createId, type KeyDigest } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { Link } from '../../engine/ports/links.ts'
import type { SignIn, SignInSecret } from '../../engine/ports/sign-ins.ts'
import type { Storage } from '../../engine/ports/storage.ts'
import { givenMember, newDigest, newUserId, startMs, type OpenedStorage } from './storage-samples.ts'
import { countYes, givenPerson } from './storage-sign-in-people.ts'

type NewSignIn = Omit<SignIn, 'number'> & SignInSecret

function sampleSignIn(userId: SignIn['userId'], change: Partial<NewSignIn> = {}): NewSignIn {
  return {
    id: createId('sin', randomBytes),
    userId,
    createdAtMs: startMs,
    expiresAtMs: startMs + 10_000,
    lastSeenAtMs: startMs,
    ip: '192.0.2.1',
    userAgent: 'Ünï/1.0',
    steppedUpAtMs: null,
    awaitsCode: false,
    digest: newDigest(),
    pepperVersion: 'v1',
    ...change,
  }
}

/** Committed. */
export async function givenSignIn(storage: Storage, userId: SignIn['userId'], change: Partial<NewSignIn> = {}) {
  const secret = sampleSignIn(userId, change)
  const signIn = await storage.transaction('every-organization', ({ signIns }) => signIns.insert(secret))
  return { signIn, digest: secret.digest }
}

export function describeSignIns(opened: () => OpenedStorage): void {
  describe('sign-ins', () => {
    test('are found by any of their digests, and keep what is changed of them', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const { signIn, digest } = await givenSignIn(storage, userId, { awaitsCode: true })
      await storage.transaction('every-organization', async ({ signIns }) => {
        expect(await signIns.findByDigest([newDigest(), digest])).toEqual(signIn)
        expect(await signIns.lockByDigest([newDigest()])).toBeNull()
        const renewed = newDigest()
        const change = { awaitsCode: false, steppedUpAtMs: startMs + 5, lastSeenAtMs: startMs + 6 }
        await signIns.update(signIn.number, { ...change, digest: renewed, pepperVersion: 'v2' })
        expect(await signIns.findByDigest([digest])).toBeNull()
        expect(await signIns.lockByDigest([renewed])).toEqual({ ...signIn, ...change })
        expect(await signIns.lock(signIn.number)).toEqual({ ...signIn, ...change })
      })
    })

    test('are listed newest first, of one person, up to the instant at which they end', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const other = await givenPerson(storage)
      await givenSignIn(storage, other.userId)
      const ends = [startMs + 1_000, startMs + 1_001, startMs + 1_002]
      const given = []
      for (const expiresAtMs of ends) given.push((await givenSignIn(storage, userId, { expiresAtMs })).signIn)
      const ids = async (nowMs: number, limit = 10) =>
        storage.read('every-organization', async ({ signIns }) =>
          (await signIns.list(userId, nowMs, limit)).map(({ id }) => id),
        )
      const newest = given.map(({ id }) => id).toReversed()
      expect(await ids(startMs)).toEqual(newest)
      expect(await ids(startMs + 1_000)).toEqual(newest.slice(0, 2))
      expect(await ids(startMs, 1)).toEqual(newest.slice(0, 1))
    })

    test('end together with the session tokens that came of them, and with no other', async () => {
      const { storage } = opened()
      const { organizationId, userId: memberId } = await givenMember(storage)
      const { userId } = await givenPerson(storage)
      const [ended, kept] = [await givenSignIn(storage, userId), await givenSignIn(storage, userId)]
      const sessionOf = async (signInNumber: number | null) => {
        const session = { organizationId, userId: memberId, createdAtMs: startMs, expiresAtMs: startMs + 900 }
        const id = createId('ses', randomBytes)
        const from = signInNumber === null ? undefined : { signInNumber, steppedUpUntilMs: 0 }
        await storage.transaction('every-organization', ({ sessions }) =>
          sessions.insert({ ...session, id, digest: newDigest(), pepperVersion: 'v1' }, from),
        )
        return id
      }
      const tokens = [await sessionOf(ended.signIn.number), await sessionOf(kept.signIn.number), await sessionOf(null)]
      const runs = async () =>
        storage.read('every-organization', async ({ sessions }) =>
          Promise.all(
            tokens.map(async (id) => (await sessions.find(organizationId, id))?.expiresAtMs === startMs + 900),
          ),
        )
      await storage.transaction('every-organization', ({ signIns }) => signIns.end(ended.signIn, startMs + 5))
      expect(await runs()).toEqual([false, true, true])
      await storage.transaction('every-organization', async ({ signIns }) => {
        expect(await signIns.endAll(userId, startMs + 6)).toBe(1)
        expect(await signIns.list(userId, startMs + 6, 10)).toEqual([])
      })
      expect(await runs()).toEqual([false, false, true])
    })

    test('are swept some time after they ended, and those that run are not', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const old = await givenSignIn(storage, userId, { expiresAtMs: 1_000 })
      const edge = await givenSignIn(storage, userId, { expiresAtMs: 1_001 })
      await storage.transaction('every-organization', async ({ signIns }) => {
        expect(await signIns.deleteEndedBefore(1_001, 10)).toBe(1)
        expect(await signIns.findByDigest([old.digest])).toBeNull()
        expect(await signIns.findByDigest([edge.digest])).toEqual(edge.signIn)
        expect(await signIns.deleteEndedBefore(1_002, 10)).toBe(1)
      })
    })
  })

  describe('failures to sign in', () => {
    test('are counted by address, to the last, and begin anew when they are cleared', async () => {
      const { storage } = opened()
      const [address, other] = [newUserId(), newUserId()]
      const add = async (of: string) =>
        storage.transaction('every-organization', ({ signInFailures }) => signInFailures.add(of, 2_000))
      const counts = await Promise.all(Array.from({ length: 8 }, () => add(address)))
      expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      expect(await add(other)).toBe(1)
      await storage.transaction('every-organization', ({ signInFailures }) => signInFailures.clear(address))
      expect([await add(address), await add(other)]).toEqual([1, 2])
      await storage.transaction('every-organization', async ({ signInFailures }) => {
        expect(await signInFailures.deleteBefore(2_000, 10)).toBe(0)
        expect(await signInFailures.deleteBefore(2_001, 1)).toBe(1)
        expect(await signInFailures.deleteBefore(2_001, 10)).toBe(1)
      })
    })
  })
}

export function describeLinks(opened: () => OpenedStorage): void {
  describe('links that are good once', () => {
    const sampleLink = (change: Partial<Link> = {}): Link & { readonly digest: KeyDigest } => ({
      purpose: 'password-reset',
      userId: null,
      wasMailed: true,
      createdAtMs: startMs,
      expiresAtMs: startMs + 1_000,
      digest: newDigest(),
      ...change,
    })

    test('are taken by one, with all others of the same person', async () => {
      const { storage } = opened()
      const [person, other] = [await givenPerson(storage), await givenPerson(storage)]
      const [first, second] = [sampleLink({ userId: person.userId }), sampleLink({ userId: person.userId })]
      const theirs = sampleLink({ userId: other.userId, wasMailed: false })
      await storage.transaction('every-organization', async ({ links }) => {
        for (const link of [first, second, theirs]) await links.insert(link)
        const { digest: _, ...shown } = theirs
        expect(await links.find([newDigest(), theirs.digest])).toEqual(shown)
        expect(await links.countOf(person.userId, first.expiresAtMs - 1)).toBe(2)
        expect(await links.countOf(person.userId, first.expiresAtMs)).toBe(0)
      })
      const digests = [newDigest(), first.digest]
      expect(await countYes(storage, 8, async ({ links }) => (await links.take(digests)) !== null)).toBe(1)
      await storage.read('every-organization', async ({ links }) => {
        expect(await links.find([second.digest])).toBeNull()
        expect(await links.find([theirs.digest])).not.toBeNull()
      })
    })

    test('are taken away from one person, and from no other', async () => {
      const { storage } = opened()
      const [person, other] = [await givenPerson(storage), await givenPerson(storage)]
      const [own, theirs] = [sampleLink({ userId: person.userId }), sampleLink({ userId: other.userId })]
      await storage.transaction('every-organization', async ({ links }) => {
        for (const link of [own, theirs]) await links.insert(link)
        await links.deleteOf(person.userId)
        expect(await links.find([own.digest])).toBeNull()
        expect(await links.find([theirs.digest])).not.toBeNull()
      })
    })

    test('to set the installation up go together', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const [first, second] = [sampleLink({ purpose: 'set-up' }), sampleLink({ purpose: 'set-up' })]
      const reset = sampleLink({ userId })
      await storage.transaction('every-organization', async ({ links }) => {
        for (const link of [first, second, reset]) await links.insert(link)
        expect(await links.take([second.digest])).toMatchObject({ purpose: 'set-up', userId: null })
        expect(await links.find([first.digest])).toBeNull()
        expect(await links.find([reset.digest])).not.toBeNull()
      })
    })

    test('are swept once they expired', async () => {
      const { storage } = opened()
      const { userId } = await givenPerson(storage)
      const [old, edge] = [sampleLink({ userId, expiresAtMs: 1_000 }), sampleLink({ userId, expiresAtMs: 1_001 })]
      await storage.transaction('every-organization', async ({ links }) => {
        for (const link of [old, edge]) await links.insert(link)
        expect(await links.deleteExpiredBefore(1_001, 10)).toBe(1)
        expect(await links.find([old.digest])).toBeNull()
        expect(await links.find([edge.digest])).not.toBeNull()
        expect(await links.deleteExpiredBefore(1_002, 10)).toBe(1)
      })
    })
  })
}

export function describeDeviceSignIns(opened: () => OpenedStorage): void {
  describe('sign-ins of a device', () => {
    const sampleDevice = () => ({
      digest: newDigest(),
      userCodeDigest: newDigest(),
      createdAtMs: startMs,
      expiresAtMs: startMs + 1_000,
      intervalSeconds: 5,
    })

    test('have a user code each', async () => {
      const { storage } = opened()
      const device = sampleDevice()
      await storage.transaction('every-organization', async ({ deviceSignIns }) => {
        expect(await deviceSignIns.insert(device)).toBe(true)
        expect(await deviceSignIns.insert({ ...device, digest: newDigest() })).toBe(false)
        expect(await deviceSignIns.lock([newDigest()])).toBeNull()
        await deviceSignIns.poll([device.digest], startMs + 7, 10)
        const { digest: _, userCodeDigest: __, ...shown } = device
        const asked = { ...shown, polledAtMs: startMs + 7, intervalSeconds: 10 }
        const undecided = { decision: null, signInNumber: null, organizationId: null }
        expect(await deviceSignIns.lock([newDigest(), device.digest])).toEqual({ ...asked, ...undecided })
      })
    })

    test('are decided once, in time, by one', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const { userId } = await givenPerson(storage)
      const { signIn } = await givenSignIn(storage, userId)
      const device = sampleDevice()
      const code = [device.userCodeDigest]
      await storage.transaction('every-organization', async ({ deviceSignIns }) => {
        await deviceSignIns.insert(device)
        expect(await deviceSignIns.decide(code, { decision: 'denied' }, device.expiresAtMs)).toBe(false)
        expect(await deviceSignIns.decide([newDigest()], { decision: 'denied' }, startMs)).toBe(false)
      })
      const approved = { decision: 'approved', signInNumber: signIn.number, organizationId } as const
      const decided = await countYes(storage, 8, ({ deviceSignIns }, turn) =>
        deviceSignIns.decide(code, turn % 2 === 0 ? approved : { decision: 'denied' }, startMs),
      )
      expect(decided).toBe(1)
      await storage.transaction('every-organization', async ({ deviceSignIns }) => {
        const { decision, signInNumber } = (await deviceSignIns.lock([device.digest])) ?? {}
        expect(signInNumber).toBe(decision === 'approved' ? signIn.number : null)
        await deviceSignIns.delete([device.digest])
        expect(await deviceSignIns.lock([device.digest])).toBeNull()
      })
    })

    test('are swept once they expired', async () => {
      const { storage } = opened()
      const [old, edge] = [
        { ...sampleDevice(), expiresAtMs: 1_000 },
        { ...sampleDevice(), expiresAtMs: 1_001 },
      ]
      await storage.transaction('every-organization', async ({ deviceSignIns }) => {
        for (const device of [old, edge]) await deviceSignIns.insert(device)
        expect(await deviceSignIns.deleteExpiredBefore(1_001, 10)).toBe(1)
        expect(await deviceSignIns.lock([old.digest])).toBeNull()
        expect(await deviceSignIns.lock([edge.digest])).not.toBeNull()
        expect(await deviceSignIns.deleteExpiredBefore(1_002, 10)).toBe(1)
      })
    })
  })
}
