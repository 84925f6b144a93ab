import { decideAccess, noDemand, parseChosenId, type KeyId, type Refusal } from '@mintmark/core'
import type { Authentication, AuthenticateParts, Presented } from './authenticate.ts'
import type { MemberCaller, OperatorCaller, Origin } from './caller.ts'
import { memberSubject, type OperatorHolder } from './holder.ts'
import type { Member } from './ports/members.ts'
import type { Organization } from './ports/organizations.ts'
import { notFound } from './refused.ts'

const onlyVerify: Refusal = { reason: 'forbidden', message: 'This operator key can do nothing but verify.' }

/** An operator key by itself, inside an organization, or there on behalf of a member: then with his rights, no more. */
export async function actAsOperator(
  parts: Pick<AuthenticateParts, 'storage' | 'rights' | 'usage'>,
  holder: OperatorHolder,
  presented: Presented,
  nowMs: number,
): Promise<Authentication> {
  const operator = operatorCaller(holder, presented.origin)
  if (presented.organizationId === null && presented.userId === null) return admitted(operator)
  if (operator.onlyVerify) return { caller: null, refusal: onlyVerify, window: null }
  if (presented.organizationId === null) {
    return mistaken(operator, 'Mintmark-User needs Mintmark-Organization beside it.')
  }
  const organizationId = parseChosenId('org', presented.organizationId)
  const userId = presented.userId === null ? null : parseChosenId('usr', presented.userId)
  if (organizationId === null || (userId === null && presented.userId !== null)) {
    return mistaken(operator, 'An id in Mintmark-Organization or Mintmark-User has 1 to 64 of A-Z a-z 0-9 _ -.')
  }
  return parts.storage.read('every-organization', async (stores) => {
    const organization = await stores.organizations.find(organizationId)
    if (organization === null) throw notFound()
    if (userId === null) return admitted({ ...operator, organizationId })
    const member = await stores.members.find(organizationId, userId)
    if (member === null) throw notFound()
    parts.usage.see(member, nowMs)
    return actAsMember(parts, { operatorKeyId: holder.keyId, origin: presented.origin, organization, member })
  })
}

function actAsMember(
  { rights }: Pick<AuthenticateParts, 'rights'>,
  {
    operatorKeyId,
    origin,
    organization,
    member,
  }: {
    readonly operatorKeyId: KeyId
    readonly origin: Origin
    readonly organization: Organization
    readonly member: Member
  },
): Authentication {
  const subject = memberSubject(rights, organization, member, null)
  const caller: MemberCaller = {
    kind: 'member',
    actor: { type: 'member', id: member.userId },
    organizationId: organization.id,
    userId: member.userId,
    operatorKeyId,
    subject,
    sessionId: null,
    sessionExpiresAtMs: null,
    origin,
  }
  const refusal = decideAccess(subject, noDemand, { isAddressAllowed: true, neverByKey: rights.neverByKey })
  return { caller, refusal, window: null }
}

function operatorCaller(holder: OperatorHolder, origin: Origin): OperatorCaller {
  return {
    kind: 'operator',
    actor: { type: 'operator', id: holder.keyId },
    name: holder.name,
    organizationId: null,
    onlyVerify: holder.onlyVerify,
    origin,
  }
}

function admitted(caller: OperatorCaller): Authentication {
  return { caller, refusal: null, window: null }
}

/** He is known, and acts in no organization: his mistake is told in its turn. */
function mistaken(caller: OperatorCaller, message: string): Authentication {
  return { caller, refusal: { reason: 'invalid_request', message }, window: null }
}
