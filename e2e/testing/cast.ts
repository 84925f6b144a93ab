import { expectCall } from './client.ts'
import { createOrganization, type Installation } from './installation.ts'

/** One organization with everything that an organization has: what a credential may or may not see. */
export type Household = {
  readonly id: string
  /** By role: `admin`, `engineer`, `member`. */
  readonly userIds: Readonly<Record<string, string>>
  readonly acting: (userId?: string) => Readonly<Record<string, string>>
  readonly projectId: string
  /** Two, of two deliveries each. */
  readonly webhookIds: readonly string[]
  /** An organization-scoped key of the admin's. */
  readonly key: MintedKey
  /** A key of the project. */
  readonly projectKey: MintedKey
  /** A key that inherits nothing: `permissions: []`. */
  readonly powerlessKey: MintedKey
  /** Of the admin. */
  readonly session: string
}

export type MintedKey = { readonly id: string; readonly key: string; readonly secretId: string }

/** Mints with an operator key that acts for a member. */
export async function mintKey(
  installation: Pick<Installation, 'url' | 'operatorKey'>,
  headers: Readonly<Record<string, string>>,
  body: object = { name: 'key' },
): Promise<MintedKey> {
  const { url, operatorKey: key } = installation
  const minted = await expectCall(201, url, 'POST', '/v1/api-keys', { key, headers, body })
  return { id: minted.id, key: minted.key, secretId: minted.secrets[0].id }
}

export async function createSession(
  installation: Pick<Installation, 'url' | 'operatorKey'>,
  organizationId: string,
  userId: string,
): Promise<string> {
  const { url, operatorKey: key } = installation
  const body = { organizationId, userId }
  return (await expectCall(201, url, 'POST', '/v1/sessions', { key, body })).token
}

/** A webhook at an address that there never is (RFC 2606), with two deliveries. */
async function createWebhook(
  installation: Pick<Installation, 'url' | 'operatorKey'>,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const { url, operatorKey: key } = installation
  const body = { url: 'https://hooks.invalid/', events: ['project.deleted'] }
  const { id } = await expectCall(201, url, 'POST', '/v1/webhooks', { key, headers, body })
  for (let test = 0; test < 2; test += 1) {
    await expectCall(201, url, 'POST', `/v1/webhooks/${id}/test`, { key, headers })
  }
  return id
}

export async function settle(
  installation: Installation,
  options: { readonly rateLimit?: { limit: number; windowSeconds: number } } = {},
): Promise<Household> {
  const { url, operatorKey: key } = installation
  const roles = ['admin', 'engineer', 'member']
  const { id, userIds, acting } = await createOrganization(installation, { roles, ...options })
  const { admin = '' } = userIds
  const headers = acting(admin)
  const project = await expectCall(201, url, 'POST', '/v1/projects', { key, headers, body: { name: 'project' } })
  for (const name of ['grace', 'edsger']) {
    const body = { email: `${name}@${id}.example`, role: 'member' }
    await expectCall(201, url, 'POST', '/v1/users/invite', { key, headers, body })
  }
  const webhookIds = [await createWebhook(installation, headers), await createWebhook(installation, headers)]
  const ofProject = { name: 'of project', scope: 'project', projectId: project.id }
  return {
    id,
    userIds,
    acting,
    projectId: project.id,
    webhookIds,
    key: await mintKey(installation, headers),
    projectKey: await mintKey(installation, headers, ofProject),
    powerlessKey: await mintKey(installation, headers, { name: 'powerless', permissions: [] }),
    session: await createSession(installation, id, admin),
  }
}
