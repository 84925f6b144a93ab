import { randomBytes } from 'node:crypto'
import { createId } from '@mintmark/core'
import type { OrganizationId, ProjectId, UserId } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import type { KeyWithSecrets } from '../../engine/ports/keys.ts'
import type { Stores } from '../../engine/ports/storage.ts'
import {
  givenKey,
  newDigest,
  newProjectId,
  newUserId,
  sampleEvent,
  sampleKey,
  sampleMember,
  sampleOrganization,
  sampleProject,
  sampleSecret,
  startMs,
} from './storage-samples.ts'
import type { OpenedStorage } from './storage-samples.ts'

/** What two organizations may have in common: the operator chooses the ids of users and projects. */
type Shared = { readonly userId: UserId; readonly projectId: ProjectId }
type Given = Shared & {
  readonly organizationId: OrganizationId
  readonly key: KeyWithSecrets
  readonly sessionId: string
}

const revocation = { atMs: startMs, by: { type: 'host', id: 'host' }, reason: 'leaked', comment: null } as const

const mutations: Readonly<Record<string, (stores: Stores, mine: Given) => Promise<unknown>>> = {
  'organizations.update': async ({ organizations }, mine) =>
    organizations.update(mine.organizationId, { name: 'x', tier: 'x', status: 'suspended' }),
  'organizations.delete': async ({ organizations }, mine) => organizations.delete(mine.organizationId),
  'projects.update': async ({ projects }, mine) => projects.update(mine.organizationId, mine.projectId, { name: 'x' }),
  'projects.delete': async ({ projects }, mine) => projects.delete(mine.organizationId, mine.projectId),
  'members.update': async ({ members }, mine) => members.update(mine.organizationId, mine.userId, { role: 'x' }),
  'members.delete': async ({ members }, mine) => members.delete(mine.organizationId, mine.userId),
  'sessions.end': async ({ sessions }, mine) => {
    const session = await sessions.find(mine.organizationId, mine.sessionId)
    if (session !== null) await sessions.end(mine.organizationId, session.id, startMs + 1)
  },
  'keys.insert': async ({ keys }, mine) => keys.insert(sampleKey(mine.organizationId), sampleSecret()),
  'keys.update': async ({ keys }, mine) => keys.update(mine.key.number, { name: 'x', permissions: [] }),
  'keys.revoke': async ({ keys }, mine) => keys.revoke(mine.key.number, revocation),
  'keys.delete': async ({ keys }, mine) => keys.delete(mine.key.number),
  'keys.insertSecret': async ({ keys }, mine) => keys.insertSecret(mine.key.number, sampleSecret()),
  'keys.endSecret': async ({ keys }, mine) => keys.endSecret(mine.key.secrets[0]?.number ?? 0, startMs),
  'mintLog.append': async ({ mintLog }, mine) => mintLog.append(mine.organizationId, mine.userId, startMs),
  'audit.append': async ({ audit }, mine) => audit.append(mine.organizationId, [sampleEvent()]),
  'audit.eraseTarget': async ({ audit }, mine) => audit.eraseTarget(mine.organizationId, mine.key.id),
  'audit.rewrite': async ({ audit }, mine) =>
    audit.rewrite(mine.organizationId, 1, { payload: '{}', salt: Uint8Array.of(1), actor: { type: 'key', id: 'x' } }),
}

/** A forgotten or wrong condition touches every tenant's rows: so another's are compared, all of them. */
export function describeForeignRows(opened: () => OpenedStorage): void {
  describe('rows of another organization stay as they are after', () => {
    test.each(Object.entries(mutations))('%s', async (_, mutate) => {
      const { storage } = opened()
      const shared = { userId: newUserId(), projectId: newProjectId() }
      const mine = await givenAll(storage, shared)
      const foreign = await givenAll(storage, shared)
      const before = await everyRow(opened(), foreign)
      const mineBefore = await everyRow(opened(), mine)
      await storage.transaction(mine.organizationId, async (stores) => {
        await mutate(stores, mine)
      })
      expect(await everyRow(opened(), foreign)).toEqual(before)
      expect(await everyRow(opened(), mine)).not.toEqual(mineBefore)
    })
  })
}

async function givenAll(storage: OpenedStorage['storage'], shared: Shared): Promise<Given> {
  const { userId, projectId } = shared
  const organization = sampleOrganization()
  const organizationId = organization.id
  const sessionId = createId('ses', randomBytes)
  await storage.transaction(organizationId, async (stores) => {
    await stores.organizations.insert(organization)
    await stores.members.insert(sampleMember(organizationId, { userId }))
    await stores.projects.insert(sampleProject(organizationId, { id: projectId }))
    const times = { createdAtMs: startMs, expiresAtMs: startMs + 9 }
    await stores.sessions.insert({
      id: sessionId,
      organizationId,
      userId,
      ...times,
      digest: newDigest(),
      pepperVersion: 'v',
    })
    await stores.mintLog.append(organizationId, userId, startMs)
  })
  const owner = { type: 'member', userId } as const
  const key = await givenKey(storage, organizationId, { owner, scope: 'project', projectId })
  await storage.transaction(organizationId, async ({ audit }) =>
    audit.append(organizationId, [sampleEvent({ target: { type: 'key', id: key.id } })]),
  )
  return { ...shared, organizationId, key, sessionId }
}

async function everyRow({ raw }: OpenedStorage, { organizationId, key }: Given): Promise<unknown> {
  const conditions = {
    organizations: `id = '${organizationId}'`,
    projects: `organization_id = '${organizationId}'`,
    members: `organization_id = '${organizationId}'`,
    sessions: `organization_id = '${organizationId}'`,
    api_keys: `organization_id = '${organizationId}'`,
    api_key_secrets: `key_number = ${key.number}`,
    mint_log: `organization_id = '${organizationId}'`,
    audit_heads: `chain = '${organizationId}'`,
    audit_events: `chain = '${organizationId}'`,
  }
  const rows: Record<string, unknown> = {}
  for (const [table, condition] of Object.entries(conditions)) {
    rows[table] = await raw(`select * from ${table} where ${condition} order by 1, 2`)
  }
  return rows
}
