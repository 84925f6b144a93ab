import { createId, parseChosenId } from '@mintmark/core'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  givenMember,
  newDigest,
  newestPage,
  newUserId,
  sampleMember,
  sampleOrganization,
  sampleProject,
  startMs,
} from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

export function describeOrganizations(opened: () => OpenedStorage): void {
  describe('organizations', () => {
    test('are found as they were inserted, and an id is given once', async () => {
      const { storage } = opened()
      const organization = sampleOrganization({ rateLimit: { limit: 7, windowSeconds: 60 } })
      const results = await storage.transaction('every-organization', async ({ organizations }) => [
        await organizations.insert(organization),
        await organizations.insert({ ...organization, name: 'Other' }),
      ])
      expect(results).toEqual([true, false])
      const [found, locked] = await storage.transaction(organization.id, async ({ organizations }) => [
        await organizations.find(organization.id),
        await organizations.lock(organization.id),
      ])
      expect(found).toEqual({ ...organization, number: expect.any(Number) })
      expect(locked).toEqual(found)
    })

    test('never take an id that means something to the storage', async () => {
      const { storage } = opened()
      for (const name of ['every-organization', 'installation']) {
        const id = parseChosenId('org', name)
        if (id === null) throw new Error('It would be a valid id')
        const organization = sampleOrganization({ id })
        const inserted = await storage.transaction('every-organization', async ({ organizations }) =>
          organizations.insert(organization),
        )
        expect(inserted).toBe(false)
      }
    })

    test('change only what is named, and null takes the limit away', async () => {
      const { storage } = opened()
      const organization = sampleOrganization({ rateLimit: { limit: 7, windowSeconds: 60 } })
      await storage.transaction(organization.id, async ({ organizations }) => {
        await organizations.insert(organization)
        await organizations.update(organization.id, {})
        await organizations.update(organization.id, { status: 'suspended', tier: 'gold' })
        await organizations.update(organization.id, { rateLimit: null, name: 'New' })
      })
      const found = await storage.read(organization.id, async ({ organizations }) =>
        organizations.find(organization.id),
      )
      expect(found).toMatchObject({ name: 'New', status: 'suspended', tier: 'gold', rateLimit: null })
    })

    test('are listed newest first, page by page without gap or repetition', async () => {
      const { storage } = opened()
      const organizations = [sampleOrganization(), sampleOrganization(), sampleOrganization()]
      await storage.transaction('every-organization', async (stores) => {
        for (const organization of organizations) await stores.organizations.insert(organization)
      })
      const seen = await storage.read('every-organization', async (stores) => {
        const first = await stores.organizations.list({ before: null, limit: 2 })
        return [...first, ...(await stores.organizations.list({ before: first[1]?.number ?? 0, limit: 1 }))]
      })
      expect(seen.map((organization) => organization.id)).toEqual(organizations.map(({ id }) => id).toReversed())
    })
  })
}

export function describeProjects(opened: () => OpenedStorage): void {
  describe('projects', () => {
    test('share an id with another organization’s without touching it', async () => {
      const { storage } = opened()
      const one = await givenMember(storage)
      const other = await givenMember(storage)
      const project = sampleProject(one.organizationId)
      const twin = { ...project, organizationId: other.organizationId, name: 'Twin' }
      await storage.transaction('every-organization', async ({ projects }) => {
        expect(await projects.insert(project)).toBe(true)
        expect(await projects.insert(twin)).toBe(true)
        expect(await projects.insert(project)).toBe(false)
        await projects.update(one.organizationId, project.id, { name: 'Renamed' })
        await projects.delete(one.organizationId, project.id)
      })
      await storage.read('every-organization', async ({ projects }) => {
        expect(await projects.find(one.organizationId, project.id)).toBeNull()
        expect(await projects.list(one.organizationId, newestPage)).toEqual([])
        expect(await projects.find(other.organizationId, project.id)).toMatchObject({ ...twin, name: 'Twin' })
        expect(await projects.list(other.organizationId, newestPage)).toHaveLength(1)
      })
    })

    test('are renamed and locked', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const project = sampleProject(organizationId, { archivedAtMs: startMs })
      const locked = await storage.transaction(organizationId, async ({ projects }) => {
        await projects.insert(project)
        await projects.update(organizationId, project.id, { name: 'Renamed' })
        return projects.lock(organizationId, project.id)
      })
      expect(locked).toEqual({ ...project, name: 'Renamed', number: expect.any(Number) })
    })
  })
}

export function describeMembers(opened: () => OpenedStorage): void {
  describe('members', () => {
    test('are inserted once, found, locked and changed by name', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const member = sampleMember(organizationId, { email: null })
      await storage.transaction(organizationId, async ({ members }) => {
        expect(await members.insert(member)).toBe(true)
        expect(await members.insert({ ...member, role: 'admin' })).toBe(false)
        expect(await members.lock(organizationId, member.userId)).toEqual({
          ...member,
          lastSeenAtMs: null,
          number: expect.any(Number),
        })
        await members.update(organizationId, member.userId, {})
        await members.update(organizationId, member.userId, { name: null, status: 'suspended' })
      })
      const found = await storage.read(organizationId, async ({ members }) =>
        members.find(organizationId, member.userId),
      )
      expect(found).toMatchObject({ ...member, name: null, status: 'suspended' })
    })

    test('who are active and have the role are locked and named; nobody for no roles', async () => {
      const { storage } = opened()
      const { organizationId } = await givenMember(storage)
      const admins = [sampleMember(organizationId, { role: 'admin' }), sampleMember(organizationId, { role: 'admin' })]
      const locked = await storage.transaction(organizationId, async ({ members }) => {
        for (const admin of admins) await members.insert(admin)
        await members.insert(sampleMember(organizationId, { role: 'admin', status: 'suspended' }))
        expect(await members.lockActiveWithRoles(organizationId, [])).toEqual([])
        return members.lockActiveWithRoles(organizationId, ['admin', 'owner'])
      })
      expect(locked).toEqual(admins.map((admin) => admin.userId))
    })

    test('take their sessions along, and nobody else’s', async () => {
      const { storage } = opened()
      const { organizationId, userId } = await givenMember(storage)
      const stays = sampleMember(organizationId)
      const session = (user: typeof userId) => ({
        id: createId('ses', randomBytes),
        organizationId,
        userId: user,
        createdAtMs: startMs,
        expiresAtMs: startMs + 1_000,
        digest: newDigest(),
        pepperVersion: 'v',
      })
      const [gone, kept] = [session(userId), session(stays.userId)]
      await storage.transaction(organizationId, async ({ members, sessions }) => {
        await members.insert(stays)
        await sessions.insert(gone)
        await sessions.insert(kept)
        await members.delete(organizationId, userId)
        await members.delete(organizationId, newUserId())
      })
      await storage.read(organizationId, async ({ members, sessions }) => {
        expect(await members.list(organizationId, newestPage)).toHaveLength(1)
        expect(await sessions.find(organizationId, gone.id)).toBeNull()
        expect(await sessions.find(organizationId, kept.id)).toMatchObject({ userId: stays.userId })
      })
    })
  })
}

export function describeSessions(opened: () => OpenedStorage): void {
  test('a session ends once, at the instant it is told, in its own organization', async () => {
    const { storage } = opened()
    const { organizationId, userId } = await givenMember(storage)
    const other = await givenMember(storage)
    const session = {
      id: createId('ses', randomBytes),
      organizationId,
      userId,
      createdAtMs: startMs,
      expiresAtMs: startMs + 60_000,
    }
    await storage.transaction('every-organization', async ({ sessions }) => {
      await sessions.insert({ ...session, digest: newDigest(), pepperVersion: 'v' })
      expect(await sessions.find(organizationId, session.id)).toEqual(session)
      expect(await sessions.find(other.organizationId, session.id)).toBeNull()
      expect(await sessions.end(other.organizationId, session.id, startMs + 1)).toBe(false)
      expect(await sessions.end(organizationId, session.id, startMs + 1)).toBe(true)
      expect(await sessions.end(organizationId, session.id, startMs + 1)).toBe(false)
      expect(await sessions.find(organizationId, session.id)).toMatchObject({ expiresAtMs: startMs + 1 })
    })
  })
}
