import type { Environment, KeyId, OrganizationId, SessionId, Subject, UserId } from '@mintmark/core'
import type { Actor } from './actor.ts'
import type { Tenant } from './ports/storage.ts'

/** Where a request came from, for the audit trail. */
export type Origin = {
  readonly requestId: string
  /** The client's address as far as it is known and believed. */
  readonly ip: string | null
}

/** The host itself (in-process use, the command line on the machine) or an operator key: every right. */
export type OperatorCaller = {
  readonly kind: 'operator'
  readonly actor: Actor
  readonly name: string
  /** The organization it acts in by `Mintmark-Organization`; null: outside of any. */
  readonly organizationId: OrganizationId | null
  readonly onlyVerify: boolean
  readonly origin: Origin
}

/** A member: with a session, or an operator key that acts on his behalf. His rights are read again in each transaction. */
export type MemberCaller = {
  readonly kind: 'member'
  readonly actor: Actor
  readonly organizationId: OrganizationId
  readonly userId: UserId
  /** The operator key that acts on his behalf; null: he himself does, with a session. */
  readonly operatorKeyId: KeyId | null
  readonly subject: Subject
  readonly sessionId: SessionId | null
  readonly sessionExpiresAtMs: number | null
  readonly origin: Origin
}

/** An API key. */
export type KeyCaller = {
  readonly kind: 'key'
  readonly actor: Actor
  readonly organizationId: OrganizationId
  readonly keyId: KeyId
  /** What may be shown of the secret that was presented. */
  readonly prefix: string
  /** The member who owns it, whom its mints count for; null for an organization-owned key. */
  readonly userId: UserId | null
  readonly subject: Subject
  readonly origin: Origin
}

export type TenantCaller = MemberCaller | KeyCaller

/** A person who signed in, or signs in, outside of any organization: he changes what is his own. */
export type PersonCaller = {
  readonly kind: 'person'
  readonly actor: Actor
  readonly organizationId: null
  readonly origin: Origin
}

/** Who calls a use case. Made by `authenticate`, or by `hostCaller` for in-process use; nothing else reads a credential. */
export type Caller = OperatorCaller | TenantCaller

/** A caller inside an organization. */
export type CallerIn = TenantCaller | (OperatorCaller & { readonly organizationId: OrganizationId })

export function hostCaller(organizationId: OrganizationId | null, origin: Origin): OperatorCaller {
  return {
    kind: 'operator',
    actor: { type: 'host', id: 'host' },
    name: 'host',
    organizationId,
    onlyVerify: false,
    origin,
  }
}

export function personCaller(userId: UserId, origin: Origin): PersonCaller {
  return { kind: 'person', actor: { type: 'member', id: userId }, organizationId: null, origin }
}

/** The clock: what happens because its time has come, such as an expiry. `job` names the run, as a request id does. */
export function systemCaller(organizationId: OrganizationId | null, job: string): OperatorCaller {
  return {
    kind: 'operator',
    actor: { type: 'system', id: 'system' },
    name: 'system',
    organizationId,
    onlyVerify: false,
    origin: { requestId: job, ip: null },
  }
}

/** For whom an Idempotency-Key is remembered: the member or the key, never the session token, which is renewed. */
export function principalOf(caller: Caller | PersonCaller): string {
  if (caller.kind === 'member') return `${caller.organizationId}:member:${caller.userId}`
  if (caller.kind === 'key') return keyPrincipal(caller.organizationId, caller.keyId)
  return `${caller.organizationId ?? ''}:${caller.actor.type}:${caller.actor.id}`
}

export function keyPrincipal(organizationId: OrganizationId, keyId: KeyId): string {
  return `${organizationId}:key:${keyId}`
}

export function tenantOf(caller: Caller | PersonCaller): Tenant {
  return caller.organizationId ?? 'every-organization'
}

/** Test and live keys see and do nothing of one another's; people and operators do both. Null: of both. */
export function environmentOf(caller: Caller): Environment | null {
  return caller.kind === 'operator' ? null : caller.subject.environment
}
