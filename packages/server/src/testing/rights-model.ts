import assert from 'node:assert/strict'
import { expandOf, rightsOfRole, type PermissionList, type Role } from './access-oracle.ts'

/** Who is in an organization at first, and as what. */
export const people = { ann: 'admin', bob: 'admin', cy: 'engineer', dee: 'member' } as const
export const userIds = Object.keys(people) as readonly (keyof typeof people)[]
export const projectIds = ['web', 'shop'] as const
/** The contract's `neverByKey`. */
export const neverByKey = 'organization:write'

export type Person = { role: Role; status: 'active' | 'suspended' }
export type Owner = { readonly userId: string } | { readonly role: Role }
export type ModelKey = {
  readonly id: string
  /** Null: it reaches the whole organization. */
  readonly projectId: string | null
  secret: string
  /** Those that rotations ended. */
  readonly endedSecrets: string[]
  permissions: PermissionList
  owner: Owner
  isRevoked: boolean
}
/** Who asks for something, and what he has at that moment. */
export type Actor = {
  readonly as: { readonly userId: string } | { readonly secret: string }
  /** Who has what he mints for himself. */
  readonly owner: Owner
  readonly rights: ReadonlySet<string>
  readonly projectId: string | null
}

/** What an organization should be after each change that was answered by 2xx, told from what was asked alone. */
export class RightsModel {
  readonly people = new Map<string, Person>()
  readonly keys: ModelKey[] = []

  /** Numbers choose among whoever there is by then: people first, then keys. */
  actor(by: number): Actor {
    const nth = by % this.actors
    const userId = userIds[nth]
    if (userId === undefined) return this.#keyActor(nth - userIds.length)
    const person = this.people.get(userId)
    const rights = person?.status === 'active' ? rightsOfRole(person.role) : new Set<string>()
    return { as: { userId }, owner: { userId }, rights, projectId: null }
  }

  #keyActor(nth: number): Actor {
    const key = this.key(nth)
    const rights = this.reasonOf(key) === null ? this.rightsOf(key) : new Set<string>()
    return { as: { secret: key.secret }, owner: key.owner, rights, projectId: key.projectId }
  }

  get actors(): number {
    return userIds.length + this.keys.length
  }

  userId(on: number): string {
    const userId = userIds[on % userIds.length]
    if (userId === undefined) throw new Error('There is a person for every number')
    return userId
  }

  /** Of who was changed just now: he must have been there. */
  person(userId: string): Person {
    const person = this.people.get(userId)
    if (person === undefined) throw new Error(`${userId} was gone, and was changed`)
    return person
  }

  /** The keys that still work. */
  keysOf(userId: string): readonly ModelKey[] {
    return this.keys.filter(({ owner, isRevoked }) => !isRevoked && 'userId' in owner && owner.userId === userId)
  }

  key(on: number): ModelKey {
    const key = this.keys[on % this.keys.length]
    if (key === undefined) throw new Error('There are always the keys that there were at first')
    return key
  }

  /** Why verify refuses the key; null: it does not. */
  reasonOf({ owner, isRevoked }: ModelKey): 'key_revoked' | 'owner_suspended' | null {
    if (isRevoked) return 'key_revoked'
    return 'userId' in owner && this.people.get(owner.userId)?.status === 'suspended' ? 'owner_suspended' : null
  }

  rightsOf({ owner, permissions }: ModelKey): ReadonlySet<string> {
    const role = 'role' in owner ? owner.role : this.people.get(owner.userId)?.role
    const given = role === undefined ? new Set<string>() : rightsOfRole(role)
    const asked = permissions === null ? given : given.intersection(expandOf(permissions))
    return asked.difference(new Set([neverByKey]))
  }

  requireAdministrator(): void {
    const admins = [...this.people.values()].filter(({ role, status }) => role === 'admin' && status === 'active')
    assert.ok(admins.length > 0, 'No administrator is left')
  }

  /** Whoever changed somebody has all that the other had, and the whole organization. */
  requireOver(actor: Actor, person: Person): void {
    requireHeld(actor, ['users:write', ...rightsOfRole(person.role)])
    assert.equal(actor.projectId, null)
  }

  /** Whoever gave a key, or its secret, away has its rights himself, and reaches as far. */
  requireGiven(actor: Actor, permission: string, key: ModelKey): void {
    requireHeld(actor, [permission, ...this.rightsOf(key)])
    requireReach(actor, key)
  }
}

export function requireHeld({ rights }: Actor, needed: Iterable<string>): void {
  const missing = [...needed].filter((right) => !rights.has(right))
  assert.deepEqual(missing, [], 'Somebody gave what he had not')
}

export function requireReach(actor: Actor, key: ModelKey): void {
  if (actor.projectId !== null) assert.equal(key.projectId, actor.projectId, 'Somebody reached beyond his project')
}

/** As a mint asks for it. */
export function placeOf(projectId: string | null): object {
  return projectId === null ? { scope: 'organization' } : { scope: 'project', projectId }
}
