import type { BuiltInPermission } from '@mintmark/core'

/**
 * Who may call an operation, before anything of its body is read.
 * `public` needs no credential and reads none; `verify` is for operators, also those that can do nothing else;
 * `tenant` is for credentials inside an organization (operators by Mintmark-Organization); `any` for all credentials;
 * `guard` judges the credential itself.
 */
export type Who = 'public' | 'operator' | 'verify' | 'session' | 'tenant' | 'any' | 'guard'

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

/** Every operation of the interface, by its OpenAPI operationId. A route without one does not start. */
export const policies = {
  getHealth: open('public'),
  getReadiness: open('public'),
  getOpenApi: open('public'),
  getMe: open('any'),
  verify: open('verify'),
  verifyBatch: open('verify'),
  forwardAuth: open('guard'),
  getContract: open('operator'),
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
  listApiKeys: tenant('api_keys:read', 'filtered', { orOwn: true }),
  getApiKey: tenant('api_keys:read', 'filtered', { orOwn: true }),
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
  search: tenant(null, 'filtered'),
  getOwnOrganization: tenant('organization:read', 'any'),
  updateOwnOrganization: tenant('organization:write', 'organization only'),
} as const satisfies Record<string, Policy>

export type Operation = keyof typeof policies

/** A path that is no operation: any credential, so that it can be told 404. */
export const noPolicy: Policy = open('any')
