/**
 * Who may do what, once more: written from API.md sections 3 to 5 and DESIGN sections 3 and 8, and from nothing of the
 * code that decides it. It knows the contract of `matrix-world.ts` by heart.
 */

export const roles = ['admin', 'manager', 'engineer', 'member'] as const
export type Role = (typeof roles)[number]

export const everyPermission: readonly string[] = [
  'api_keys:read api_keys:write projects:read projects:write projects:delete users:read users:write users:invite',
  'webhooks:read webhooks:write audit_events:read usage:read organization:read organization:write',
]
  .join(' ')
  .split(' ')

const ofRole: Record<Role, readonly string[]> = {
  admin: everyPermission,
  manager: [...everyPermission.filter((name) => name.endsWith(':read')), 'projects:write', 'webhooks:write'],
  engineer: 'api_keys:read api_keys:write projects:read projects:write webhooks:read webhooks:write usage:read'.split(
    ' ',
  ),
  member: ['projects:read', 'users:read', 'usage:read'],
}

/** A key's list: null inherits. */
export type PermissionList = readonly string[] | null

export type CallerSpec =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'operator'; readonly inside: boolean; readonly onlyVerify: boolean }
  | { readonly kind: 'on behalf' | 'session'; readonly role: Role; readonly standing: Standing }
  | KeySpec

export type KeySpec = {
  readonly kind: 'key'
  readonly role: Role
  readonly owner: 'member' | 'organization'
  readonly scope: 'organization' | 'project'
  readonly environment: 'live' | 'test'
  readonly permissions: PermissionList
  readonly standing: Standing
}

export type Standing = 'active' | 'revoked' | 'owner suspended' | 'organization suspended'

/** What the contract of an installation says beyond the built-in one. */
export type Rules = { readonly keysManageKeys: boolean; readonly neverByKey: readonly string[] }

/**
 * What the path, or the body of a mint, names. `none`: nothing. `itself`: the key that calls, or one that the member
 * who calls owns. `own`: of the caller's project, or without projects of his organization.
 */
export type Target = 'none' | 'itself' | 'own' | 'foreign project' | 'foreign organization' | 'absent'

export type Expected = { readonly status: number; readonly reason: string | null }

type Access =
  | 'public'
  | 'anyone'
  | 'guard'
  | 'operator'
  | 'operator inside'
  | 'operator or member'
  | 'verify'
  | 'session'
  | 'tenant'
  | 'tenant or operator'

/** One operation of API.md: who it is for, its permission in brackets, what a project-scoped credential meets. */
export type Row = {
  readonly access: Access
  readonly permission?: string
  readonly scope?: 'organization' | 'path'
  /** What its id is of. `key`: of a key that belongs to the organization, has the role `member` and no permission. */
  readonly names?:
    | 'key'
    | 'project'
    | 'user'
    | 'invitation'
    | 'webhook'
    | 'organization'
    | 'organization member'
    | 'operator key'
  /** Owners of keys and keys themselves may, without the permission. */
  readonly orOwn?: true
  /** It gives the role `member`, or takes it, or a secret of a key that has it. */
  readonly gives?: 'role' | 'secret'
  /** It has events sent to where the caller says, which he may send only if he may read them. */
  readonly sends?: string
  readonly done: number
}

const operator = (done: number, names?: Row['names']): Row => ({ access: 'operator', done, ...(names && { names }) })
const tenant = (permission: string, done: number, more: Partial<Row> = {}): Row => ({
  access: 'tenant',
  permission,
  done,
  ...more,
})

export const rows: Readonly<Record<string, Row>> = {
  getHealth: { access: 'public', done: 200 },
  getReadiness: { access: 'public', done: 200 },
  getOpenApi: { access: 'public', done: 200 },
  getReference: { access: 'public', done: 200 },
  getGraphiql: { access: 'public', done: 200 },
  getAsset: { access: 'public', done: 200 },
  getMe: { access: 'anyone', done: 200 },
  graphql: { access: 'anyone', done: 200 },
  forwardAuth: { access: 'guard', done: 200 },
  verify: { access: 'verify', done: 200 },
  verifyBatch: { access: 'verify', done: 200 },
  getContract: { access: 'operator or member', done: 200 },
  getMetrics: operator(200),
  createOrganization: operator(201),
  listOrganizations: operator(200),
  getOrganization: operator(200, 'organization'),
  updateOrganization: operator(200, 'organization'),
  deleteOrganization: operator(204, 'organization'),
  listMembers: operator(200, 'organization'),
  syncMember: operator(200, 'organization'),
  getMember: operator(200, 'organization member'),
  removeMember: operator(204, 'organization member'),
  createSession: operator(201, 'organization member'),
  createOperatorKey: operator(201),
  listOperatorKeys: operator(200),
  revokeOperatorKey: operator(200, 'operator key'),
  endCurrentSession: { access: 'session', done: 204 },
  acceptInvitation: { access: 'session', done: 201 },
  mintApiKey: tenant('api_keys:write', 201),
  importApiKeys: { access: 'operator inside', done: 200 },
  listApiKeys: tenant('api_keys:read', 200, { orOwn: true }),
  getApiKey: tenant('api_keys:read', 200, { names: 'key', orOwn: true }),
  getApiKeyWindow: tenant('api_keys:read', 200, { names: 'key', orOwn: true }),
  updateApiKey: tenant('api_keys:write', 200, { names: 'key' }),
  deleteApiKey: tenant('api_keys:write', 204, { names: 'key', orOwn: true }),
  revokeApiKey: tenant('api_keys:write', 200, { names: 'key', orOwn: true }),
  endApiKeySecret: tenant('api_keys:write', 204, { names: 'key', orOwn: true }),
  rotateApiKey: tenant('api_keys:write', 201, { names: 'key', gives: 'secret' }),
  transferApiKey: tenant('api_keys:write', 200, { names: 'key', gives: 'secret' }),
  getCreationLimits: { access: 'tenant', done: 200 },
  createProject: tenant('projects:write', 201, { scope: 'organization' }),
  listProjects: tenant('projects:read', 200),
  getProject: tenant('projects:read', 200, { scope: 'path', names: 'project' }),
  updateProject: tenant('projects:write', 200, { scope: 'path', names: 'project' }),
  deleteProject: tenant('projects:delete', 204, { scope: 'path', names: 'project' }),
  listUsers: tenant('users:read', 200, { scope: 'organization' }),
  getUser: tenant('users:read', 200, { scope: 'organization', names: 'user' }),
  updateUser: tenant('users:write', 200, { scope: 'organization', names: 'user', gives: 'role' }),
  removeUser: tenant('users:write', 204, { scope: 'organization', names: 'user', gives: 'role' }),
  inviteUser: tenant('users:invite', 201, { scope: 'organization', gives: 'role' }),
  listInvitations: tenant('users:read', 200, { scope: 'organization' }),
  withdrawInvitation: tenant('users:invite', 204, { scope: 'organization', names: 'invitation' }),
  listWebhooks: tenant('webhooks:read', 200, { scope: 'organization' }),
  createWebhook: tenant('webhooks:write', 201, { scope: 'organization', sends: 'users:read' }),
  getWebhook: tenant('webhooks:read', 200, { scope: 'organization', names: 'webhook' }),
  updateWebhook: tenant('webhooks:write', 200, { scope: 'organization', names: 'webhook', sends: 'users:read' }),
  deleteWebhook: tenant('webhooks:write', 204, { scope: 'organization', names: 'webhook' }),
  rotateWebhookSecret: tenant('webhooks:write', 201, { scope: 'organization', names: 'webhook' }),
  testWebhook: tenant('webhooks:write', 201, { scope: 'organization', names: 'webhook' }),
  listDeliveries: tenant('webhooks:read', 200, { scope: 'organization', names: 'webhook' }),
  resendDelivery: tenant('webhooks:write', 201, { scope: 'organization', names: 'webhook' }),
  getUsage: tenant('usage:read', 200),
  listTopKeys: tenant('usage:read', 200),
  search: { access: 'tenant or operator', done: 200 },
  listAuditEvents: { access: 'tenant or operator', permission: 'audit_events:read', done: 200 },
  getAuditHead: { access: 'tenant or operator', permission: 'audit_events:read', scope: 'organization', done: 200 },
  checkAudit: { access: 'tenant or operator', permission: 'audit_events:read', scope: 'organization', done: 200 },
  getOwnOrganization: tenant('organization:read', 200),
  updateOwnOrganization: tenant('organization:write', 200, { scope: 'organization' }),
}

const ok = (status: number): Expected => ({ status, reason: null })
const no = (status: number, reason: string): Expected => ({ status, reason })
const forbidden = no(403, 'forbidden')
const notFound = no(404, 'not_found')
const mistaken = no(400, 'invalid_request')

/** The answer that API.md promises to this caller, for this operation, about this target. */
export function expectedOf(operation: string, caller: CallerSpec, target: Target, rules: Rules): Expected {
  const row = rows[operation]
  if (row === undefined) throw new Error(`API.md's ${operation} is missing from the oracle`)
  if (row.access === 'public') return ok(row.done)
  if (caller.kind === 'nobody') return no(401, 'missing_key')
  if (caller.kind === 'unknown') return no(401, 'invalid_key')
  // A gateway hands on the credential of a tenant: an operator key is known, and out of place.
  if (row.access === 'guard' && (caller.kind === 'operator' || caller.kind === 'on behalf')) return forbidden
  const fallen = caller.kind === 'operator' ? null : refuseStanding(caller.standing)
  if (fallen !== null) return fallen
  return caller.kind === 'operator'
    ? operatorMay(row, caller, target)
    : tenantMay(operation, row, caller, target, rules)
}

function refuseStanding(standing: Standing): Expected | null {
  if (standing === 'revoked') return no(401, 'key_revoked')
  if (standing === 'owner suspended') return no(403, 'owner_suspended')
  return standing === 'organization suspended' ? no(403, 'organization_suspended') : null
}

function operatorMay(row: Row, caller: CallerSpec & { kind: 'operator' }, target: Target): Expected {
  const ofVerifiers = row.access === 'verify' || row.access === 'operator or member'
  if (caller.onlyVerify && (!ofVerifiers || caller.inside)) return forbidden
  if (row.access === 'session') return forbidden
  if (row.access === 'operator inside' && !caller.inside) return mistaken
  if (row.access === 'tenant') {
    // Creation limits are a member's.
    if (!caller.inside || row === rows['getCreationLimits']) return mistaken
    return target === 'absent' || target === 'foreign organization' ? notFound : ok(row.done)
  }
  if (target === 'absent') return notFound
  return target === 'foreign organization' && row.names === 'organization member' ? notFound : ok(row.done)
}

type Tenant = Exclude<CallerSpec, { kind: 'nobody' | 'unknown' | 'operator' }>

function tenantMay(operation: string, row: Row, caller: Tenant, target: Target, rules: Rules): Expected {
  const isKey = caller.kind === 'key'
  const rights = rightsOf(caller, rules)
  const isProjectScoped = isKey && caller.scope === 'project'
  if (row.access === 'operator' || row.access === 'operator inside' || row.access === 'verify') return forbidden
  if (row.access === 'operator or member') return isKey ? forbidden : ok(row.done)
  if (row.access === 'session') {
    if (isKey) return forbidden
    return operation === 'endCurrentSession' && caller.kind === 'on behalf' ? mistaken : ok(row.done)
  }
  if (isKey && row.permission === 'api_keys:write' && !rules.keysManageKeys) return forbidden
  if (isProjectScoped && row.scope === 'organization') return no(403, 'scope_violation')
  if (isProjectScoped && row.scope === 'path' && target !== 'own') return no(403, 'scope_violation')
  if (row.permission !== undefined && row.orOwn === undefined && !rights.has(row.permission)) return forbidden
  if (operation === 'getCreationLimits') return isKey && caller.owner === 'organization' ? forbidden : ok(row.done)
  if (operation === 'mintApiKey') return mayMint(caller, target)
  return row.names === 'key' ? mayReachKey(row, caller, target, rights, rules) : mayReach(row, target, rights)
}

function mayReach(row: Row, target: Target, rights: ReadonlySet<string>): Expected {
  if (target === 'absent' || target === 'foreign organization') return notFound
  if (row.sends !== undefined && !rights.has(row.sends)) return forbidden
  return row.gives === 'role' && !holds(rights, 'member') ? forbidden : ok(row.done)
}

/** A mint gives no permission (`[]`) and the minter's own role: what is left is who may mint which scope. */
function mayMint(caller: Tenant, target: Target): Expected {
  const isProjectScoped = caller.kind === 'key' && caller.scope === 'project'
  const mayBe = target === 'none' ? ['admin'] : ['admin', 'engineer']
  if (!mayBe.includes(caller.role)) return forbidden
  if (isProjectScoped && target !== 'own') return no(403, 'scope_violation')
  return target === 'absent' || target === 'foreign organization' ? notFound : ok(201)
}

/** `own` here: a key of the caller's project, in his environment, that the organization owns. */
function mayReachKey(row: Row, caller: Tenant, target: Target, rights: ReadonlySet<string>, rules: Rules): Expected {
  if (target === 'absent' || target === 'foreign organization') return notFound
  const mayWrite = row.permission === undefined || rights.has(row.permission)
  if (target === 'itself') {
    // A member ends his own; a key reads itself. (Keys that may not manage keys were sent away before.)
    const isFree = row.orOwn === true && (caller.kind !== 'key' || row.permission === 'api_keys:read')
    return isFree || (mayWrite && mayHaveItself(row, caller, rights)) ? ok(row.done) : forbidden
  }
  const mayLook = rights.has('api_keys:read') || rights.has(row.permission ?? '')
  if (!mayLook) return notFound
  if (caller.kind === 'key') {
    if (!rules.keysManageKeys) return notFound
    if (caller.scope === 'project' && target !== 'own') return notFound
    // The targets are live.
    if (caller.environment !== 'live') return notFound
  }
  // Who sees it without being its owner needs the permission.
  if (!mayWrite) return forbidden
  const gives = row.gives === 'secret' && caller.role !== 'member' && !holds(rights, 'member')
  return gives ? forbidden : ok(row.done)
}

/** To rotate it gives what it has; the heir of a transfer has the role `member`. */
function mayHaveItself(row: Row, caller: Tenant, rights: ReadonlySet<string>): boolean {
  return row !== rows['transferApiKey'] || caller.role === 'member' || holds(rights, 'member')
}

function holds(rights: ReadonlySet<string>, role: Role): boolean {
  return ofRole[role].every((permission) => rights.has(permission))
}

/** permissions ∩ role now, and for a key nothing of `neverByKey`. */
export function rightsOf(caller: Tenant, { neverByKey }: Rules): ReadonlySet<string> {
  const given = ofRole[caller.role]
  if (caller.kind !== 'key') return new Set(given)
  const { permissions } = caller
  return new Set(
    given.filter(
      (name) => !neverByKey.includes(name) && (permissions === null || permissions.some((own) => covers(own, name))),
    ),
  )
}

export function rightsOfRole(role: Role): ReadonlySet<string> {
  return new Set(ofRole[role])
}

/** What names on a key stand for. */
export function expandOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(everyPermission.filter((permission) => names.some((name) => covers(name, permission))))
}

function covers(written: string, name: string): boolean {
  const [noun, verb] = written.split(':')
  if (written === '*' || written === name) return true
  return (verb === '*' && name.startsWith(`${noun}:`)) || (noun === '*' && name.endsWith(`:${verb}`))
}
