import { decideAccess, noDemand, type PermissionSet } from '@mintmark/core'
import type { Caller } from './caller.ts'
import type { Policy } from './policy.ts'
import { refuse, RefusedError } from './refused.ts'

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
  if (policy.who === 'operator' || policy.who === 'verify') throw refuse('forbidden', 'This needs an operator key.')
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

function admitOperator(caller: Caller & { readonly kind: 'operator' }, policy: Policy): void {
  if (caller.onlyVerify && policy.who !== 'verify') {
    throw refuse('forbidden', 'This operator key can do nothing but verify.')
  }
  if (policy.who === 'session') throw refuse('forbidden', 'This needs a session token.')
}
