import type { Refusal } from './errors.ts'
import type { ProjectId } from './id.ts'
import type { PermissionSet } from './permission-set.ts'

export type Environment = 'live' | 'test'

/**
 * Who asks, as he stands at this instant. Everything in it was read from the authority for this one decision.
 * `effective` is already permissions ∩ role now (∖ neverByKey for a key).
 */
export type Subject = {
  readonly kind: 'key' | 'session'
  readonly scope: 'organization' | 'project'
  /** The one project of a project-scoped credential, else null. */
  readonly projectId: ProjectId | null
  /** Null for a session: a person works in both environments. */
  readonly environment: Environment | null
  readonly role: string
  readonly effective: PermissionSet
  readonly organizationSuspended: boolean
  readonly ownerSuspended: boolean
  /**
   * Until when who signed in may do what is dangerous, because he has just shown that it is he; 0: never yet. Null: not
   * bound by it, as keys are and session tokens that the operator made.
   */
  readonly steppedUpUntilMs: number | null
}

/** What is asked. All fields are demands; what is null or false demands nothing. */
export type Demand = {
  readonly permission: PermissionDemand | null
  readonly roles: readonly string[] | null
  /** Compared with the subject's scope, never looked up. */
  readonly projectId: string | null
  /** The request concerns the whole organization. */
  readonly organizationWide: boolean
  readonly environment: Environment | null
}

export type PermissionDemand =
  | { readonly all: readonly string[]; readonly any?: never }
  | { readonly any: readonly string[]; readonly all?: never }

/** What is decided elsewhere and counts here. */
export type Circumstances = {
  /** The client's address is in the allow-list; true where there is none. */
  readonly isAddressAllowed: boolean
  /** Permissions that no key may use, whatever its owner's role. */
  readonly neverByKey: PermissionSet
}

export const noDemand: Demand = {
  permission: null,
  roles: null,
  projectId: null,
  organizationWide: false,
  environment: null,
}

/**
 * The one decision: scope ∩ permissions ∩ role now ∩ standing of owner and organization, default deny.
 * Returns null when allowed, else the first refusal in the order of API.md section 3:
 * suspended, address, environment, scope, permission.
 */
export function decideAccess(
  subject: Subject,
  demand: Demand,
  { isAddressAllowed, neverByKey }: Circumstances,
): Refusal | null {
  if (subject.organizationSuspended) return { reason: 'organization_suspended' }
  if (subject.ownerSuspended) return { reason: 'owner_suspended' }
  if (!isAddressAllowed) return { reason: 'ip_not_allowed' }
  if (!isRightEnvironment(subject, demand)) {
    return { reason: 'forbidden', message: `This key belongs to the ${subject.environment} environment.` }
  }
  if (!isInScope(subject, demand)) return { reason: 'scope_violation' }
  return refuseRole(subject, demand) ?? refusePermission(subject, demand.permission, neverByKey)
}

/** For how long a password or a code that was shown lets somebody do what is dangerous (SECURITY.md, R-G7). */
export const stepUpMs = 5 * 60 * 1000

/** What is dangerous asks for more than rights. The bound is exclusive: at the very instant it has passed. */
export function decideDanger({ steppedUpUntilMs }: Subject, nowMs: number): Refusal | null {
  if (steppedUpUntilMs === null || nowMs < steppedUpUntilMs) return null
  return { reason: 'step_up_required' }
}

/** What a key is given, and all that its role would let it have. */
export type HandedOut = {
  readonly scope: 'organization' | 'project'
  /** Null inherits everything. */
  readonly permissions: PermissionSet | null
  readonly everything: PermissionSet
}

/** Whether a key is dangerous to hand out: it reaches the whole organization, or does everything that its role may. */
export function isDangerousKey({ scope, permissions, everything }: HandedOut): boolean {
  if (scope === 'organization' || permissions === null) return true
  return !permissions.isEmpty && everything.isSubsetOf(permissions)
}

function isRightEnvironment(subject: Subject, demand: Demand): boolean {
  return demand.environment === null || subject.environment === null || subject.environment === demand.environment
}

function isInScope(subject: Subject, demand: Demand): boolean {
  if (subject.scope === 'organization') return true
  if (demand.organizationWide) return false
  return demand.projectId === null || demand.projectId === subject.projectId
}

/** A role that is asked for and not held is named by the permission asked for, as if the role gave it. */
function refuseRole(subject: Subject, demand: Demand): Refusal | null {
  if (demand.roles === null || demand.roles.includes(subject.role)) return null
  const permission = namesOf(demand.permission)[0]
  if (permission !== undefined) return missing(permission)
  return { reason: 'forbidden', message: `This needs the role ${demand.roles.join(' or ')}.` }
}

function refusePermission(
  subject: Subject,
  demand: PermissionDemand | null,
  neverByKey: PermissionSet,
): Refusal | null {
  if (demand === null) return null
  if (demand.all !== undefined) {
    const lacking = demand.all.find((permission) => !subject.effective.has(permission))
    return lacking === undefined ? null : missingFor(subject, lacking, neverByKey)
  }
  const names = demand.any
  if (names.some((permission) => subject.effective.has(permission))) return null
  return missingFor(subject, names[0] ?? '', neverByKey)
}

function missingFor(subject: Subject, permission: string, neverByKey: PermissionSet): Refusal {
  if (subject.kind === 'key' && neverByKey.has(permission)) {
    return {
      reason: 'forbidden',
      message: `Keys cannot be used for ${permission}.`,
      values: { permission },
    }
  }
  return missing(permission)
}

function missing(permission: string): Refusal {
  return { reason: 'forbidden', values: { permission } }
}

function namesOf(demand: PermissionDemand | null): readonly string[] {
  return demand?.all ?? demand?.any ?? []
}
