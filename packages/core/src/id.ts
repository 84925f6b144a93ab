import { isBase62, randomBase62 } from './base62.ts'
import type { RandomBytes } from './base62.ts'
import { branded } from './brand.ts'
import type { Brand } from './brand.ts'

export type OrganizationId = Brand<string, 'OrganizationId'>
export type ProjectId = Brand<string, 'ProjectId'>
export type UserId = Brand<string, 'UserId'>
export type KeyId = Brand<string, 'KeyId'>
export type SecretId = Brand<string, 'SecretId'>
export type SessionId = Brand<string, 'SessionId'>
export type EventId = Brand<string, 'EventId'>
export type WebhookId = Brand<string, 'WebhookId'>
export type DeliveryId = Brand<string, 'DeliveryId'>
export type InvitationId = Brand<string, 'InvitationId'>
export type SignInId = Brand<string, 'SignInId'>

/** The kinds of id by the letters before their `_`. */
export interface IdOfKind {
  readonly org: OrganizationId
  readonly prj: ProjectId
  readonly usr: UserId
  readonly key: KeyId
  readonly sec: SecretId
  readonly ses: SessionId
  readonly evt: EventId
  readonly whk: WebhookId
  readonly dlv: DeliveryId
  readonly inv: InvitationId
  readonly sin: SignInId
}
export type IdKind = keyof IdOfKind

/** What the operator may name himself. */
export type ChosenIdKind = 'org' | 'prj' | 'usr'

// 22 base62 characters hold 130.9 bits.
const RANDOM_CHARACTERS = 22

const CHOSEN_ID = /^[A-Za-z0-9_-]{1,64}$/

/** `<kind>_` and 22 random base62 characters. */
export function createId<Kind extends IdKind>(kind: Kind, random: RandomBytes): IdOfKind[Kind] {
  return branded<IdOfKind[Kind]>(`${kind}_${randomBase62(RANDOM_CHARACTERS, random)}`)
}

/** Exactly the shape that `createId` gives for this kind, else null; never throws. */
export function parseMadeId<Kind extends IdKind>(kind: Kind, text: string): IdOfKind[Kind] | null {
  if (typeof text !== 'string' || text.length !== kind.length + 1 + RANDOM_CHARACTERS) return null
  if (!text.startsWith(`${kind}_`)) return null
  for (let index = kind.length + 1; index < text.length; index++) {
    if (!isBase62(text.charCodeAt(index))) return null
  }
  return branded<IdOfKind[Kind]>(text)
}

/**
 * An organization's, project's or user's id as operators may choose it: 1 to 64 of `[A-Za-z0-9_-]`, which includes every
 * made id; else null; never throws. It may spell `__proto__`: let it key a Map, never an object.
 */
export function parseChosenId<Kind extends ChosenIdKind>(_kind: Kind, text: string): IdOfKind[Kind] | null {
  return typeof text === 'string' && CHOSEN_ID.test(text) ? branded<IdOfKind[Kind]>(text) : null
}
