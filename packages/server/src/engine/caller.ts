import type { KeyId, OrganizationId, SessionId, Subject, UserId } from '@mintmark/core'
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
  /** The member who owns it, whom its mints count for; null for an organization-owned key. */
  readonly userId: UserId | null
  readonly subject: Subject
  readonly origin: Origin
}

export type TenantCaller = MemberCaller | KeyCaller

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

/** For whom an Idempotency-Key is remembered: the member or the key, never the session token, which is renewed. */
export function principalOf(caller: Caller): string {
  if (caller.kind === 'member') return `member:${caller.organizationId}:${caller.userId}`
  if (caller.kind === 'key') return keyPrincipal(caller.organizationId, caller.keyId)
  const within = caller.organizationId ?? ''
  return `${caller.actor.type}:${caller.actor.id}:${within}`
}

export function keyPrincipal(organizationId: OrganizationId, keyId: KeyId): string {
  return `key:${keyId}:${organizationId}`
}

export function tenantOf(caller: Caller): Tenant {
  return caller.organizationId ?? 'every-organization'
}
