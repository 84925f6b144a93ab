import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtInContract, type Contract, type KeyId, type OrganizationId } from '@mintmark/core'
import { checkTrail, eventsOf, everythingStored } from '../../testing/audit-trail.ts'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../../testing/embedded-engine.ts'
import type { CallerIn } from '../caller.ts'

const contract: Contract = { ...builtInContract, minting: { ...builtInContract.minting, keysManageKeys: true } }
const organizationId = 'acme' as OrganizationId
const origin = { requestId: 'req_test', ip: '192.0.2.1' }

let embedded: EmbeddedEngine
let admin: CallerIn

beforeEach(async () => {
  embedded = await createEmbeddedEngine({ contract, clock: createTestClock() })
  const { engine, host } = embedded
  await engine.organizations.create(host, { id: organizationId, name: 'Acme' }, null)
  await engine.members.sync(host, organizationId, 'ada', { role: 'admin' })
  const session = await engine.sessions.create(host, { organizationId, userId: 'ada' }, null)
  admin = await callerOf(session.value.token)
})

afterEach(() => embedded.close())

async function callerOf(credential: string | null): Promise<CallerIn> {
  const presented = { credential, organizationId: null, userId: null, origin }
  const { caller } = await embedded.engine.authenticate.request(presented)
  if (caller === null || caller.kind === 'operator') throw new Error('A tenant was expected.')
  return caller
}

async function mint(caller: CallerIn, name: string, idempotencyKey?: string) {
  const idempotency = idempotencyKey === undefined ? null : { key: idempotencyKey, request: 'POST' }
  const { value } = await embedded.engine.keys.mint(caller, { name }, idempotency)
  return { ...value, caller: () => callerOf(value.key) }
}

/** What of a key must be nowhere any more. */
async function leftOf(key: { id: string; name: string; prefix: string; secrets: readonly { id: string }[] }) {
  const stored = await everythingStored(embedded.sqlite)
  return [key.id, key.name, key.prefix, ...key.secrets.map(({ id }) => id)].filter((text) => stored.includes(text))
}

test('what remains of a deleted key is that one was deleted, by whom and when', async () => {
  const { engine, sqlite } = embedded
  const key = await mint(admin, 'doomed', 'once')
  await engine.keys.change(admin, key.id, { metadata: { note: 'secret project' } })
  const { value: rotated } = await engine.keys.rotate(admin, key.id, {})
  await engine.verify({ key: key.key ?? '', clientIp: '198.51.100.9' })
  await engine.usage.flush()
  await engine.keys.revoke(admin, key.id, { reason: 'leaked', comment: 'a comment' })
  expect(await leftOf(rotated)).toHaveLength(5)

  await engine.keys.delete(admin, key.id)
  expect(await leftOf(rotated)).toEqual([])
  const stored = await everythingStored(sqlite)
  for (const text of ['secret project', 'a comment', '198.51.100.9']) expect(stored).not.toContain(text)
  const events = await eventsOf(sqlite, organizationId)
  expect(events.at(-1)).toMatchObject({
    action: 'api_key.deleted',
    actor: { type: 'member', id: 'ada' },
    target: { type: 'api_key', id: expect.stringMatching(/^key_[0-9A-Za-z]{22}$/) },
    requestId: 'req_test',
  })
})

test('the chain is still whole, and the deletion says which events it emptied', async () => {
  const { engine, sqlite } = embedded
  const [one, other] = [await mint(admin, 'one'), await mint(admin, 'other')]
  await engine.keys.revoke(admin, one.id)
  await engine.keys.delete(admin, one.id)
  await engine.keys.change(admin, other.id, { name: 'later' })
  const events = await eventsOf(sqlite, organizationId)
  const erased = events.flatMap((event, index) => (event === null ? [index + 1] : []))
  expect(erased).toHaveLength(2)
  expect(events.at(-2)?.changes).toEqual({ erased, rewritten: [] })
  expect(await checkTrail(sqlite, organizationId)).toEqual({ whole: true, checked: events.length })
})

test('what was done by the key stays, under a tombstone and its owner’s name', async () => {
  const { engine, sqlite } = embedded
  const parent = await mint(admin, 'parent')
  const child = await mint(await parent.caller(), 'child')
  await engine.keys.revoke(await parent.caller(), child.id)
  await engine.projects.create(await parent.caller(), { id: 'web', name: 'Web' }, null)

  await engine.keys.delete(admin, parent.id)
  expect(await leftOf(parent)).toEqual([])
  const events = await eventsOf(sqlite, organizationId)
  const tombstone = events.at(-1)?.target.id
  const acts = events.filter((event) => event?.actor.type === 'key')
  expect(acts.map((event) => event?.action)).toEqual(['api_key.created', 'api_key.revoked', 'project.created'])
  for (const act of acts) expect(act).toMatchObject({ actor: { id: tombstone, ownerUserId: 'ada' }, ip: null })
  expect(acts[0]?.changes).toMatchObject({ name: 'child' })
  expect((await engine.keys.get(admin, child.id)).revokedBy).toEqual({ type: 'key', id: tombstone })
  expect(await checkTrail(sqlite, organizationId)).toMatchObject({ whole: true })
})

test('a deletion that was done by a key is still believed after that key’s own', async () => {
  const { engine, sqlite } = embedded
  const parent = await mint(admin, 'parent')
  const child = await mint(admin, 'child')
  await engine.keys.delete(await parent.caller(), child.id)
  await engine.keys.delete(admin, parent.id)
  expect([...(await leftOf(parent)), ...(await leftOf(child))]).toEqual([])
  const events = await eventsOf(sqlite, organizationId)
  expect(events.at(-2)).toMatchObject({ action: 'api_key.deleted', actor: { type: 'key', ownerUserId: 'ada' } })
  expect(await checkTrail(sqlite, organizationId)).toEqual({ whole: true, checked: events.length })
})

test('a key that deletes itself leaves no more than any other', async () => {
  const { engine, sqlite } = embedded
  const key = await mint(admin, 'suicidal')
  const itself = await key.caller()
  await engine.projects.create(itself, { id: 'web', name: 'Web' }, { key: 'once', request: 'POST' })
  await engine.keys.delete(itself, key.id)
  expect(await leftOf(key)).toEqual([])
  const last = (await eventsOf(sqlite, organizationId)).at(-1)
  expect(last).toMatchObject({ action: 'api_key.deleted', actor: { type: 'key', ownerUserId: 'ada' }, ip: null })
  expect(last?.actor.id).toBe(last?.target.id)
  expect(await checkTrail(sqlite, organizationId)).toMatchObject({ whole: true })
})

test('an organization-owned key’s acts have no owner to name', async () => {
  const { engine, sqlite } = embedded
  const { value } = await engine.keys.mint(admin, { name: 'owned by all', owner: 'organization', role: 'admin' })
  await engine.projects.create(await callerOf(value.key), { name: 'Web' }, null)
  await engine.keys.delete(admin, value.id)
  const act = (await eventsOf(sqlite, organizationId)).find((event) => event?.action === 'project.created')
  expect(act?.actor).toMatchObject({ type: 'key', ownerUserId: null })
  expect(await leftOf(value)).toEqual([])
})

test('its window is forgotten, and so is its usage', async () => {
  const { engine, windows } = embedded
  const key = await mint(admin, 'used')
  await engine.verify({ key: key.key ?? '' })
  expect(windows.spend(key.id, { limit: 600, windowMs: 60_000 }, 0).remaining).toBe(599)
  await engine.keys.delete(admin, key.id)
  expect(windows.spend(key.id, { limit: 600, windowMs: 60_000 }, 0).remaining).toBe(600)
})

test('a use that is written after the deletion brings nothing back', async () => {
  const { engine } = embedded
  const key = await mint(admin, 'racing')
  await engine.verify({ key: key.key ?? '', clientIp: '198.51.100.9' })
  await engine.keys.delete(admin, key.id)
  await engine.usage.flush()
  expect(await leftOf(key)).toEqual([])
  expect(await everythingStored(embedded.sqlite)).not.toContain('198.51.100.9')
})

test('two keys deleted one after the other: each deletion explains its own events', async () => {
  const { engine, sqlite } = embedded
  const parent = await mint(admin, 'parent')
  const child = await mint(await parent.caller(), 'child')
  for (const id of [parent.id, child.id] satisfies KeyId[]) await engine.keys.delete(admin, id)
  expect(await checkTrail(sqlite, organizationId)).toMatchObject({ whole: true })
  expect([...(await leftOf(parent)), ...(await leftOf(child))]).toEqual([])
})

test('a deletion that fails changes nothing', async () => {
  const { engine, sqlite } = embedded
  const key = await mint(admin, 'kept')
  await engine.members.sync(embedded.host, organizationId, 'mo', { role: 'manager' })
  const session = await engine.sessions.create(embedded.host, { organizationId, userId: 'mo' }, null)
  await expect(engine.keys.delete(await callerOf(session.value.token), key.id)).rejects.toMatchObject({
    reason: 'forbidden',
  })
  expect(await leftOf(key)).toHaveLength(4)
  expect(await checkTrail(sqlite, organizationId)).toMatchObject({ whole: true })
})
