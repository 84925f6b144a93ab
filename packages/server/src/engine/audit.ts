import { createId, digestPayload, type EventId } from '@mintmark/core'
import type { Actor } from './actor.ts'
import type { Random } from './ports/clock.ts'
import type { ChainName, NewAuditEvent } from './ports/audit.ts'
import type { Caller } from './caller.ts'

/** What a use case says happened. Values are JSON; secrets and digests never. */
export type Happening = {
  /** `noun.verb` in the past tense, e.g. `api_key.created`. */
  readonly action: string
  readonly target: { readonly type: string; readonly id: string }
  /** Default: the caller. Another name for him where his own must not stay. */
  readonly actor?: Actor
  readonly projectId?: string | null
  /** What changed: before and after, or what was set. */
  readonly changes?: Readonly<Record<string, unknown>>
}

/** An event's payload, in the order in which it is written. */
export type AuditPayload = {
  readonly id: EventId
  readonly at: number
  readonly action: string
  readonly actor: Actor
  readonly target: { readonly type: string; readonly id: string }
  readonly projectId: string | null
  readonly ip: string | null
  readonly requestId: string
  readonly changes: Readonly<Record<string, unknown>>
}

export const saltBytes = 32

export function createAuditEvent(caller: Caller, happening: Happening, atMs: number, random: Random): NewAuditEvent {
  const payload: AuditPayload = {
    id: createId('evt', random),
    at: atMs,
    action: happening.action,
    actor: happening.actor ?? caller.actor,
    target: happening.target,
    projectId: happening.projectId ?? null,
    ip: caller.origin.ip,
    requestId: caller.origin.requestId,
    changes: happening.changes ?? {},
  }
  return sealAuditEvent(payload, random)
}

/** Salts and digests a payload. Each event has its own salt, so that equal payloads have different digests. */
export function sealAuditEvent(payload: AuditPayload, random: Random): NewAuditEvent {
  const text = JSON.stringify(payload)
  const salt = random(saltBytes)
  return {
    id: payload.id,
    atMs: payload.at,
    action: payload.action,
    actor: payload.actor,
    target: payload.target,
    projectId: payload.projectId,
    payload: text,
    salt,
    payloadDigest: digestPayload(salt, text),
  }
}

/** What is done inside an organization is in its chain; what the operator does outside of any is in the installation's. */
export function chainOf(caller: Caller): ChainName {
  return caller.organizationId ?? 'installation'
}

/** Before and after of each field that a change names. */
export function differencesOf(before: object, change: object): Readonly<Record<string, unknown>> {
  const known: Readonly<Record<string, unknown>> = { ...before }
  return Object.fromEntries(
    Object.entries(change).map(([field, after]) => [field, { before: known[field] ?? null, after }]),
  )
}
