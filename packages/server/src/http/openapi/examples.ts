import type { Operation } from '../../engine/policy.ts'

/** A right request of an operation. A test sends each, with ids that are there in the place of made ones. */
export type Example = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
}

/** Of things whose ids nobody chooses, and of secrets: made up. */
export const madeUp = {
  key: 'key_4vTzJ9xWkR2mQ8cY6nHs3B',
  secret: 'sec_7bNfL2pXqV5tD9wGzK4jRm',
  operatorKey: 'key_8sMcY3hVnP6kT2xJqW9dLz',
  webhook: 'whk_5rGxK8mTzN3vQ6wPjD2cHb',
  delivery: 'dlv_2wQnH7kLxT9zV4mRjP6sGc',
  invitation: 'inv_9kDzR4vXmW7tN2qHsL5jGp',
  invitationToken: 'mmi_6hYtQ9wKzM3xN7vRjP2sLcDgT5bVnXkWqJfHmZ',
  plaintext: 'mk_live_3nRk8WzXqT5vJm2YcP7sLhGdB9tNfKwVxQjMzD',
} as const

const ofKey: Example = { params: { id: madeUp.key } }
const ofAcme: Example = { params: { id: 'acme' } }
const ofGrace: Example = { params: { id: 'acme', userId: 'grace' } }
const ofWeb: Example = { params: { projectId: 'web' } }
const ofUser: Example = { params: { id: 'grace' } }
const ofWebhook: Example = { params: { id: madeUp.webhook } }
const firstPage: Example = { query: { limit: 10 } }

const examples = {
  getHealth: {},
  getReadiness: {},
  getOpenApi: {},
  getReference: {},
  getGraphiql: {},
  getAsset: { params: { name: 'reference-start.js' } },
  graphql: {
    body: {
      query: 'query ($limit: Int) { apiKeys(limit: $limit) { data { id name status } } }',
      variables: { limit: 10 },
    },
  },
  getMe: {},
  verify: { body: { key: madeUp.plaintext, permission: 'projects:read', clientIp: '192.0.2.7' } },
  verifyBatch: {
    body: {
      requests: [
        { key: madeUp.plaintext },
        { key: madeUp.plaintext, permission: { any: ['projects:read', 'projects:write'] } },
      ],
    },
  },
  forwardAuth: { query: { permission: 'projects:read', environment: 'live' } },
  getContract: {},
  getMetrics: {},
  createOrganization: { body: { id: 'globex', name: 'Globex', rateLimit: { limit: 600, windowSeconds: 60 } } },
  listOrganizations: firstPage,
  getOrganization: ofAcme,
  updateOrganization: { ...ofAcme, body: { name: 'Acme Corporation' } },
  deleteOrganization: ofAcme,
  listMembers: { ...ofAcme, ...firstPage },
  syncMember: {
    params: { id: 'acme', userId: 'alan' },
    body: { role: 'engineer', email: 'alan@example.com', name: 'Alan' },
  },
  getMember: ofGrace,
  removeMember: { ...ofGrace, query: { keys: 'revoke' } },
  createSession: { body: { organizationId: 'acme', userId: 'ada', ttlSeconds: 900 } },
  endCurrentSession: {},
  createOperatorKey: { body: { name: 'gateway', only: 'verify' } },
  listOperatorKeys: firstPage,
  revokeOperatorKey: { params: { id: madeUp.operatorKey }, body: {} },
  mintApiKey: {
    body: {
      name: 'Nightly deploy',
      scope: 'project',
      projectId: 'web',
      permissions: ['projects:read'],
      expiresAt: '2099-12-31T00:00:00.000Z',
      metadata: { team: 'platform' },
    },
  },
  importApiKeys: {
    body: {
      keys: [
        {
          hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          hashedAs: 'sha256-hex',
          prefix: 'old_1a2b',
          name: 'Brought over',
          owner: 'organization',
          role: 'engineer',
        },
      ],
    },
  },
  listApiKeys: { query: { status: 'active', q: 'deploy', limit: 10 } },
  getApiKey: ofKey,
  getApiKeyWindow: ofKey,
  updateApiKey: { ...ofKey, body: { name: 'Weekly deploy', ipAllowlist: ['192.0.2.0/24'] } },
  deleteApiKey: ofKey,
  revokeApiKey: { ...ofKey, body: { reason: 'leaked', comment: 'It was in a screenshot.' } },
  rotateApiKey: { ...ofKey, body: { overlapSeconds: 3600 } },
  endApiKeySecret: { params: { id: madeUp.key, secretId: madeUp.secret } },
  transferApiKey: { ...ofKey, body: { userId: 'grace' } },
  getCreationLimits: {},
  createProject: { body: { id: 'shop', name: 'Shop' } },
  listProjects: firstPage,
  getProject: ofWeb,
  updateProject: { ...ofWeb, body: { name: 'Website' } },
  deleteProject: ofWeb,
  listUsers: firstPage,
  getUser: ofUser,
  updateUser: { ...ofUser, body: { role: 'manager' } },
  removeUser: { ...ofUser, query: { keys: 'organization' } },
  inviteUser: { body: { email: 'alan@example.com', role: 'engineer' } },
  listInvitations: firstPage,
  withdrawInvitation: { params: { id: madeUp.invitation } },
  acceptInvitation: { body: { token: madeUp.invitationToken } },
  getUsage: { query: { keyId: madeUp.key, bucket: 'hour' } },
  listTopKeys: { query: { bucket: 'hour', limit: 5 } },
  listWebhooks: firstPage,
  createWebhook: {
    body: { url: 'https://hooks.example.com/mintmark', events: ['api_key.*'], description: 'To the chat' },
  },
  getWebhook: ofWebhook,
  updateWebhook: { ...ofWebhook, body: { events: ['api_key.revoked', 'api_key.expired'] } },
  deleteWebhook: ofWebhook,
  rotateWebhookSecret: { ...ofWebhook, body: { overlapSeconds: 3600 } },
  testWebhook: ofWebhook,
  listDeliveries: { ...ofWebhook, ...firstPage },
  resendDelivery: { params: { id: madeUp.webhook, deliveryId: madeUp.delivery } },
  search: { query: { q: 'deploy' } },
  listAuditEvents: { query: { action: 'api_key.created', limit: 10 } },
  getAuditHead: {},
  checkAudit: { body: { from: 1 } },
  getOwnOrganization: {},
  updateOwnOrganization: { body: { name: 'Acme Corporation' } },
} as const satisfies Record<Operation, Example>

/** An operation without one does not compile; forward-auth takes every method by the same example. */
export function exampleOf(operationId: string): Example {
  const found = Object.entries<Example>(examples).find(([operation]) => operation === operationId)
  if (found !== undefined) return found[1]
  if (operationId.startsWith('forwardAuth')) return examples.forwardAuth
  throw new Error(`${operationId} has no example.`)
}
