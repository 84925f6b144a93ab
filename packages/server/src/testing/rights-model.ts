import assert from 'node:assert/strict'
import { expandOf, rightsOfRole, type PermissionList, type Role } from './access-oracle.ts'

/** Who is in an organization at first, and as what. */
export const people = { ann: 'admin', bob: 'admin', cy: 'engineer', dee: 'member' } as const
export const userIds = Object.keys(people) as readonly (keyof typeof people)[]
/** The contract's `neverByKey`. */
export const never = 'organization:write'

export type Person = { role: Role; status: 'active' | 'suspended' }
export type Owner = { readonly userId: string } | { readonly role: Role }
export type ModelKey = {
  readonly id: string
  readonly projectId: string | null
  secret: string
  permissions: PermissionList
  owner: Owner
  isRevoked: boolean
}
/** Who asks for something, and what he has at that moment. */
export type Actor = {
  readonly as: { readonly userId: string } | { readonly secret: string }
  readonly rights: ReadonlySet<string>
  readonly projectId: string | null
}

/** What an organization should be after each change that was answered by 2xx, told from what was asked alone. */
export class RightsModel {
  readonly people = new Map<string, Person>()
  readonly keys: ModelKey[] = []

  /** Numbers choose among whoever there is by then: people first, then keys. */
  actor(by: number): Actor {
    const nth = by % (userIds.length + this.keys.length)
    const userId = userIds[nth]
    if (userId !== undefined) {
      const person = this.people.get(userId)
      const rights = person?.status === 'active' ? rightsOfRole(person.role) : new Set<string>()
      return { as: { userId }, rights, projectId: null }
    }
    const key = this.key(nth - userIds.length)
    const rights = this.reasonOf(key) === null ? this.rightsOf(key) : new Set<string>()
    return { as: { secret: key.secret }, rights, projectId: key.projectId }
  }

  /** Whose lists are looked through: the people's, and those of a few keys. */
  get viewers(): readonly Actor[] {
    const count = userIds.length + Math.min(3, this.keys.length)
    return Array.from({ length: count }, (_, nth) => this.actor(nth))
  }

  userId(on: number): string {
    return userIds[on % userIds.length] ?? 'ann'
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
    if (key === undefined) throw new Error('There is always the key that there was at first')
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
    return asked.difference(new Set([never]))
  }

  /** Whoever changed somebody has all that the other had, and the whole organization. */
  requireOver(actor: Actor, person: Person): void {
    requireHeld(actor, ['users:write', ...rightsOfRole(person.role)])
    assert.equal(actor.projectId, null)
  }

  /** Whoever gave a key, or its secret, away has its rights himself, and reaches as far. */
  requireGiven(actor: Actor, permission: string, key: ModelKey): void {
    requireHeld(actor, [permission, ...this.rightsOf(key)])
    if (actor.projectId !== null) assert.equal(key.projectId, actor.projectId)
  }
}

export function requireHeld({ rights }: Actor, needed: Iterable<string>): void {
  const missing = [...needed].filter((right) => !rights.has(right))
  assert.deepEqual(missing, [], 'Somebody gave what he had not')
}
