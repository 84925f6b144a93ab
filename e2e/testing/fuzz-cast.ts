import { randomBytes } from 'node:crypto'
import { settle, createSession, mintKey } from './cast.ts'
import { expectCall } from './client.ts'
import { createOrganization, type Installation } from './installation.ts'
import type { OpenApiDocument } from '../../packages/server/src/testing/openapi-document.ts'
import type { Material } from './request-arbitrary.ts'

/** Two organizations with all that requests can name, and every kind of credential. Both may be torn down by them. */
export async function materialOf(installation: Installation, document: OpenApiDocument): Promise<Material> {
  const { url, operatorKey: key } = installation
  const [home, away] = [await settle(installation), await settle(installation)]
  const admin = home.userIds['admin'] ?? ''
  const acting = home.acting(admin)
  const revoked = await mintKey(installation, acting)
  await expectCall(200, url, 'POST', `/v1/api-keys/${revoked.id}/revoke`, { key, headers: acting })
  const rotated = await mintKey(installation, acting)
  const { secrets } = await expectCall(201, url, 'POST', `/v1/api-keys/${rotated.id}/rotate`, { key, headers: acting })
  const expendable = await expectCall(201, url, 'POST', '/v1/operator-keys', { key, body: { name: 'expendable' } })
  const verifier = await expectCall(201, url, 'POST', '/v1/operator-keys', { key, body: { name: 'v', only: 'verify' } })
  const exhausted = await exhaustedKey(installation)
  const memberSession = await createSession(installation, home.id, home.userIds['member'] ?? '')
  const invitations = await expectCall(200, url, 'GET', '/v1/users/invitations', { key, headers: acting })
  const [webhookId = ''] = home.webhookIds
  const ofWebhook = `/v1/webhooks/${webhookId}/deliveries`
  const deliveries = await expectCall(200, url, 'GET', ofWebhook, { key, headers: acting })
  const invited = { email: `ada@${home.id}.example`, role: 'member' }
  const { token } = await expectCall(201, url, 'POST', '/v1/users/invite', { key, headers: acting, body: invited })
  const keyIds = [home.key.id, home.projectKey.id, rotated.id, rotated.id, away.key.id, revoked.id]
  const userIds = Object.values(home.userIds)
  const caller = (name: string, credential: string | null, headers = {}) => ({ name, credential, acting: headers })
  return {
    document,
    callers: [
      caller('an operator', key, acting),
      caller('an operator in an organization', key, home.acting()),
      caller('an operator nowhere', key),
      caller('a verifier', verifier.key, acting),
      caller('an expendable operator', expendable.key, acting),
      caller('a key', home.key.key, acting),
      caller('a key of a project', home.projectKey.key),
      caller('a powerless key', home.powerlessKey.key),
      caller('a revoked key', revoked.key),
      caller('an exhausted key', exhausted),
      caller('an admin', home.session, acting),
      caller('a member', memberSession),
      caller('a key and more', `${home.key.key}x`),
      ...strangers,
    ],
    ids: {
      '/v1/api-keys': keyIds,
      '/v1/api-keys/{id}/secrets': [...idsOf(secrets), home.key.secretId],
      '/v1/projects': [home.projectId, away.projectId],
      '/v1/organizations': [home.id, away.id],
      '/v1/organizations/{id}/members': [...userIds, 'somebody'],
      '/v1/users': userIds,
      '/v1/users/invitations': idsOf(invitations.data),
      '/v1/webhooks': home.webhookIds,
      '/v1/webhooks/{id}/deliveries': idsOf(deliveries.data),
      '/assets': ['graphiql.css', 'reference.js'],
      '/v1/operator-keys': [expendable.id, verifier.id],
    },
    bodies: bodiesFor(home.projectId),
    hints: {
      ...wordHints,
      projectId: [home.projectId],
      organizationId: [home.id],
      userId: userIds,
      owner: ['organization', 'member', ...userIds],
      key: [home.key.key, home.projectKey.key, home.session, exhausted, revoked.key, 'mk_live_x'],
      token: [token],
    },
  }
}

/** Values that mean something in every installation. */
const wordHints = {
  role: ['admin', 'engineer', 'member'],
  roles: ['admin', 'member'],
  tier: ['standard'],
  permission: ['api_keys:read', 'projects:write', 'projects:read,users:read'],
  permissions: ['api_keys:read', 'projects:*', '*'],
  all: ['api_keys:read', 'projects:write'],
  any: ['api_keys:write', 'usage:read'],
  email: ['grace@example.com'],
  keys: ['revoke', 'organization'],
  ipAllowlist: ['127.0.0.0/8', '::1', '192.0.2.7'],
  clientIp: ['127.0.0.1', '::1'],
  url: ['https://hooks.invalid/'],
  events: ['api_key.*', 'member.removed', '*'],
  cost: [0, 1, 2],
}

const strangers = [
  { name: 'garbage', credential: 'mk_live_garbage', acting: {} },
  { name: 'nobody', credential: null, acting: {} },
]

function idsOf(resources: readonly { readonly id: string }[]): string[] {
  return resources.map(({ id }) => id)
}

/** Whole bodies of the operations that random ones seldom get past. */
function bodiesFor(projectId: string): Material['bodies'] {
  return {
    mintApiKey: [
      { name: 'fuzz', permissions: ['projects:read'], metadata: { a: 'b' } },
      { name: 'fuzz', scope: 'project', projectId: projectId, environment: 'test' },
      { name: 'fuzz', owner: 'organization', role: 'member', ipAllowlist: ['127.0.0.0/8'] },
    ],
    importApiKeys: [{ keys: [{ ...stored(), prefix: 'old_', name: 'fuzz', owner: 'organization', role: 'member' }] }],
    graphql: [
      { query: '{ me { __typename } }' },
      { query: '{ apiKeys { data { id name } } apiKeyRateLimit { limit } }' },
    ],
    updateApiKey: [
      { name: 'fuzzed', permissions: [] },
      { metadata: {}, ipAllowlist: null, expiresAt: null },
    ],
  }
}

/** What another system might have stored of a key. */
function stored(): { readonly hash: string; readonly hashedAs: string } {
  return { hash: randomBytes(32).toString('hex'), hashedAs: 'sha256-hex' }
}

async function exhaustedKey(installation: Installation): Promise<string> {
  const rateLimit = { limit: 1, windowSeconds: 86_400 }
  const organization = await createOrganization(installation, { rateLimit })
  const { key } = await mintKey(installation, organization.acting(organization.userIds['admin']))
  await expectCall(200, installation.url, 'GET', '/v1/me', { key })
  return key
}
