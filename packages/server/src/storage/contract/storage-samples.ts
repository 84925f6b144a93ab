import { randomBytes } from 'node:crypto'
import { createId, digestFromBytes, digestPayload } from '@mintmark/core'
import type { KeyDigest, OrganizationId, ProjectId, UserId } from '@mintmark/core'
import type { ActivityStore } from '../../engine/ports/activity.ts'
import type { NewAuditEvent } from '../../engine/ports/audit.ts'
import type { Key, KeyFilter, KeyWithSecrets, NewSecret } from '../../engine/ports/keys.ts'
import type { Member } from '../../engine/ports/members.ts'
import type { Organization } from '../../engine/ports/organizations.ts'
import type { Project } from '../../engine/ports/projects.ts'
import type { Storage } from '../../engine/ports/storage.ts'
import type { Webhook } from '../../engine/ports/webhooks.ts'
import type { UsageArchive } from '../../engine/ports/usage.ts'

/** An engine under test. */
export type OpenedStorage = {
  readonly storage: Storage
  readonly activity: ActivityStore
  readonly usageArchive: UsageArchive
  readonly installation: { readonly id: string }
  /** Runs SQL by hand, past the stores, as a transaction that may touch every organization's rows. */
  readonly raw: (text: string) => Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

export const startMs = 1_800_000_000_000
export const newestPage = { before: null, limit: 100 } as const
export const everyKey: KeyFilter = {
  status: 'all',
  environment: null,
  projectId: null,
  owner: null,
  id: null,
  search: null,
  unusedSinceMs: null,
  neverUsed: null,
  expiresBeforeMs: null,
  neverExpires: null,
  nowMs: startMs,
}

export const newOrganizationId = (): OrganizationId => createId('org', randomBytes)
export const newUserId = (): UserId => createId('usr', randomBytes)
export const newProjectId = (): ProjectId => createId('prj', randomBytes)
export const newDigest = (): KeyDigest => digestFromBytes(randomBytes(32))

export function sampleOrganization(change: Partial<Organization> = {}): Omit<Organization, 'number'> {
  return {
    id: newOrganizationId(),
    name: 'Ünïted Widgets "Ltd"',
    tier: 'standard',
    status: 'active',
    rateLimit: null,
    createdAtMs: startMs,
    ...change,
  }
}

export function sampleMember(
  organizationId: OrganizationId,
  change: Partial<Member> = {},
): Omit<Member, 'number' | 'lastSeenAtMs'> {
  return {
    organizationId,
    userId: newUserId(),
    role: 'engineer',
    status: 'active',
    email: 'ada@example.test',
    name: 'Ada',
    createdAtMs: startMs,
    ...change,
  }
}

export function sampleProject(organizationId: OrganizationId, change: Partial<Project> = {}): Omit<Project, 'number'> {
  return { organizationId, id: newProjectId(), name: 'Site', createdAtMs: startMs, archivedAtMs: null, ...change }
}

export function sampleKey(
  organizationId: OrganizationId | null,
  change: Partial<Key> = {},
): Omit<Key, 'number' | 'revocation'> {
  return {
    id: createId('key', randomBytes),
    organizationId,
    name: 'Deploys',
    environment: 'live',
    scope: organizationId === null ? 'installation' : 'organization',
    projectId: null,
    permissions: null,
    owner: null,
    createdAtMs: startMs,
    createdByUserId: null,
    expiresAtMs: null,
    rateLimit: null,
    ipAllowlist: null,
    metadata: {},
    ...change,
  }
}

export function sampleSecret(change: Partial<NewSecret> = {}): NewSecret {
  return {
    id: createId('sec', randomBytes),
    prefix: 'mk_live_abcdefgh',
    createdAtMs: startMs,
    digest: newDigest(),
    pepperVersion: '00112233aabbccdd',
    ...change,
  }
}

export function sampleEvent(change: Partial<NewAuditEvent> = {}): NewAuditEvent {
  const payload = change.payload ?? JSON.stringify({ action: 'key.minted', note: 'ünïcode' })
  const salt = change.salt ?? Uint8Array.from(randomBytes(32))
  return {
    id: createId('evt', randomBytes),
    atMs: startMs,
    action: 'key.minted',
    actor: { type: 'host', id: 'host' },
    target: { type: 'key', id: createId('key', randomBytes) },
    projectId: null,
    payload,
    salt,
    payloadDigest: digestPayload(salt, payload),
    ...change,
  }
}

/** A new organization with a member, committed. */
export async function givenMember(storage: Storage): Promise<{ organizationId: OrganizationId; userId: UserId }> {
  const organization = sampleOrganization()
  const member = sampleMember(organization.id)
  await storage.transaction(organization.id, async (stores) => {
    await stores.organizations.insert(organization)
    await stores.members.insert(member)
  })
  return { organizationId: organization.id, userId: member.userId }
}

/** A committed key of that organization. */
export async function givenKey(
  storage: Storage,
  organizationId: OrganizationId,
  change: Partial<Key> = {},
  secret: Partial<NewSecret> = {},
): Promise<KeyWithSecrets> {
  return storage.transaction(organizationId, async (stores) =>
    stores.keys.insert(sampleKey(organizationId, change), sampleSecret(secret)),
  )
}

/** A committed webhook of that organization, for all events. */
export async function givenWebhook(
  storage: Storage,
  organizationId: OrganizationId,
  change: Partial<Webhook> = {},
): Promise<Webhook> {
  const webhook = {
    id: createId('whk', randomBytes),
    organizationId,
    url: 'https://example.test/hooks',
    events: ['*'],
    description: null,
    environment: null,
    createdAtMs: startMs,
    disabled: null,
    ...change,
  }
  const secrets = { current: Uint8Array.from(randomBytes(60)), previous: null, pepperVersion: '00112233aabbccdd' }
  return storage.transaction(organizationId, async ({ webhooks }) => webhooks.insert(webhook, secrets))
}
