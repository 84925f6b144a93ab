import { createId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Key, KeyFilter } from '../../engine/ports/keys.ts'
import {
  everyKey,
  givenKey,
  givenMember,
  newestPage,
  newProjectId,
  newUserId,
  sampleKey,
  sampleSecret,
  startMs,
} from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

const revocation = { atMs: startMs + 9, by: { type: 'host', id: 'host' }, reason: 'leaked', comment: 'oops' } as const

export function describeKeys(opened: () => OpenedStorage): void {
  describe('keys', () => {
    test('keep all that they were minted with', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const key = sampleKey(organizationId, {
        scope: 'project',
        projectId: newProjectId(),
        environment: 'test',
        permissions: ['sites:*', 'ü"\\'],
        owner: { type: 'member', userId },
        createdByUserId: userId,
        expiresAtMs: startMs + 1,
        rateLimit: { limit: 5, windowSeconds: 60 },
        ipAllowlist: ['10.0.0.0/8'],
        metadata: { ['__proto__']: 'x', team: 'ü' },
      })
      const secret = sampleSecret()
      const inserted = await storage.transaction(organizationId, async ({ keys }) => keys.insert(key, secret))
      expect(inserted).toEqual({
        ...key,
        number: expect.any(Number),
        revocation: null,
        secrets: [
          {
            number: expect.any(Number),
            id: secret.id,
            prefix: secret.prefix,
            createdAtMs: startMs,
            endsAtMs: null,
            firstUsedAtMs: null,
            lastUsedAtMs: null,
            lastUsedIp: null,
            lastUsedAgent: null,
          },
        ],
      })
      const found = await storage.read(organizationId, async ({ keys }) => keys.find(organizationId, key.id))
      expect(found).toEqual(inserted)
      expect(Object.keys(found?.metadata ?? {})).toEqual(Object.keys(key.metadata))
    })

    test('tell null permissions from none, and an organization’s ownership from a member’s', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const all = await givenKey(storage, organizationId, { owner: { type: 'organization', role: 'admin' } })
      const none = await givenKey(storage, organizationId, { permissions: [], ipAllowlist: [] })
      const found = await storage.read(organizationId, async ({ keys }) => [
        await keys.find(organizationId, all.id),
        await keys.find(organizationId, none.id),
      ])
      expect(found).toEqual([all, none])
    })

    test('of another organization, or operator’s, are not found, listed, locked or counted', async () => {
      const { storage } = opened()
      const one = await givenMember(storage)
      const other = await givenMember(storage)
      const owner = { type: 'member', userId: one.userId } as const
      const key = await givenKey(storage, one.organizationId, { owner })
      const operator = await storage.transaction('every-organization', async ({ keys }) =>
        keys.insert(sampleKey(null), sampleSecret()),
      )
      await storage.transaction('every-organization', async ({ keys }) => {
        for (const foreign of [other.organizationId, null]) {
          expect(await keys.find(foreign, key.id)).toBeNull()
          expect(await keys.lock(foreign, key.id)).toBeNull()
          expect((await keys.list(foreign, everyKey, newestPage)).map(({ id }) => id)).not.toContain(key.id)
        }
        expect(await keys.lockUnrevoked(other.organizationId, { ownerUserId: one.userId })).toEqual([])
        expect(await keys.countActive(other.organizationId, one.userId, { nowMs: 0, countRevoked: true })).toBe(0)
        expect(await keys.find(one.organizationId, operator.id)).toBeNull()
        expect(await keys.find(null, operator.id)).toEqual(operator)
        expect((await keys.list(null, everyKey, newestPage)).map(({ id }) => id)).toContain(operator.id)
      })
    })

    test('change only what is named', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId, { owner: { type: 'member', userId } })
      const untouched = await givenKey(storage, organizationId)
      const change = {
        name: 'New',
        permissions: ['sites:read'],
        expiresAtMs: startMs + 5,
        ipAllowlist: ['::1/128'],
        metadata: { a: 'b' },
        rateLimit: { limit: 1, windowSeconds: 1 },
        owner: { type: 'organization', role: 'member' },
      } as const
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.update(key.number, {})
        expect(await keys.find(organizationId, key.id)).toEqual(key)
        await keys.update(key.number, change)
        expect(await keys.find(organizationId, key.id)).toEqual({ ...key, ...change })
        expect(await keys.find(organizationId, untouched.id)).toEqual(untouched)
      })
    })

    test('are revoked once: the first revocation stays', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.revoke(key.number, revocation)
        await keys.revoke(key.number, { ...revocation, atMs: startMs + 99, reason: 'unused' })
      })
      const found = await storage.read(organizationId, async ({ keys }) => keys.find(organizationId, key.id))
      expect(found).toEqual({ ...key, revocation })
    })

    test('name another revoker where a deleted key stood', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const [revoker, tombstone] = [createId('key', randomBytes), createId('key', randomBytes)]
      const key = await givenKey(storage, organizationId)
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.revoke(key.number, { ...revocation, by: { type: 'key', id: revoker } })
        await keys.replaceRevoker(organizationId, revoker, tombstone)
        const found = await keys.find(organizationId, key.id)
        expect(found?.revocation).toEqual({ ...revocation, by: { type: 'key', id: tombstone } })
      })
    })

    test('have further secrets, oldest first, whose end never moves later', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId)
      const second = sampleSecret({ prefix: 'mk_live_second00' })
      const first = key.secrets[0]?.number ?? 0
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.insertSecret(key.number, second)
        await keys.endSecret(first, startMs + 50)
        await keys.endSecret(first, startMs + 70)
        await keys.endSecret(first, startMs + 40)
      })
      const found = await storage.transaction(organizationId, async ({ keys }) => keys.lock(organizationId, key.id))
      expect(found?.secrets.map(({ id, endsAtMs }) => ({ id, endsAtMs }))).toEqual([
        { id: key.secrets[0]?.id, endsAtMs: startMs + 40 },
        { id: second.id, endsAtMs: null },
      ])
    })

    test('that a member owns, or in a project, are locked while unrevoked, lowest number first', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const projectId = newProjectId()
      const owner = { type: 'member', userId } as const
      const owned = await givenKey(storage, organizationId, { owner })
      const inProject = await givenKey(storage, organizationId, { owner, scope: 'project', projectId })
      const revoked = await givenKey(storage, organizationId, { owner, scope: 'project', projectId })
      await givenKey(storage, organizationId)
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.revoke(revoked.number, revocation)
        expect(await keys.lockUnrevoked(organizationId, { ownerUserId: userId })).toEqual([owned, inProject])
        expect(await keys.lockUnrevoked(organizationId, { projectId })).toEqual([inProject])
      })
    })

    test('that a member owns name who else minted them, each once, while unrevoked', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const [first, second, third] = [newUserId(), newUserId(), newUserId()].sort()
      const owner = { type: 'member', userId } as const
      for (const createdByUserId of [second, first, first, userId, null]) {
        await givenKey(storage, organizationId, { owner, createdByUserId: createdByUserId ?? null })
      }
      const revoked = await givenKey(storage, organizationId, { owner, createdByUserId: third ?? null })
      await givenKey(storage, organizationId, { createdByUserId: newUserId() })
      await storage.transaction(organizationId, async ({ keys }) => {
        await keys.revoke(revoked.number, revocation)
        expect(await keys.listMinters(organizationId, userId)).toEqual([first, second])
        expect(await keys.listMinters(organizationId, newUserId())).toEqual([])
      })
    })
  })
  describeCounting(opened)
  describeLists(opened)
}

function describeCounting(opened: () => OpenedStorage): void {
  test('a member’s count has what he owns and what he minted for the organization, alive at that instant', async () => {
    const { storage } = opened()
    const { organizationId, userId } = await givenMember(storage)
    const owner = { type: 'member', userId } as const
    const organization = { type: 'organization', role: 'admin' } as const
    await givenKey(storage, organizationId, { owner })
    await givenKey(storage, organizationId, { owner, expiresAtMs: startMs + 1 })
    await givenKey(storage, organizationId, { owner, expiresAtMs: startMs })
    await givenKey(storage, organizationId, { owner: organization, createdByUserId: userId })
    const revoked = await givenKey(storage, organizationId, { owner })
    // Not his: handed over, minted by another, and minted by him for another member.
    await givenKey(storage, organizationId, { owner: organization, createdByUserId: newUserId() })
    await givenKey(storage, organizationId, { owner: organization })
    await givenKey(storage, organizationId, { owner: { type: 'member', userId: newUserId() }, createdByUserId: userId })
    await storage.transaction(organizationId, async ({ keys }) => {
      await keys.revoke(revoked.number, revocation)
      expect(await keys.countActive(organizationId, userId, { nowMs: startMs, countRevoked: false })).toBe(3)
      expect(await keys.countActive(organizationId, userId, { nowMs: startMs, countRevoked: true })).toBe(4)
    })
  })
}

function describeLists(opened: () => OpenedStorage): void {
  describe('lists of keys', () => {
    const listed = async (changes: readonly Partial<Key>[], filter: Partial<KeyFilter>): Promise<string[]> => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      for (const [index, change] of changes.entries()) {
        const key = await givenKey(storage, organizationId, { name: String(index), ...change })
        if (change.revocation !== undefined) {
          await storage.transaction(organizationId, async ({ keys }) => keys.revoke(key.number, revocation))
        }
      }
      const found = await storage.read(organizationId, async ({ keys }) =>
        keys.list(organizationId, { ...everyKey, ...filter }, newestPage),
      )
      return found.map((key) => key.name)
    }

    test('are newest first, page by page', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const made = []
      for (let index = 0; index < 5; index += 1) made.unshift(await givenKey(storage, organizationId))
      const pages = await storage.read(organizationId, async ({ keys }) => {
        const first = await keys.list(organizationId, everyKey, { before: null, limit: 2 })
        const before = first[1]?.number ?? 0
        return [first, await keys.list(organizationId, everyKey, { before, limit: 10 })]
      })
      expect(pages).toEqual([made.slice(0, 2), made.slice(2)])
      const ids = await storage.read(organizationId, async ({ keys }) => keys.listIds(organizationId))
      expect(ids.toSorted()).toEqual(made.map(({ id }) => id).toSorted())
    })

    const standings = [{ revocation }, { expiresAtMs: startMs }, { expiresAtMs: startMs + 1 }, {}]
    test.each([
      ['all', ['3', '2', '1', '0']],
      ['active', ['3', '2']],
      ['expired', ['1']],
      ['revoked', ['0']],
    ] as const)('by standing %s, exact at the instant of expiry', async (status, names) => {
      expect(await listed(standings, { status })).toEqual(names)
    })

    test('by environment, project, owner and expiry', async () => {
      const projectId = newProjectId()
      const userId = newUserId()
      const changes: Partial<Key>[] = [
        { environment: 'test' },
        { scope: 'project', projectId },
        { owner: { type: 'member', userId } },
        { expiresAtMs: startMs + 5 },
        { owner: { type: 'organization', role: 'member' } },
      ]
      expect(await listed(changes, { environment: 'test' })).toEqual(['0'])
      expect(await listed(changes, { projectId })).toEqual(['1'])
      expect(await listed(changes, { owner: userId })).toEqual(['2'])
      expect(await listed(changes, { owner: 'organization' })).toEqual(['4'])
      expect(await listed(changes, { expiresBeforeMs: startMs + 6 })).toEqual(['3'])
      expect(await listed(changes, { expiresBeforeMs: startMs + 5 })).toEqual([])
      expect(await listed(changes, { neverExpires: false })).toEqual(['3'])
      expect(await listed(changes, { id: createId('key', randomBytes) })).toEqual([])
    })

    test('by part of the name in any case, with wildcards and backslashes taken as they are', async () => {
      const changes = [{ name: 'Nightly Deploy' }, { name: '100%_a\\b' }, { name: '100xya' }]
      expect(await listed(changes, { search: 'DEPLOY' })).toEqual(['Nightly Deploy'])
      expect(await listed(changes, { search: '%' })).toEqual(['100%_a\\b'])
      expect(await listed(changes, { search: '_' })).toEqual(['100%_a\\b'])
      expect(await listed(changes, { search: 'A\\B' })).toEqual(['100%_a\\b'])
      expect(await listed(changes, { search: "'; --" })).toEqual([])
    })

    test('in whichever organization, by all that is shown of one of its secrets', async () => {
      const { storage } = opened()
      const shown = `mk_live_${createId('key', randomBytes).slice(4, 12)}`
      const keys = []
      for (let count = 0; count < 2; count += 1) {
        const { organizationId } = await givenMember(storage)
        keys.push(await givenKey(storage, organizationId, {}, { prefix: shown }))
      }
      const found = async (prefix: string, limit = 9) =>
        storage.read('every-organization', async (stores) => stores.keys.findShown(prefix, limit))
      const newestFirst = keys.map(({ id }) => id).toReversed()
      expect((await found(shown)).map(({ id }) => id)).toEqual(newestFirst)
      expect((await found(shown, 1)).map(({ id }) => id)).toEqual(newestFirst.slice(0, 1))
      expect(await found(shown.slice(0, -1))).toEqual([])
      const [first] = keys
      if (first?.organizationId == null) throw new Error('It belongs to an organization.')
      await storage.transaction(first.organizationId, async (stores) =>
        stores.keys.insertSecret(first.number, sampleSecret({ prefix: 'mk_live_Second' })),
      )
      expect((await found('mk_live_Second')).map(({ id }) => id)).toContain(first.id)
      expect((await found(shown)).map(({ id }) => id)).toEqual(newestFirst)
    })

    test('by the beginning of any of its shown prefixes', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const key = await givenKey(storage, organizationId, {}, { prefix: 'mk_live_Abc12345' })
      await storage.transaction(organizationId, async ({ keys }) =>
        keys.insertSecret(key.number, sampleSecret({ prefix: 'mk_live_Zzz12345' })),
      )
      const found = async (search: string) =>
        storage.read(organizationId, async ({ keys }) => {
          const list = await keys.list(organizationId, { ...everyKey, search }, newestPage)
          return list.length
        })
      expect(await found('mk_live_Abc')).toBe(1)
      expect(await found('mk_live_Zzz12345')).toBe(1)
      expect(await found('live_Abc')).toBe(0)
      expect(await found('mk_live_abc')).toBe(0)
    })

    test('by not having been used since, and made before, or ever', async () => {
      const { storage, activity } = opened()
      const { organizationId } = await givenMember(storage)
      const used = await givenKey(storage, organizationId, { name: 'used' })
      const idle = await givenKey(storage, organizationId, { name: 'idle' })
      await givenKey(storage, organizationId, { name: 'young', createdAtMs: startMs + 10 })
      const use = (key: typeof used, atMs: number) => ({
        secretNumber: key.secrets[0]?.number ?? 0,
        keyNumber: key.number,
        atMs,
        ip: null,
        agent: null,
      })
      await activity.record({ uses: [use(used, startMs + 10), use(idle, startMs + 9)], counts: [], rekeyings: [] })
      const found = (filter: Partial<KeyFilter>) =>
        storage.read(organizationId, async ({ keys }) => {
          const list = await keys.list(organizationId, { ...everyKey, ...filter }, newestPage)
          return list.map((key) => key.name)
        })
      expect(await found({ unusedSinceMs: startMs + 10 })).toEqual(['idle'])
      expect(await found({ neverUsed: true })).toEqual(['young'])
      expect(await found({ neverUsed: false })).toEqual(['idle', 'used'])
    })
  })
}
