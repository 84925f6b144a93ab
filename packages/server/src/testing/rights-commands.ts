import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { expandOf, rightsOfRole, roles, type PermissionList } from './access-oracle.ts'
import { never, requireHeld, userIds, type RightsModel } from './rights-model.ts'
import type { RightsOrganization } from './rights-organization.ts'

export const kinds = ['mint', 'permissions', 'rotate', 'transfer', 'role', 'status', 'remove'] as const
export type Kind = (typeof kinds)[number]
type RightsCommand = fc.AsyncCommand<RightsModel, RightsOrganization>

/** Numbers choose among whoever and whatever there is by then. */
type Chosen<Choice> = Choice & { readonly by: number; readonly on: number }

/** False: it was refused, and nothing may have changed. */
type Take<Choice> = (chosen: Chosen<Choice>, model: RightsModel, organization: RightsOrganization) => Promise<boolean>

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

/** What members and keys may try. After each command verify says of every key what the model says. */
function command<Choice>(
  kind: Kind,
  choice: { readonly [Name in keyof Choice]: fc.Arbitrary<Choice[Name]> },
  take: Take<Choice>,
): fc.Arbitrary<RightsCommand> {
  const number = fc.nat({ max: 9 })
  return fc.tuple(number, number, fc.record(choice)).map(([by, on, chosen]) => ({
    check: () => true,
    async run(model, organization) {
      if (await take({ by, on, ...chosen }, model, organization)) organization.countDone(kind)
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
  { permissions, place: fc.constantFrom(...places), role: fc.option(role) },
  async ({ by, permissions, place, role }, model, organization) => {
    const actor = model.actor(by)
    const owner = role === null ? {} : { owner: 'organization', role }
    const body = { name: 'rights', ...place, permissions, ...owner }
    const answer = await organization.clientOf(actor).post('/v1/api-keys', body)
    if (answer.status !== 201) return false
    const { id, key: secret, projectId, owner: shown } = answer.body
    const told = shown.type === 'member' ? { userId: shown.userId } : { role: shown.role }
    if (role !== null) assert.deepEqual(told, { role })
    const key = { id, projectId, secret, permissions, owner: told, isRevoked: false }
    model.keys.push(key)
    model.requireGiven(actor, 'api_keys:write', key)
    return true
  },
)

const changePermissions = command(
  'permissions',
  { permissions },
  async ({ by, on, permissions }, model, organization) => {
    const actor = model.actor(by)
    const key = model.key(on)
    const had = key.permissions === null ? model.rightsOf(key) : expandOf(key.permissions)
    const answer = await organization.clientOf(actor).patch(`/v1/api-keys/${key.id}`, { permissions })
    if (answer.status !== 200) return false
    key.permissions = permissions
    const named = permissions === null ? model.rightsOf(key) : expandOf(permissions)
    requireHeld(actor, ['api_keys:write', ...[...named].filter((right) => right !== never && !had.has(right))])
    assert.ok(!key.isRevoked)
    return true
  },
)

const rotate = command('rotate', {}, async ({ by, on }, model, organization) => {
  const actor = model.actor(by)
  const key = model.key(on)
  const answer = await organization.clientOf(actor).post(`/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 0 })
  if (answer.status !== 201) return false
  model.requireGiven(actor, 'api_keys:write', key)
  key.secret = answer.body.key
  assert.ok(!key.isRevoked)
  return true
})

const transfer = command('transfer', { to: newOwner }, async ({ by, on, to }, model, organization) => {
  const actor = model.actor(by)
  const key = model.key(on)
  if ((await organization.clientOf(actor).post(`/v1/api-keys/${key.id}/transfer`, to)).status !== 200) return false
  model.requireGiven(actor, 'api_keys:write', key)
  key.owner = 'userId' in to ? to : { role: to.role }
  model.requireGiven(actor, 'api_keys:write', key)
  assert.ok(!key.isRevoked)
  return true
})

const changeRole = command('role', { role }, async ({ by, on, role }, model, organization) => {
  const actor = model.actor(by)
  const userId = model.userId(on)
  const answer = await organization.clientOf(actor).patch(`/v1/users/${userId}`, { role })
  if (answer.status !== 200) return false
  const person = model.person(userId)
  model.requireOver(actor, person)
  requireHeld(actor, rightsOfRole(role))
  person.role = role
  return true
})

const changeStatus = command('status', { status }, async ({ by, on, status }, model, organization) => {
  const actor = model.actor(by)
  const userId = model.userId(on)
  const answer = await organization.clientOf(actor).patch(`/v1/users/${userId}`, { status })
  if (answer.status !== 200) return false
  const person = model.person(userId)
  model.requireOver(actor, person)
  person.status = status
  return true
})

const remove = command('remove', { fate }, async ({ by, on, fate }, model, organization) => {
  const actor = model.actor(by)
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
export const rightsCommands: fc.Arbitrary<RightsCommand> = fc.oneof(
  { arbitrary: mint, weight: 4 },
  { arbitrary: changePermissions, weight: 2 },
  { arbitrary: rotate, weight: 1 },
  { arbitrary: transfer, weight: 2 },
  { arbitrary: changeRole, weight: 2 },
  { arbitrary: changeStatus, weight: 1 },
  { arbitrary: remove, weight: 1 },
)
