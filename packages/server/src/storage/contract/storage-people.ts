import { randomBytes } from 'node:crypto'
import { createId, type OrganizationId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { Invitation } from '../../engine/ports/invitations.ts'
import {
  givenMember,
  newDigest,
  newestPage,
  newProjectId,
  newUserId,
  sampleMember,
  sampleProject,
  startMs,
  type OpenedStorage,
} from './storage-samples.ts'

type NewInvitation = Omit<Invitation, 'number'> & { digest: ReturnType<typeof newDigest>; pepperVersion: string }

function sampleInvitation(organizationId: OrganizationId, change: Partial<NewInvitation> = {}): NewInvitation {
  return {
    id: createId('inv', randomBytes),
    organizationId,
    email: 'ada@example.test',
    role: 'member',
    createdAtMs: startMs,
    createdByUserId: null,
    expiresAtMs: startMs + 1_000,
    wasMailed: false,
    digest: newDigest(),
    pepperVersion: 'v',
    ...change,
  }
}

function shownOf(invitation: NewInvitation): object {
  return Object.fromEntries(
    Object.entries({ ...invitation, number: expect.any(Number) }).filter(
      ([name]) => name !== 'digest' && name !== 'pepperVersion',
    ),
  )
}

export function describeInvitations(opened: () => OpenedStorage): void {
  describe('invitations', () => {
    test('are found by id and by digest, in any case of their address once', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const other = await givenMember(storage)
      const ada = sampleInvitation(organizationId, { email: 'Ada@example.test', createdByUserId: newUserId() })
      await storage.transaction(organizationId, async ({ invitations }) => {
        expect(await invitations.insert(ada)).toBe(true)
        expect(await invitations.insert(sampleInvitation(organizationId, { email: 'aDA@example.test' }))).toBe(false)
        expect(await invitations.find(organizationId, ada.id)).toEqual(shownOf(ada))
        expect(await invitations.find(other.organizationId, ada.id)).toBeNull()
      })
      await storage.read('every-organization', async ({ invitations }) => {
        expect(await invitations.findByDigest([newDigest(), ada.digest])).toEqual(shownOf(ada))
        expect(await invitations.findByDigest([newDigest()])).toBeNull()
      })
      await storage.transaction(other.organizationId, async ({ invitations }) => {
        expect(await invitations.insert(sampleInvitation(other.organizationId))).toBe(true)
      })
    })

    test('are taken once, by their own organization', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const other = await givenMember(storage)
      const invitation = sampleInvitation(organizationId)
      await storage.transaction(organizationId, async ({ invitations }) => invitations.insert(invitation))
      const take = async (by: OrganizationId): Promise<boolean> =>
        storage.transaction(by, async ({ invitations }) => invitations.take(by, invitation.id))
      expect(await take(other.organizationId)).toBe(false)
      const taken = await Promise.all(Array.from({ length: 5 }, async () => take(organizationId)))
      expect(taken.filter(Boolean)).toHaveLength(1)
    })

    test('are listed and kept until they expire, at the very instant, and nobody else’s go with them', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const other = await givenMember(storage)
      const [dead, alive] = [startMs + 1_000, startMs + 1_001].map((expiresAtMs) =>
        sampleInvitation(organizationId, { expiresAtMs, email: `${expiresAtMs}@example.test` }),
      )
      const foreign = sampleInvitation(other.organizationId)
      await storage.transaction(other.organizationId, async ({ invitations }) => invitations.insert(foreign))
      const left = await storage.transaction(organizationId, async ({ invitations }) => {
        for (const one of [dead, alive]) if (one !== undefined) await invitations.insert(one)
        const listed = await invitations.list(organizationId, startMs + 1_000, newestPage)
        expect(listed.map(({ id }) => id)).toEqual([alive?.id])
        await invitations.deleteExpired(organizationId, startMs + 1_000)
        return invitations.list(organizationId, startMs, newestPage)
      })
      expect(left.map(({ id }) => id)).toEqual([alive?.id])
      const theirs = await storage.read(other.organizationId, async ({ invitations }) =>
        invitations.list(other.organizationId, startMs, newestPage),
      )
      expect(theirs.map(({ id }) => id)).toEqual([foreign.id])
    })
  })
}

export function describeSearch(opened: () => OpenedStorage): void {
  describe('search', () => {
    const texts = ['Ünïted 100%_\\"\'', 'ünïted', 'ÜNÏTED 100%', '%', '_', '\\', '100', 'Zürich']

    test.each(texts)('finds what has %j in it, in its own spelling', async (text) => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const other = await givenMember(storage)
      const member = sampleMember(organizationId, { name: `a ${text} b`, email: null })
      const project = sampleProject(organizationId, { name: `a ${text} b` })
      await storage.transaction(other.organizationId, async ({ members }) =>
        members.insert(sampleMember(other.organizationId, { name: text })),
      )
      await storage.transaction(organizationId, async ({ members, projects }) => {
        await members.insert(member)
        await members.insert(sampleMember(organizationId, { name: 'nobody', email: null }))
        await projects.insert(project)
        await projects.insert(sampleProject(organizationId, { name: 'nothing' }))
        const found = await members.search(organizationId, { text, limit: 10 })
        expect(found.map(({ userId }) => userId)).toEqual([member.userId])
        const id = null
        expect(await projects.search(organizationId, { text, id, limit: 10 })).toMatchObject([{ id: project.id }])
      })
    })

    test('finds by address without regard to case, by id whole, newest first, and no more than asked', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const people = [1, 2, 3].map((n) => sampleMember(organizationId, { email: `Bob${n}@Example.test`, name: null }))
      await storage.transaction(organizationId, async ({ members }) => {
        for (const person of people) await members.insert(person)
        const ids = async (text: string, limit: number) =>
          (await members.search(organizationId, { text, limit })).map(({ userId }) => userId)
        const newest = people.map(({ userId }) => userId).toReversed()
        expect(await ids('bob', 10)).toEqual(newest)
        expect(await ids('BOB', 2)).toEqual(newest.slice(0, 2))
        expect(await ids(newest[1] ?? '', 10)).toEqual([newest[1]])
        expect(await ids((newest[1] ?? '').slice(0, -1), 10)).toEqual([])
      })
    })

    test('finds one project only, where one only may be seen', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const [mine, theirs] = [sampleProject(organizationId), sampleProject(organizationId)]
      await storage.transaction(organizationId, async ({ projects }) => {
        await projects.insert(mine)
        await projects.insert(theirs)
        const search = async (text: string, id: typeof mine.id | null) =>
          (await projects.search(organizationId, { text, id, limit: 10 })).map((project) => project.id)
        expect(await search('site', null)).toEqual([theirs.id, mine.id])
        expect(await search('site', mine.id)).toEqual([mine.id])
        expect(await search(theirs.id, mine.id)).toEqual([])
        expect(await search('site', newProjectId())).toEqual([])
      })
    })
  })
}
