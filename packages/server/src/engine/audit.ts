import { isDeepStrictEqual } from 'node:util'
import { createId, type EventId } from '@mintmark/core'
import type { Actor } from './actor.ts'
import type { Random } from './ports/clock.ts'
import type { ChainName, NewAuditEvent } from './ports/audit.ts'
import type { Caller, PersonCaller } from './caller.ts'
import { chainDigests } from './chain-digests.ts'
import { isoTime } from './keys/key-view.ts'

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
  /** The operator key that acted on behalf of the member who is the actor; null: nobody came between. */
  readonly via: { readonly type: 'operator'; readonly id: string } | null
  readonly target: { readonly type: string; readonly id: string }
  readonly projectId: string | null
  readonly ip: string | null
  readonly requestId: string
  readonly changes: Readonly<Record<string, unknown>>
}

export const saltBytes = 32

export function createAuditEvent(
  caller: Caller | PersonCaller,
  happening: Happening,
  atMs: number,
  random: Random,
): NewAuditEvent {
  const payload: AuditPayload = {
    id: createId('evt', random),
    at: atMs,
    action: happening.action,
    actor: happening.actor ?? caller.actor,
    via: viaOf(caller),
    target: happening.target,
    projectId: happening.projectId ?? null,
    // Addresses of a key go with it.
    ip: happening.actor === undefined ? caller.origin.ip : null,
    requestId: caller.origin.requestId,
    changes: inPublicTerms(happening.changes ?? {}),
  }
  return sealAuditEvent(payload, random)
}

/** Nobody can pass off as a member's own act what was done on his behalf. */
function viaOf(caller: Caller | PersonCaller): AuditPayload['via'] {
  if (caller.kind !== 'member' || caller.operatorKeyId === null) return null
  return { type: 'operator', id: caller.operatorKeyId }
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
    payloadDigest: chainDigests.ofPayload(salt, text),
  }
}

/** What is done inside an organization is in its chain; what the operator does outside of any is in the installation's. */
export function chainOf(caller: Caller | PersonCaller): ChainName {
  return caller.organizationId ?? 'installation'
}

/** Before and after of each field that a change makes other than it was. Empty: it changes nothing. */
export function differencesOf(before: object, change: object): Readonly<Record<string, unknown>> {
  const known: Readonly<Record<string, unknown>> = { ...before }
  return Object.fromEntries(
    Object.entries(change)
      .filter(([field, after]) => !isDeepStrictEqual(known[field] ?? null, after))
      .map(([field, after]) => [field, { before: known[field] ?? null, after }]),
  )
}

export function isEmpty(changes: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(changes).length === 0
}

/** Times as the interface has them: `expiresAt` in RFC 3339 for what is `expiresAtMs` inside. */
function inPublicTerms(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) =>
      name.endsWith('AtMs') ? [name.slice(0, -'Ms'.length), timeOf(value)] : [name, publicValue(value)],
    ),
  )
}

function timeOf(value: unknown): unknown {
  if (typeof value === 'number') return isoTime(value)
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([name, time]) => [name, timeOf(time)])) : value
}

/** Lists of what was changed have times too; anything deeper is its author's own, such as metadata. */
function publicValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item: unknown) => (isPlain(item) ? inPublicTerms(item) : item)) : value
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
