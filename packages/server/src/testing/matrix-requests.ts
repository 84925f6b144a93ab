import { createHash } from 'node:crypto'

/** What a request names. `secretId` is of a part of it: a secret, a delivery. */
export type Named = { readonly id: string; readonly secretId: string; readonly organizationId: string }

export type WorldRequest = { readonly method: string; readonly path: string; readonly body?: unknown }

/** `count` makes names new; `token` is of an invitation; `owner` is what an operator must say of a key that he mints. */
type Fresh = { readonly count: number; readonly token: string; readonly owner: object }

/** A mint that names it names no project. */
export const unnamed = ''

const get = (path: string): WorldRequest => ({ method: 'GET', path })
const remove = (path: string): WorldRequest => ({ method: 'DELETE', path })
const post = (path: string, body: unknown): WorldRequest => ({ method: 'POST', path, body })
const patch = (path: string, body: unknown): WorldRequest => ({ method: 'PATCH', path, body })

type Make = (named: Named, fresh: Fresh) => WorldRequest

/** A name that leads nowhere. */
const webhookUrl = (count: number): string => `https://hooks-${count}.invalid/`

/** The shape that the matrix's contract names (`matrix-world.ts`). */
const legacyKey = (count: number): object => ({
  hash: createHash('sha256').update(`old_${count}`).digest('hex'),
  hashedAs: 'sha256-hex',
  prefix: 'old_',
  name: 'old',
  owner: 'organization',
  role: 'member',
})

/** A right request of each operation, which changes as little as it can. */
const requests: Readonly<Record<string, Make>> = {
  getHealth: () => get('/healthz'),
  getReadiness: () => get('/readyz'),
  getOpenApi: () => get('/openapi.json'),
  getMe: () => get('/v1/me'),
  getReference: () => get('/reference'),
  getGraphiql: () => get('/graphql'),
  getAsset: () => get('/assets/reference-start.js'),
  graphql: () => post('/graphql', { query: '{ me { __typename } }' }),
  forwardAuth: () => get('/v1/forward-auth'),
  verify: () => post('/v1/verify', { key: 'mk_live_' }),
  verifyBatch: () => post('/v1/verify/batch', { requests: [{ key: 'mk_live_' }] }),
  getContract: () => get('/v1/contract'),
  getMetrics: () => get('/metrics'),
  createOrganization: (_, { count }) => post('/v1/organizations', { id: `new-${count}`, name: 'new' }),
  listOrganizations: () => get('/v1/organizations'),
  getOrganization: ({ id }) => get(`/v1/organizations/${id}`),
  updateOrganization: ({ id }) => patch(`/v1/organizations/${id}`, { name: 'renamed' }),
  deleteOrganization: ({ id }) => remove(`/v1/organizations/${id}`),
  listMembers: ({ id }) => get(`/v1/organizations/${id}/members`),
  syncMember: ({ id }, { count }) => ({
    method: 'PUT',
    path: `/v1/organizations/${id}/members/synced-${count}`,
    body: { role: 'member' },
  }),
  getMember: ({ id, organizationId }) => get(`/v1/organizations/${organizationId}/members/${id}`),
  removeMember: ({ id, organizationId }) => remove(`/v1/organizations/${organizationId}/members/${id}`),
  createSession: ({ id, organizationId }) => post('/v1/sessions', { organizationId, userId: id }),
  createOperatorKey: () => post('/v1/operator-keys', { name: 'new' }),
  listOperatorKeys: () => get('/v1/operator-keys'),
  revokeOperatorKey: ({ id }) => post(`/v1/operator-keys/${id}/revoke`, undefined),
  endCurrentSession: () => remove('/v1/sessions/current'),
  acceptInvitation: (_, { token }) => post('/v1/users/invitations/accept', { token }),
  mintApiKey: ({ id }, { owner }) => {
    const scope = id === unnamed ? {} : { scope: 'project', projectId: id }
    return post('/v1/api-keys', { name: 'new', permissions: [], ...scope, ...owner })
  },
  importApiKeys: (_, { count }) => post('/v1/api-keys/import', { keys: [legacyKey(count)] }),
  listApiKeys: () => get('/v1/api-keys'),
  getApiKey: ({ id }) => get(`/v1/api-keys/${id}`),
  getApiKeyWindow: ({ id }) => get(`/v1/api-keys/${id}/window`),
  updateApiKey: ({ id }) => patch(`/v1/api-keys/${id}`, { name: 'renamed' }),
  deleteApiKey: ({ id }) => remove(`/v1/api-keys/${id}`),
  revokeApiKey: ({ id }) => post(`/v1/api-keys/${id}/revoke`, {}),
  endApiKeySecret: ({ id, secretId }) => remove(`/v1/api-keys/${id}/secrets/${secretId}`),
  rotateApiKey: ({ id }) => post(`/v1/api-keys/${id}/rotate`, {}),
  transferApiKey: ({ id }) => post(`/v1/api-keys/${id}/transfer`, { userId: 'heir' }),
  getCreationLimits: () => get('/v1/api-keys/creation-limits'),
  createProject: (_, { count }) => post('/v1/projects', { id: `new-${count}`, name: 'new' }),
  listProjects: () => get('/v1/projects'),
  getProject: ({ id }) => get(`/v1/projects/${id}`),
  updateProject: ({ id }) => patch(`/v1/projects/${id}`, { name: 'renamed' }),
  deleteProject: ({ id }) => remove(`/v1/projects/${id}`),
  listUsers: () => get('/v1/users'),
  getUser: ({ id }) => get(`/v1/users/${id}`),
  updateUser: ({ id }) => patch(`/v1/users/${id}`, { role: 'member', status: 'active' }),
  removeUser: ({ id }) => remove(`/v1/users/${id}`),
  inviteUser: (_, { count }) => post('/v1/users/invite', { email: `new-${count}@example.test`, role: 'member' }),
  listInvitations: () => get('/v1/users/invitations'),
  withdrawInvitation: ({ id }) => remove(`/v1/users/invitations/${id}`),
  listWebhooks: () => get('/v1/webhooks'),
  createWebhook: (_, { count }) => post('/v1/webhooks', { url: webhookUrl(count), events: ['member.*'] }),
  getWebhook: ({ id }) => get(`/v1/webhooks/${id}`),
  updateWebhook: ({ id }, { count }) => patch(`/v1/webhooks/${id}`, { url: webhookUrl(count) }),
  deleteWebhook: ({ id }) => remove(`/v1/webhooks/${id}`),
  rotateWebhookSecret: ({ id }) => post(`/v1/webhooks/${id}/rotate-secret`, {}),
  testWebhook: ({ id }) => post(`/v1/webhooks/${id}/test`, undefined),
  listDeliveries: ({ id }) => get(`/v1/webhooks/${id}/deliveries`),
  resendDelivery: ({ id, secretId }) => post(`/v1/webhooks/${id}/deliveries/${secretId}/resend`, undefined),
  getUsage: () => get('/v1/usage'),
  listTopKeys: () => get('/v1/usage/top-keys'),
  listAuditEvents: () => get('/v1/audit-events'),
  getAuditHead: () => get('/v1/audit-events/head'),
  checkAudit: () => post('/v1/audit-events/check', {}),
  search: () => get('/v1/search?q=matrix'),
  getOwnOrganization: () => get('/v1/organization'),
  updateOwnOrganization: () => patch('/v1/organization', { name: 'home' }),
}

export function requestOf(operation: string, named: Named, fresh: Fresh): WorldRequest {
  const make = requests[operation]
  if (make === undefined) throw new Error(`The matrix cannot call ${operation}`)
  return make(named, fresh)
}
