import { decideAccess, noDemand, type PermissionSet, type Refusal } from '@mintmark/core'
import type { Caller, CallerIn } from './caller.ts'
import type { Policy } from './policy.ts'
import { refuse, RefusedError } from './refused.ts'

const ofOperators: ReadonlySet<Policy['who']> = new Set(['operator', 'operator in organization', 'verify'])
const ofVerifiers: ReadonlySet<Policy['who']> = new Set(['verify', 'operator or member'])

export type AdmissionContext = {
  /** The project that the path names, for the rule `own project`. */
  readonly projectId: string | null
  readonly neverByKey: PermissionSet
  readonly keysManageKeys: boolean
}

/** Applies an operation's policy to whoever calls it, before anything is looked up. */
export function admit(caller: Caller, policy: Policy, context: AdmissionContext): void {
  const refusal = refusalByPolicy(caller, policy, context)
  if (refusal !== null) throw new RefusedError(refusal)
}

/** What an operation's policy says to whoever calls it; null: he may. */
export function refusalByPolicy(caller: Caller, policy: Policy, context: AdmissionContext): Refusal | null {
  if (caller.kind === 'operator') return refusalOfOperator(caller, policy)
  if (ofOperators.has(policy.who)) return forbidden('This needs an operator key.')
  if (policy.who === 'operator or member' && caller.kind === 'key') {
    return forbidden('This needs an operator key or a session token.')
  }
  if (policy.who === 'session' && caller.kind !== 'member') return forbidden('This needs a session token.')
  if (caller.kind === 'key' && policy.permission === 'api_keys:write' && !context.keysManageKeys) {
    return forbidden('Keys cannot be used for api_keys:write.')
  }
  const needed = policy.orOwn || policy.permission === null ? null : { all: [policy.permission] }
  return decideAccess(
    caller.subject,
    {
      ...noDemand,
      permission: needed,
      projectId: policy.scope === 'own project' ? context.projectId : null,
      organizationWide: policy.scope === 'organization only',
    },
    { isAddressAllowed: true, neverByKey: context.neverByKey },
  )
}

/** An operator who has not said in which organization, where he must. */
export function isOutside(caller: Caller, policy: Policy): boolean {
  const needsOne = policy.who === 'tenant' || policy.who === 'operator in organization'
  return needsOne && caller.kind === 'operator' && caller.organizationId === null
}

export function notInside(): RefusedError {
  return refuse('invalid_request', 'Say in which organization: Mintmark-Organization: <id>.')
}

/** The caller in his organization. Where the policy asks for one, this only says so to the compiler. */
export function inOrganization(caller: Caller): CallerIn {
  if (caller.kind !== 'operator') return caller
  const { organizationId } = caller
  if (organizationId === null) throw notInside()
  return { ...caller, organizationId }
}

function refusalOfOperator(caller: Caller & { readonly kind: 'operator' }, policy: Policy): Refusal | null {
  if (caller.onlyVerify && !ofVerifiers.has(policy.who)) {
    return forbidden('This operator key can do nothing but verify.')
  }
  return policy.who === 'session' ? forbidden('This needs a session token.') : null
}

function forbidden(message: string): Refusal {
  return { reason: 'forbidden', message }
}
