import { decideAccess, noDemand, type PermissionSet } from '@mintmark/core'
import type { Caller, CallerIn } from './caller.ts'
import type { Policy } from './policy.ts'
import { refuse, RefusedError } from './refused.ts'

const ofOperators: ReadonlySet<Policy['who']> = new Set(['operator', 'operator in organization', 'verify'])
const ofVerifiers: ReadonlySet<Policy['who']> = new Set(['verify', 'operator or member'])

/**
 * Applies an operation's policy to whoever calls it, before anything is looked up.
 *
 * @param projectId the project that the path names, for the rule `own project`
 */
export function admit(
  caller: Caller,
  policy: Policy,
  context: { readonly projectId: string | null; readonly neverByKey: PermissionSet; readonly keysManageKeys: boolean },
): void {
  if (caller.kind === 'operator') {
    admitOperator(caller, policy)
    return
  }
  if (ofOperators.has(policy.who)) throw refuse('forbidden', 'This needs an operator key.')
  if (policy.who === 'operator or member' && caller.kind === 'key') {
    throw refuse('forbidden', 'This needs an operator key or a session token.')
  }
  if (policy.who === 'session' && caller.kind !== 'member') throw refuse('forbidden', 'This needs a session token.')
  if (caller.kind === 'key' && policy.permission === 'api_keys:write' && !context.keysManageKeys) {
    throw refuse('forbidden', 'Keys cannot be used for api_keys:write.')
  }
  const needed = policy.orOwn || policy.permission === null ? null : { all: [policy.permission] }
  const refusal = decideAccess(
    caller.subject,
    {
      ...noDemand,
      permission: needed,
      projectId: policy.scope === 'own project' ? context.projectId : null,
      organizationWide: policy.scope === 'organization only',
    },
    { isAddressAllowed: true, neverByKey: context.neverByKey },
  )
  if (refusal !== null) throw new RefusedError(refusal)
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

function admitOperator(caller: Caller & { readonly kind: 'operator' }, policy: Policy): void {
  if (caller.onlyVerify && !ofVerifiers.has(policy.who)) {
    throw refuse('forbidden', 'This operator key can do nothing but verify.')
  }
  if (policy.who === 'session') throw refuse('forbidden', 'This needs a session token.')
}
