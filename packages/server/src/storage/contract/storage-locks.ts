import type { OrganizationId, UserId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import type { Person } from '../../engine/ports/identity.ts'
import type { SignIn } from '../../engine/ports/sign-ins.ts'
import type { Project } from '../../engine/ports/projects.ts'
import type { Stores } from '../../engine/ports/storage.ts'
import { givenKey, givenMember, newProjectId, sampleProject, startMs } from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'
import { givenPerson } from './storage-sign-in-people.ts'
import { givenSignIn } from './storage-sign-ins.ts'

const heldMs = 40

type Given = {
  readonly person: Person
  readonly signIn: SignIn
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly project: Omit<Project, 'number'>
  readonly key: KeyWithSecrets
}

type Case = {
  readonly name: string
  /** What belongs to no organization is seen by such units alone. Default: the organization's own. */
  readonly holder?: 'every-organization'
  readonly other?: 'every-organization'
  readonly lock: (stores: Stores, given: Given) => Promise<unknown>
  readonly change: (stores: Stores, given: Given) => Promise<unknown>
}

const cases: readonly Case[] = [
  {
    name: 'an organization',
    lock: async ({ organizations }, { organizationId }) => organizations.lock(organizationId),
    change: async ({ organizations }, { organizationId }) => organizations.update(organizationId, { name: 'Changed' }),
  },
  {
    name: 'an organization, against deletion',
    lock: async ({ organizations }, { organizationId }) => organizations.lock(organizationId),
    change: async ({ organizations }, { organizationId }) => organizations.delete(organizationId),
  },
  {
    name: 'whoever has begun, against the deletion of his organization',
    other: 'every-organization',
    lock: async ({ organizations }, { organizationId }) => organizations.find(organizationId),
    change: async ({ organizations }, { organizationId }) => organizations.lockToDelete(organizationId),
  },
  {
    name: 'the deletion of an organization, against whoever begins',
    holder: 'every-organization',
    lock: async ({ organizations }, { organizationId }) => organizations.lockToDelete(organizationId),
    change: async ({ organizations }, { organizationId }) => organizations.find(organizationId),
  },
  {
    name: 'a project',
    lock: async ({ projects }, { organizationId, project }) => projects.lock(organizationId, project.id),
    change: async ({ projects }, { organizationId, project }) => projects.delete(organizationId, project.id),
  },
  {
    name: 'a member',
    lock: async ({ members }, { organizationId, userId }) => members.lock(organizationId, userId),
    change: async ({ members }, { organizationId, userId }) => members.lock(organizationId, userId),
  },
  {
    name: 'members by role',
    lock: async ({ members }, { organizationId }) => members.lockActiveWithRoles(organizationId, ['engineer']),
    change: async ({ members }, { organizationId, userId }) =>
      members.update(organizationId, userId, { role: 'member' }),
  },
  {
    name: 'a key',
    lock: async ({ keys }, { organizationId, key }) => keys.lock(organizationId, key.id),
    change: async ({ keys }, { key }) => keys.update(key.number, { name: 'Changed' }),
  },
  {
    name: 'a key’s secrets, with the key',
    lock: async ({ keys }, { organizationId, key }) => keys.lock(organizationId, key.id),
    change: async ({ keys }, { key }) => keys.endSecret(key.secrets[0]?.number ?? 0, startMs),
  },
  {
    name: 'a member’s keys',
    lock: async ({ keys }, { organizationId, userId }) => keys.lockUnrevoked(organizationId, { ownerUserId: userId }),
    change: async ({ keys }, { key }) => keys.update(key.number, { name: 'Changed' }),
  },
  {
    name: 'a project’s keys, and their secrets',
    lock: async ({ keys }, { organizationId, project }) =>
      keys.lockUnrevoked(organizationId, { projectId: project.id }),
    change: async ({ keys }, { key }) => keys.endSecret(key.secrets[0]?.number ?? 0, startMs),
  },
  {
    name: 'a person',
    holder: 'every-organization',
    other: 'every-organization',
    lock: async ({ identity }, { person }) => identity.lock(person.userId),
    change: async ({ identity }, { person }) => identity.lock(person.userId),
  },
  {
    name: 'a sign-in, against its end',
    holder: 'every-organization',
    other: 'every-organization',
    lock: async ({ signIns }, { signIn }) => signIns.lock(signIn.number),
    change: async ({ signIns }, { signIn }) => signIns.endAll(signIn.userId, startMs),
  },
]

/** What is locked is changed by nobody else until the transaction ends. */
export function describeLocks(opened: () => OpenedStorage): void {
  describe('a lock holds', () => {
    test.each(cases)('$name', async ({ holder, other, lock, change }) => {
      const { storage } = opened()
      const given = await givenAll(storage)
      const ends: string[] = []
      const locked = Promise.withResolvers<void>()
      const holding = storage.transaction(holder ?? given.organizationId, async (stores) => {
        await lock(stores, given)
        locked.resolve()
        await new Promise((resolve) => setTimeout(resolve, heldMs))
        ends.push('holder')
      })
      await locked.promise
      await storage.transaction(other ?? given.organizationId, async (stores) => {
        await change(stores, given)
        ends.push('other')
      })
      await holding
      expect(ends).toEqual(['holder', 'other'])
    })
  })
}

async function givenAll(storage: OpenedStorage['storage']): Promise<Given> {
  const { organizationId, userId } = await givenMember(storage)
  const project = sampleProject(organizationId, { id: newProjectId() })
  await storage.transaction(organizationId, async ({ projects }) => projects.insert(project))
  const owner = { type: 'member', userId } as const
  const key = await givenKey(storage, organizationId, { owner, scope: 'project', projectId: project.id })
  const person = await givenPerson(storage)
  const { signIn } = await givenSignIn(storage, person.userId)
  return { organizationId, userId, project, key, person, signIn }
}
