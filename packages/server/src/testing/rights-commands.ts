import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { expandOf, rightsOfRole, roles, type PermissionList } from './access-oracle.ts'
import {
  neverByKey,
  placeOf,
  projectIds,
  requireHeld,
  requireReach,
  userIds,
  type Actor,
  type Person,
  type RightsModel,
} from './rights-model.ts'
import type { RightsOrganization } from './rights-organization.ts'

export const kinds = ['mint', 'permissions', 'rotate', 'transfer', 'role', 'status', 'remove'] as const
export type Kind = (typeof kinds)[number]
export type RightsCommand = fc.AsyncCommand<RightsModel, RightsOrganization>
/** Told of what was done, and by whom. */
export type OnDone = (kind: Kind, actor: Actor) => void

/** `on`: a number that chooses among what there is by then. */
type Chosen<Choice> = Choice & { readonly actor: Actor; readonly on: number }

/** False: it was refused, and nothing may have changed. */
type Take<Choice> = (chosen: Chosen<Choice>, model: RightsModel, organization: RightsOrganization) => Promise<boolean>
type Making = (onDone: OnDone) => fc.Arbitrary<RightsCommand>

const lists: readonly PermissionList[] = [
  null,
  [],
  ['*'],
  ['*:read'],
  ['api_keys:*'],
  ['api_keys:*', 'users:write', 'projects:read'],
  // All that members have, and who is one.
  ['api_keys:read', 'users:*', 'projects:read', 'usage:read'],
  ['api_keys:write'],
  ['projects:read', 'users:read', 'usage:read'],
  ['webhooks:*', 'projects:delete'],
]
/** Null: the whole organization. */
const places = [null, ...projectIds]

/** What members and keys may try. After each command verify says of every key what the model says. */
function command<Choice>(
  kind: Kind,
  choice: { readonly [Name in keyof Choice]: fc.Arbitrary<Choice[Name]> },
  take: Take<Choice>,
): Making {
  const number = fc.nat({ max: 15 })
  return (onDone) =>
    fc.tuple(number, number, fc.record(choice)).map(([by, on, chosen]) => ({
      check: () => true,
      async run(model, organization) {
        const actor = model.actor(by)
        if (await take({ actor, on, ...chosen }, model, organization)) onDone(kind, actor)
        model.requireAdministrator()
        await organization.compareRights(model)
      },
      toString: () => `${kind} ${JSON.stringify({ by, on, ...chosen })}`,
    }))
}

const role = fc.constantFrom(...roles)
const permissions = fc.constantFrom(...lists)
const userId = fc.constantFrom(...userIds)
const newOwner = fc.oneof(fc.record({ userId }), fc.record({ owner: fc.constant('organization'), role }))
const status = fc.constantFrom('active' as const, 'suspended' as const)
const fate = fc.oneof(fc.constantFrom('revoke', 'organization'), userId)

const mint = command(
  'mint',
  { permissions, projectId: fc.constantFrom(...places), role: fc.oneof(fc.constant(null), role) },
  async ({ actor, permissions, projectId, role }, model, organization) => {
    const owned = role === null ? {} : { owner: 'organization', role }
    const body = { name: 'rights', ...placeOf(projectId), permissions, ...owned }
    const answer = await organization.clientOf(actor).post('/v1/api-keys', body)
    if (answer.status !== 201) return false
    const { id, key: secret } = answer.body
    const owner = role === null ? actor.owner : { role }
    const key = { id, projectId, secret, endedSecrets: [], permissions, owner, isRevoked: false }
    model.keys.push(key)
    model.requireGiven(actor, 'api_keys:write', key)
    return true
  },
)

const changePermissions = command(
  'permissions',
  { permissions },
  async ({ actor, on, permissions }, model, organization) => {
    const key = model.key(on)
    const had = key.permissions === null ? model.rightsOf(key) : expandOf(key.permissions)
    const answer = await organization.clientOf(actor).patch(`/v1/api-keys/${key.id}`, { permissions })
    if (answer.status !== 200) return false
    key.permissions = permissions
    const named = permissions === null ? model.rightsOf(key) : expandOf(permissions)
    requireHeld(actor, ['api_keys:write', ...[...named].filter((right) => right !== neverByKey && !had.has(right))])
    requireReach(actor, key)
    assert.ok(!key.isRevoked)
    return true
  },
)

const rotate = command('rotate', {}, async ({ actor, on }, model, organization) => {
  const key = model.key(on)
  const answer = await organization.clientOf(actor).post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 0 })
  if (answer.status !== 201) return false
  model.requireGiven(actor, 'api_keys:write', key)
  key.endedSecrets.push(key.secret)
  key.secret = answer.body.key
  assert.ok(!key.isRevoked)
  return true
})

const transfer = command('transfer', { to: newOwner }, async ({ actor, on, to }, model, organization) => {
  const key = model.key(on)
  if ((await organization.clientOf(actor).post(`/v1/api-keys/${key.id}/transfer`, to)).status !== 200) return false
  model.requireGiven(actor, 'api_keys:write', key)
  key.owner = 'userId' in to ? to : { role: to.role }
  model.requireGiven(actor, 'api_keys:write', key)
  assert.ok(!key.isRevoked)
  return true
})

const changeRole = command('role', { role }, async ({ actor, on, role }, model, organization) => {
  if (!(await changePerson({ actor, on, change: { role } }, model, organization))) return false
  requireHeld(actor, rightsOfRole(role))
  return true
})

const changeStatus = command('status', { status }, ({ actor, on, status }, model, organization) =>
  changePerson({ actor, on, change: { status } }, model, organization),
)

const changePerson: Take<{ readonly change: Partial<Person> }> = async ({ actor, on, change }, model, organization) => {
  const userId = model.userId(on)
  const answer = await organization.clientOf(actor).patch(`/v1/users/${userId}`, change)
  if (answer.status !== 200) return false
  const person = model.person(userId)
  model.requireOver(actor, person)
  Object.assign(person, change)
  return true
}

const remove = command('remove', { fate }, async ({ actor, on, fate }, model, organization) => {
  const userId = model.userId(on)
  const answer = await organization.clientOf(actor).delete(`/v1/users/${userId}?keys=${fate}`)
  if (answer.status !== 204) return false
  const person = model.person(userId)
  model.requireOver(actor, person)
  for (const key of model.keysOf(userId)) {
    if (fate === 'revoke') key.isRevoked = true
    else {
      key.owner = fate === 'organization' ? { role: person.role } : { userId: fate }
      model.requireGiven(actor, 'users:write', key)
    }
  }
  model.people.delete(userId)
  return true
})

/** Changes of keys more often than ends of people. */
export const rightsCommands = (onDone: OnDone): fc.Arbitrary<RightsCommand> =>
  fc.oneof(
    { arbitrary: mint(onDone), weight: 4 },
    { arbitrary: changePermissions(onDone), weight: 2 },
    { arbitrary: rotate(onDone), weight: 1 },
    { arbitrary: transfer(onDone), weight: 2 },
    { arbitrary: changeRole(onDone), weight: 2 },
    { arbitrary: changeStatus(onDone), weight: 1 },
    { arbitrary: remove(onDone), weight: 1 },
  )
