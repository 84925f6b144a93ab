import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { hostCaller } from '../engine/caller.ts'
import { hostCallerIn } from '../engine/host-caller-in.ts'
import { everyPermission, roles, rightsOfRole, expandOf, type PermissionList, type Role } from './access-oracle.ts'
import { expectStatus, type Client } from './http-client.ts'
import type { InProcess, TestOrganization } from './in-process.ts'

const people = ['ann', 'bob', 'cy', 'dee'] as const
const never = 'organization:write'
const lists: readonly PermissionList[] = [
  null,
  [],
  ['*'],
  ['*:read'],
  ['api_keys:*'],
  ['api_keys:*', 'users:write', 'projects:read'],
  ['projects:read', 'users:read', 'usage:read'],
  ['webhooks:*', 'projects:delete'],
]
const places = [
  { scope: 'organization' },
  { scope: 'project', projectId: 'web' },
  { scope: 'project', projectId: 'shop' },
]

/** Numbers choose among whoever and whatever there is by then. `by`: people first, then keys. */
export type Step = { readonly by: number; readonly on: number; readonly role: Role; readonly list: PermissionList } & (
  | { readonly kind: 'mint'; readonly place: object; readonly owned: boolean }
  | { readonly kind: 'list' }
  | { readonly kind: 'rotate' }
  | { readonly kind: 'role' }
  | { readonly kind: 'transfer'; readonly to: string | null }
  | { readonly kind: 'status'; readonly status: 'active' | 'suspended' }
  | { readonly kind: 'remove'; readonly keys: string }
)

const common = {
  by: fc.nat({ max: 9 }),
  on: fc.nat({ max: 9 }),
  role: fc.constantFrom(...roles),
  list: fc.constantFrom(...lists),
}

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('mint' as const),
      place: fc.constantFrom(...places),
      owned: fc.boolean(),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ ...common, kind: fc.constant('list' as const) }),
    weight: 2,
  },
  { arbitrary: fc.record({ ...common, kind: fc.constant('rotate' as const) }), weight: 1 },
  { arbitrary: fc.record({ ...common, kind: fc.constant('role' as const) }), weight: 2 },
  {
    arbitrary: fc.record({ ...common, kind: fc.constant('transfer' as const), to: fc.constantFrom(...people, null) }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('status' as const),
      status: fc.constantFrom('active' as const, 'suspended' as const),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('remove' as const),
      keys: fc.constantFrom('revoke', 'organization', ...people),
    }),
    weight: 1,
  },
)

type Person = { role: Role; status: string }
type Owner = { readonly userId: string } | { readonly role: Role }
type ModelKey = {
  readonly id: string
  readonly projectId: string | null
  secret: string
  permissions: PermissionList
  owner: Owner
  revoked: boolean
}
type Actor = { readonly client: Client; readonly rights: ReadonlySet<string>; readonly projectId: string | null }

const origin = { requestId: 'test', ip: null }
let organizations = 0

/** What an organization should be after each step that was answered by 2xx, told from what was asked alone. */
export class RightsModel {
  readonly #mintmark: InProcess
  readonly #acme: TestOrganization
  readonly #people = new Map<string, Person>()
  readonly #keys: ModelKey[] = []

  private constructor(mintmark: InProcess, acme: TestOrganization) {
    this.#mintmark = mintmark
    this.#acme = acme
  }

  static async create(mintmark: InProcess): Promise<RightsModel> {
    const acme = await mintmark.organization({ id: `rights-${(organizations += 1)}`, roles: [] })
    const model = new RightsModel(mintmark, acme)
    const { engine } = mintmark.mintmark
    const given = { ann: 'admin', bob: 'admin', cy: 'engineer', dee: 'member' } as const
    for (const userId of people) {
      await engine.members.sync(hostCaller(null, origin), acme.id, userId, { role: given[userId] })
      model.#people.set(userId, { role: given[userId], status: 'active' })
    }
    const inside = hostCallerIn(acme.id, origin)
    for (const id of ['web', 'shop']) await engine.projects.create(inside, { id, name: id }, null)
    const minted = await acme.mint({ name: 'rights', permissions: ['*'] }, 'ann')
    const owner = { userId: 'ann' }
    model.#keys.push({ id: minted.id, projectId: null, secret: minted.key, permissions: ['*'], owner, revoked: false })
    return model
  }

  /** False: it was refused, and nothing must have changed. */
  async take(step: Step): Promise<boolean> {
    const actor = this.#actor(step.by)
    if (step.kind === 'mint') return this.#mint(step, actor)
    if (step.kind === 'role' || step.kind === 'status' || step.kind === 'remove') return this.#changePerson(step, actor)
    const key = this.#keys[step.on % this.#keys.length]
    return key === undefined ? false : this.#changeKey(step, actor, key)
  }

  /** What verify sees of each key is exactly what the model says. */
  async compareRights(): Promise<void> {
    const requests = this.#keys.map(({ secret }) => ({ key: secret, cost: 0 }))
    const { results } = expectStatus(200, await this.#mintmark.operator.post('/v1/verify/batch', { requests }))
    this.#keys.forEach((key, index) => {
      const { reason, key: seen } = results[index]
      assert.deepEqual(
        { reason, rights: reason === 'key_revoked' ? null : seen.effectivePermissions },
        { reason: this.#reasonOf(key), rights: key.revoked ? null : [...this.#rightsOf(key)].toSorted() },
      )
    })
    const admins = [...this.#people.values()].filter(({ role, status }) => role === 'admin' && status === 'active')
    assert.ok(admins.length > 0, 'No administrator is left')
  }

  /** And permission by permission. */
  async comparePermissions(): Promise<void> {
    for (const key of this.#keys.slice(-2)) {
      const requests = everyPermission.map((permission) => ({ key: key.secret, cost: 0, permission }))
      const { results } = expectStatus(200, await this.#mintmark.operator.post('/v1/verify/batch', { requests }))
      const given = everyPermission.filter((_, index) => results[index].valid === true)
      const rights = this.#rightsOf(key)
      const isGood = this.#reasonOf(key) === null
      assert.deepEqual(
        given,
        everyPermission.filter((permission) => isGood && rights.has(permission)),
      )
    }
  }

  /** How many may look: the people, and a few of the keys. */
  get viewers(): number {
    return people.length + Math.min(3, this.#keys.length)
  }

  /** What somebody's list shows is what GET /{id} allows him, no more and no less; and so is what search finds. */
  async compareLists(by: number): Promise<void> {
    const { client } = this.#actor(by)
    const listed = await client.get('/v1/api-keys?limit=100')
    const readable: string[] = []
    for (const { id } of this.#keys) if ((await client.get(`/v1/api-keys/${id}`)).status === 200) readable.push(id)
    if (listed.status !== 200) {
      assert.deepEqual(readable, [])
      return
    }
    assert.deepEqual(idsOf(listed.body.data), readable.toSorted())
    const found = expectStatus(200, await client.get('/v1/search?q=rights')).data
    const keys = found.filter(({ type }: { type: string }) => type === 'key')
    assert.deepEqual(idsOf(keys), readable.toSorted())
  }

  async #mint(step: Step & { readonly kind: 'mint' }, actor: Actor): Promise<boolean> {
    const owner = step.owned ? { owner: 'organization', role: step.role } : {}
    const body = { name: 'rights', ...step.place, permissions: step.list, ...owner }
    const answer = await actor.client.post('/v1/api-keys', body)
    if (answer.status !== 201) return false
    const { id, key: secret, projectId, owner: shown } = answer.body
    const told: Owner = shown.type === 'member' ? { userId: shown.userId } : { role: shown.role }
    const key = { id, projectId, secret, permissions: step.list, owner: told, revoked: false }
    this.#keys.push(key)
    if (step.owned) assert.deepEqual(told, { role: step.role })
    this.#expectGiven(actor, 'api_keys:write', key)
    return true
  }

  async #changeKey(
    step: Step & { readonly kind: 'list' | 'rotate' | 'transfer' },
    actor: Actor,
    key: ModelKey,
  ): Promise<boolean> {
    const path = `/v1/api-keys/${key.id}`
    const before = this.#rightsOf(key)
    if (step.kind === 'list') {
      const answer = await actor.client.patch(path, { permissions: step.list })
      if (answer.status !== 200) return false
      const had = expandOf(key.permissions ?? [...before])
      key.permissions = step.list
      requireHeld(actor, ['api_keys:write'])
      const named = step.list === null ? this.#rightsOf(key) : expandOf(step.list)
      requireHeld(
        actor,
        [...named].filter((right) => right !== never && !had.has(right)),
      )
    } else if (step.kind === 'rotate') {
      const answer = await actor.client.post(`${path}/rotate`, { overlapSeconds: 0 })
      if (answer.status !== 201) return false
      this.#expectGiven(actor, 'api_keys:write', key)
      key.secret = answer.body.key
    } else {
      const body = step.to === null ? { owner: 'organization', role: step.role } : { userId: step.to }
      if ((await actor.client.post(`${path}/transfer`, body)).status !== 200) return false
      this.#expectGiven(actor, 'api_keys:write', key)
      key.owner = step.to === null ? { role: step.role } : { userId: step.to }
      this.#expectGiven(actor, 'api_keys:write', key)
    }
    assert.notEqual(this.#reasonOf(key), 'key_revoked')
    return true
  }

  async #changePerson(step: Step & { readonly kind: 'role' | 'status' | 'remove' }, actor: Actor): Promise<boolean> {
    const userId = people[step.on % people.length] ?? 'ann'
    const person = this.#people.get(userId)
    const path = `/v1/users/${userId}`
    const change = step.kind === 'status' ? { status: step.status } : { role: step.role }
    const answer =
      step.kind === 'remove'
        ? await actor.client.delete(`${path}?keys=${step.keys}`)
        : await actor.client.patch(path, change)
    if (answer.status >= 300) return false
    if (person === undefined) throw new Error(`${userId} was gone, and was changed`)
    requireHeld(actor, ['users:write', ...rightsOfRole(person.role)])
    assert.equal(actor.projectId, null)
    if (step.kind === 'remove') this.#remove(userId, person, step.keys, actor)
    else Object.assign(person, change)
    if (step.kind === 'role') requireHeld(actor, rightsOfRole(step.role))
    return true
  }

  #remove(userId: string, { role }: Person, fate: string, actor: Actor): void {
    const owned = this.#keys.filter(({ owner, revoked }) => !revoked && 'userId' in owner && owner.userId === userId)
    for (const key of owned) {
      if (fate === 'revoke') key.revoked = true
      else {
        key.owner = fate === 'organization' ? { role } : { userId: fate }
        this.#expectGiven(actor, 'users:write', key)
      }
    }
    this.#people.delete(userId)
  }

  /** Whoever gave a key, or its secret, away has its rights himself, and reaches as far. */
  #expectGiven(actor: Actor, permission: string, key: ModelKey): void {
    requireHeld(actor, [permission, ...this.#rightsOf(key)])
    if (actor.projectId !== null) assert.equal(key.projectId, actor.projectId)
  }

  #actor(by: number): Actor {
    const userId = people[by % (people.length + this.#keys.length)]
    if (userId !== undefined) {
      const person = this.#people.get(userId)
      const rights = person?.status === 'active' ? rightsOfRole(person.role) : new Set<string>()
      return { client: this.#acme.as(userId), rights, projectId: null }
    }
    const key = this.#keys[(by % (people.length + this.#keys.length)) - people.length]
    if (key === undefined) throw new Error('There is a key for every number')
    const rights = this.#reasonOf(key) === null ? this.#rightsOf(key) : new Set<string>()
    return { client: this.#mintmark.client(key.secret), rights, projectId: key.projectId }
  }

  #reasonOf({ owner, revoked }: ModelKey): string | null {
    if (revoked) return 'key_revoked'
    return 'userId' in owner && this.#people.get(owner.userId)?.status === 'suspended' ? 'owner_suspended' : null
  }

  #rightsOf({ owner, permissions }: ModelKey): ReadonlySet<string> {
    const role = 'role' in owner ? owner.role : this.#people.get(owner.userId)?.role
    const given = role === undefined ? new Set<string>() : rightsOfRole(role)
    const asked = permissions === null ? given : given.intersection(expandOf(permissions))
    return asked.difference(new Set([never]))
  }
}

function requireHeld({ rights }: Actor, needed: Iterable<string>): void {
  assert.deepEqual(
    [...needed].filter((right) => !rights.has(right)),
    [],
    'Somebody gave what he had not',
  )
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id).toSorted()
}
