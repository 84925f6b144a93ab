import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { givenKey, givenMember, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const parallelClaims = 20

function sampleClaim(atMs = startMs) {
  const keyHmac = randomBytes(32).toString('hex')
  return { principal: 'key_caller', keyHmac, fingerprint: 'f'.repeat(64), atMs, sinceMs: atMs - 1_000 }
}

export function describeIdempotency(opened: () => OpenedStorage): void {
  describe('idempotency', () => {
    test('a completed claim is known, by its principal alone', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const claim = sampleClaim()
      const record = { fingerprint: claim.fingerprint, status: 201, resourceId: 'key_made', erased: false }
      await storage.transaction(organizationId, async ({ idempotency }) => {
        expect(await idempotency.claim(claim)).toEqual({ state: 'claimed' })
        await idempotency.complete(claim.principal, claim.keyHmac, { status: 201, resourceId: 'key_made' })
      })
      await storage.transaction(organizationId, async ({ idempotency }) => {
        expect(await idempotency.claim({ ...claim, fingerprint: 'other' })).toEqual({ state: 'known', record })
        expect(await idempotency.find(claim.principal, claim.keyHmac, claim.sinceMs)).toEqual(record)
        expect(await idempotency.claim({ ...claim, principal: 'key_other' })).toEqual({ state: 'claimed' })
      })
    })

    test('what was rolled back, never completed, or is too old counts for nothing', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const claim = sampleClaim()
      const rolledBack = storage.transaction(organizationId, async ({ idempotency }) => {
        await idempotency.claim(claim)
        throw new Error('rolled back')
      })
      await expect(rolledBack).rejects.toThrow('rolled back')
      await storage.transaction(organizationId, async ({ idempotency }) => {
        expect(await idempotency.claim(claim)).toEqual({ state: 'claimed' })
      })
      await storage.transaction(organizationId, async ({ idempotency }) => {
        expect(await idempotency.find(claim.principal, claim.keyHmac, claim.sinceMs)).toBeNull()
        expect(await idempotency.claim(claim)).toEqual({ state: 'claimed' })
        await idempotency.complete(claim.principal, claim.keyHmac, { status: 200, resourceId: null })
      })
      const later = { ...claim, atMs: startMs + 5_000, sinceMs: startMs + 1 }
      await storage.transaction(organizationId, async ({ idempotency }) => {
        expect(await idempotency.claim({ ...later, sinceMs: startMs })).toMatchObject({ state: 'known' })
        expect(await idempotency.find(claim.principal, claim.keyHmac, later.sinceMs)).toBeNull()
        expect(await idempotency.claim(later)).toEqual({ state: 'claimed' })
      })
    })

    test('a deleted resource leaves that it was made', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const claim = sampleClaim()
      const resourceId = randomBytes(8).toString('hex')
      await storage.transaction(organizationId, async ({ idempotency }) => {
        await idempotency.claim(claim)
        await idempotency.complete(claim.principal, claim.keyHmac, { status: 201, resourceId })
        await idempotency.erase(resourceId)
        expect(await idempotency.claim(claim)).toEqual({
          state: 'known',
          record: { fingerprint: claim.fingerprint, status: 201, resourceId: null, erased: true },
        })
      })
    })

    test('a principal who is gone is forgotten, and no other', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const claims = [sampleClaim(), { ...sampleClaim(), principal: 'key_caller_2' }]
      await storage.transaction(organizationId, async ({ idempotency }) => {
        for (const claim of claims) {
          await idempotency.claim(claim)
          await idempotency.complete(claim.principal, claim.keyHmac, { status: 201, resourceId: null })
        }
        await idempotency.forget('key_caller')
        const found = claims.map(({ principal, keyHmac }) => idempotency.find(principal, keyHmac, 0))
        expect(await Promise.all(found)).toEqual([null, expect.objectContaining({ status: 201 })])
      })
    })

    test('an erased organization’s claims go, and others forget what they were about in it', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const principals = {
        gone: [`${organizationId}:member:ada`, `${organizationId}:operator:key_1`],
        stays: [':operator:key_1', `${organizationId}2:member:ada`, `acme:member:${organizationId}`],
      }
      const resources = {
        gone: [key.id, organizationId, `${organizationId}/project/web`],
        stays: [`${organizationId}2`, `acme/member/${organizationId}`, organizationId.toUpperCase(), null],
      }
      const resultOf = async (principal: string, resourceId: string | null) =>
        storage.transaction('every-organization', async ({ idempotency }) => {
          const claim = { ...sampleClaim(), principal }
          await idempotency.claim(claim)
          await idempotency.complete(principal, claim.keyHmac, { status: 201, resourceId })
          return () =>
            storage.read('every-organization', async (stores) => stores.idempotency.find(principal, claim.keyHmac, 0))
        })
      const inside = await Promise.all(principals.gone.map(async (principal) => resultOf(principal, 'x')))
      const outside = await Promise.all(principals.stays.map(async (principal) => resultOf(principal, 'x')))
      const about = await Promise.all(resources.gone.map(async (resource) => resultOf('key_x', resource)))
      const other = await Promise.all(resources.stays.map(async (resource) => resultOf('key_x', resource)))
      await storage.transaction('every-organization', async ({ organizations }) => organizations.delete(organizationId))
      for (const read of inside) expect(await read()).toBeNull()
      for (const read of outside) expect(await read()).toMatchObject({ resourceId: 'x', erased: false })
      for (const read of about) expect(await read()).toMatchObject({ resourceId: null, erased: true })
      for (const [index, read] of other.entries()) {
        expect(await read()).toMatchObject({ resourceId: resources.stays[index], erased: false })
      }
    })

    test('of parallel claims one wins, and the others see it in flight or done', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const claim = sampleClaim()
      const one = async (): Promise<string> =>
        storage.transaction(organizationId, async (stores) => {
          const { state } = await stores.idempotency.claim(claim)
          await stores.nowMs()
          if (state === 'claimed') {
            await stores.idempotency.complete(claim.principal, claim.keyHmac, { status: 201, resourceId: null })
          }
          return state
        })
      const states = await Promise.all(Array.from({ length: parallelClaims }, one))
      expect(states.filter((state) => state === 'claimed')).toHaveLength(1)
    })
  })
}
