import type { BuiltInPermission } from '@mintmark/core'

/**
 * Who may call an operation, before anything of its body is read.
 * `public` needs no credential and reads none; `verify` is for operators, also those that can do nothing else;
 * `operator or member` is for members, whose pages are made by it, and for operators, also those that can do nothing
 * but verify: their guards are made by it;
 * `operator in organization` is for operators that say in which (by Mintmark-Organization);
 * `tenant` is for credentials inside an organization (operators by Mintmark-Organization), `tenant or installation` for
 * those and for operators outside of any; `any` for all credentials;
 * `guard` judges the credential itself.
 */
export type Who =
  | 'public'
  | 'operator'
  | 'operator in organization'
  | 'operator or member'
  | 'verify'
  | 'session'
  | 'tenant'
  | 'tenant or installation'
  | 'any'
  | 'guard'

/** What a project-scoped credential meets. */
export type ScopeRule = 'any' | 'own project' | 'organization only' | 'filtered'

export type Policy = {
  readonly who: Who
  readonly permission: BuiltInPermission | null
  readonly scope: ScopeRule
  /** A member may do this with the keys he owns, and a key see itself, without the permission: the engine decides. */
  readonly orOwn: boolean
}

function open(who: Who): Policy {
  return { who, permission: null, scope: 'any', orOwn: false }
}

function tenant(permission: BuiltInPermission | null, scope: ScopeRule, options: { orOwn?: boolean } = {}): Policy {
  return { who: 'tenant', permission, scope, orOwn: options.orOwn ?? false }
}

function audit(scope: ScopeRule): Policy {
  return { who: 'tenant or installation', permission: 'audit_events:read', scope, orOwn: false }
}

/** Every operation of the interface, by its OpenAPI operationId. A route without one does not start. */
export const policies = {
  getHealth: open('public'),
  getReadiness: open('public'),
  getOpenApi: open('public'),
  getReference: open('public'),
  getGraphiql: open('public'),
  getAsset: open('public'),
  graphql: open('any'),
  getMe: open('any'),
  verify: open('verify'),
  verifyBatch: open('verify'),
  forwardAuth: open('guard'),
  getContract: open('operator or member'),
  getMetrics: open('operator'),
  createOrganization: open('operator'),
  listOrganizations: open('operator'),
  getOrganization: open('operator'),
  updateOrganization: open('operator'),
  deleteOrganization: open('operator'),
  listMembers: open('operator'),
  syncMember: open('operator'),
  getMember: open('operator'),
  removeMember: open('operator'),
  createSession: open('operator'),
  endCurrentSession: open('session'),
  createOperatorKey: open('operator'),
  listOperatorKeys: open('operator'),
  revokeOperatorKey: open('operator'),
  mintApiKey: tenant('api_keys:write', 'own project'),
  importApiKeys: open('operator in organization'),
  listApiKeys: tenant('api_keys:read', 'filtered', { orOwn: true }),
  getApiKey: tenant('api_keys:read', 'filtered', { orOwn: true }),
  getApiKeyWindow: tenant('api_keys:read', 'filtered', { orOwn: true }),
  updateApiKey: tenant('api_keys:write', 'filtered'),
  deleteApiKey: tenant('api_keys:write', 'filtered', { orOwn: true }),
  revokeApiKey: tenant('api_keys:write', 'filtered', { orOwn: true }),
  rotateApiKey: tenant('api_keys:write', 'filtered'),
  endApiKeySecret: tenant('api_keys:write', 'filtered', { orOwn: true }),
  transferApiKey: tenant('api_keys:write', 'filtered'),
  getCreationLimits: tenant(null, 'any'),
  createProject: tenant('projects:write', 'organization only'),
  listProjects: tenant('projects:read', 'filtered'),
  getProject: tenant('projects:read', 'own project'),
  updateProject: tenant('projects:write', 'own project'),
  deleteProject: tenant('projects:delete', 'own project'),
  listUsers: tenant('users:read', 'organization only'),
  getUser: tenant('users:read', 'organization only'),
  updateUser: tenant('users:write', 'organization only'),
  removeUser: tenant('users:write', 'organization only'),
  inviteUser: tenant('users:invite', 'organization only'),
  listInvitations: tenant('users:read', 'organization only'),
  withdrawInvitation: tenant('users:invite', 'organization only'),
  acceptInvitation: open('session'),
  getUsage: tenant('usage:read', 'filtered'),
  listTopKeys: tenant('usage:read', 'filtered'),
  listWebhooks: tenant('webhooks:read', 'organization only'),
  createWebhook: tenant('webhooks:write', 'organization only'),
  getWebhook: tenant('webhooks:read', 'organization only'),
  updateWebhook: tenant('webhooks:write', 'organization only'),
  deleteWebhook: tenant('webhooks:write', 'organization only'),
  rotateWebhookSecret: tenant('webhooks:write', 'organization only'),
  testWebhook: tenant('webhooks:write', 'organization only'),
  listDeliveries: tenant('webhooks:read', 'organization only'),
  resendDelivery: tenant('webhooks:write', 'organization only'),
  search: { ...tenant(null, 'filtered'), who: 'tenant or installation' },
  listAuditEvents: audit('filtered'),
  getAuditHead: audit('organization only'),
  checkAudit: audit('organization only'),
  getOwnOrganization: tenant('organization:read', 'any'),
  updateOwnOrganization: tenant('organization:write', 'organization only'),
} as const satisfies Record<string, Policy>

export type Operation = keyof typeof policies

/** A page for people, and what it loads: no operation of the interface. */
export const pagePolicy: Policy = open('public')

/** What our own pages ask for by the cookie of who is signed in: no operation of the interface either. */
export const browserPolicy: Policy = open('public')

/** A path that is no operation: any credential, so that it can be told 404. */
export const noPolicy: Policy = open('any')
