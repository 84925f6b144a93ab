import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtInContract, digestPayload, type OrganizationId } from '@mintmark/core'
import { checkTrail, eventsOf } from '../testing/audit-trail.ts'
import {
  createEmbeddedEngine,
  createTestClock,
  type EmbeddedEngine,
  type TestClock,
} from '../testing/embedded-engine.ts'
import { differencesOf, sealAuditEvent, type AuditPayload } from './audit.ts'
import type { CallerIn, OperatorCaller } from './caller.ts'

const organizationId = 'acme' as OrganizationId
const origin = { requestId: 'req_test', ip: '192.0.2.1' }

let embedded: EmbeddedEngine
let clock: TestClock
let host: OperatorCaller
let admin: CallerIn
let inside: CallerIn

beforeEach(async () => {
  clock = createTestClock()
  embedded = await createEmbeddedEngine({ contract: builtInContract, clock })
  host = { ...embedded.host, origin }
  const { engine } = embedded
  await engine.organizations.create(host, { id: organizationId, name: 'Acme' }, null)
  await engine.members.sync(host, organizationId, 'ada', { role: 'admin' })
  await engine.members.sync(host, organizationId, 'bob', { role: 'member' })
  const { value } = await engine.sessions.create(host, { organizationId, userId: 'ada' }, null)
  const presented = { credential: value.token, organizationId: null, userId: null, origin }
  const { caller } = await engine.authenticate.request(presented)
  if (caller?.kind !== 'member') throw new Error('A member was expected.')
  admin = caller
  inside = { ...host, organizationId }
})

afterEach(async () => {
  for (const chain of [organizationId, 'installation']) {
    const check = await checkTrail(embedded.sqlite, chain)
    if (!check.whole) throw new Error(`The chain ${chain} is not whole: ${JSON.stringify(check)}`)
  }
  await embedded.close()
})

const trail = (chain: string = organizationId) => eventsOf(embedded.sqlite, chain)

async function newEvents(
  work: () => Promise<unknown>,
  chain: string = organizationId,
): Promise<readonly AuditPayload[]> {
  const before = (await trail(chain)).length
  await work()
  return (await trail(chain)).slice(before).filter((event) => event !== null)
}

const mint = async () => (await embedded.engine.keys.mint(admin, { name: 'ci' })).value.id

describe('every mutation writes its event, with who, what, when, where and what changed', () => {
  test('of a key, by a member', async () => {
    const { engine } = embedded
    const [event] = await newEvents(mint)
    expect(event).toEqual({
      id: expect.stringMatching(/^evt_[0-9A-Za-z]{22}$/),
      at: clock.nowMs(),
      action: 'api_key.created',
      actor: { type: 'member', id: 'ada' },
      via: null,
      target: { type: 'api_key', id: expect.stringMatching(/^key_/) },
      projectId: null,
      ip: '192.0.2.1',
      requestId: 'req_test',
      changes: {
        name: 'ci',
        environment: 'live',
        scope: 'organization',
        projectId: null,
        permissions: null,
        owner: { type: 'member', userId: 'ada' },
        createdByUserId: 'ada',
        expiresAt: null,
        ipAllowlist: null,
        rateLimit: null,
        metadata: {},
        secretId: expect.stringMatching(/^sec_/),
      },
    })
    const id = await mint()
    const happenings: [string, () => Promise<unknown>, object][] = [
      ['api_key.updated', () => engine.keys.change(admin, id, { name: 'x' }), { name: { before: 'ci', after: 'x' } }],
      ['api_key.rotated', () => engine.keys.rotate(admin, id, { overlapSeconds: 60 }), { overlapSeconds: 60 }],
      [
        'api_key.transferred',
        () => engine.keys.transfer(inside, id, { owner: 'organization', role: 'member' }),
        { owner: { before: { type: 'member', userId: 'ada' }, after: { type: 'organization', role: 'member' } } },
      ],
      [
        'api_key.revoked',
        () => engine.keys.revoke(admin, id, { reason: 'leaked', comment: 'seen' }),
        { reason: 'leaked', comment: 'seen' },
      ],
    ]
    for (const [action, work, changes] of happenings) {
      const events = await newEvents(work)
      expect(events).toEqual([expect.objectContaining({ action, target: { type: 'api_key', id } })])
      expect(events[0]?.changes).toMatchObject(changes)
    }
  })

  test('of a secret that is ended', async () => {
    const { engine } = embedded
    const { value } = await engine.keys.mint(admin, { name: 'ci' })
    await engine.keys.rotate(admin, value.id, {})
    const secretId = value.secrets[0]?.id ?? ''
    const [event] = await newEvents(() => engine.keys.endSecret(admin, value.id, secretId))
    expect(event).toMatchObject({ action: 'api_key.secret_ended', changes: { secretId } })
  })

  test('of a project’s key and of the project itself: with the project', async () => {
    const { engine } = embedded
    const [made] = await newEvents(() => engine.projects.create(admin, { id: 'web', name: 'Web' }, null))
    expect(made).toMatchObject({ action: 'project.created', projectId: 'web', changes: { name: 'Web' } })
    const projectId = 'web' as never
    const [minted] = await newEvents(() => engine.keys.mint(admin, { name: 'x', scope: 'project', projectId }))
    expect(minted).toMatchObject({ action: 'api_key.created', projectId: 'web' })
  })

  test('of members, sessions and the organization, in the organization’s chain, by the host', async () => {
    const { engine } = embedded
    expect((await trail()).map((event) => [event?.action, event?.actor])).toEqual([
      ['organization.created', { type: 'host', id: 'host' }],
      ['member.created', { type: 'host', id: 'host' }],
      ['member.created', { type: 'host', id: 'host' }],
      ['session.created', { type: 'host', id: 'host' }],
    ])
    const [synced] = await newEvents(() => engine.members.sync(host, organizationId, 'bob', { role: 'engineer' }))
    expect(synced).toMatchObject({
      action: 'member.updated',
      target: { type: 'member', id: 'bob' },
      changes: { role: { before: 'member', after: 'engineer' } },
    })
    const [changed] = await newEvents(() => engine.organizations.change(host, organizationId, { status: 'suspended' }))
    expect(changed).toMatchObject({
      action: 'organization.updated',
      target: { type: 'organization', id: 'acme' },
      changes: { status: { before: 'active', after: 'suspended' } },
    })
  })

  test('a removal tells of each key that it ends or hands on', async () => {
    const { engine } = embedded
    const id = await mint()
    const events = await newEvents(() => engine.members.remove(inside, 'ada', { keys: 'revoke', mayBeLast: true }))
    expect(events.map(({ action, target }) => [action, target.id])).toEqual([
      ['api_key.revoked', id],
      ['member.removed', 'ada'],
    ])
  })

  test('of operator keys, and of deleting an organization, in the installation’s own chain', async () => {
    const { engine } = embedded
    const { value } = await engine.operatorKeys.create(host, { name: 'edge', only: 'verify' }, null)
    await engine.operatorKeys.revoke(host, value.id, null)
    await engine.organizations.delete(host, organizationId)
    expect((await trail('installation')).map((event) => [event?.action, event?.target.id])).toEqual([
      ['operator_key.created', value.id],
      ['operator_key.revoked', value.id],
      ['organization.deleted', 'acme'],
    ])
    expect(await trail()).toEqual([])
  })
})

describe('what changes nothing writes nothing', () => {
  test('a second revocation', async () => {
    const id = await mint()
    await embedded.engine.keys.revoke(admin, id)
    expect(await newEvents(() => embedded.engine.keys.revoke(admin, id))).toEqual([])
  })

  test('a refusal', async () => {
    const { engine } = embedded
    const refused: (() => Promise<unknown>)[] = [
      () => engine.keys.mint(admin, { name: '' }),
      () => engine.keys.mint({ ...inside }, { name: 'x' }),
      () => engine.keys.revoke(admin, 'key_0000000000000000000000'),
      () => engine.organizations.create(host, { id: organizationId, name: 'Again' }, null),
      () => engine.projects.create(admin, { id: 'a b', name: 'x' }, null),
    ]
    for (const work of refused) {
      expect(await newEvents(() => expect(work()).rejects.toMatchObject({ name: 'RefusedError' }))).toEqual([])
    }
  })

  test('a change to what is there already', async () => {
    const { engine } = embedded
    const id = await mint()
    await engine.projects.create(admin, { id: 'web', name: 'Web' }, null)
    const idle: (() => Promise<unknown>)[] = [
      () => engine.keys.change(admin, id, { name: 'ci', permissions: null, metadata: {}, expiresAtMs: null }),
      () => engine.projects.change(admin, 'web', { name: 'Web' }),
      () => engine.members.sync(host, organizationId, 'bob', { role: 'member', status: 'active' }),
      () => engine.members.change(admin, 'bob', { role: 'member' }),
      () => engine.organizations.change(host, organizationId, { name: 'Acme' }),
      () => engine.organizations.changeOwn(admin, { name: 'Acme' }),
    ]
    for (const work of idle) expect(await newEvents(work)).toEqual([])
    const [event] = await newEvents(() =>
      engine.members.sync(host, organizationId, 'bob', { role: 'member', name: 'Bob' }),
    )
    expect(event?.changes).toEqual({ name: { before: null, after: 'Bob' } })
  })

  test('a replay', async () => {
    const once = { key: 'once', request: 'POST' }
    const work = () => embedded.engine.keys.mint(admin, { name: 'x' }, once)
    expect(await newEvents(work)).toHaveLength(1)
    expect(await newEvents(work)).toEqual([])
  })

  test('reading and verifying', async () => {
    const { engine } = embedded
    const { value } = await engine.keys.mint(admin, { name: 'x' })
    expect(
      await newEvents(async () => {
        await engine.verify({ key: value.key ?? '' })
        await engine.keys.list(admin, {})
        await engine.keys.get(admin, value.id)
        await engine.auditEvents.check(admin, {})
        await engine.usage.flush()
      }),
    ).toEqual([])
  })
})

test('no event holds a secret', async () => {
  const { engine } = embedded
  const { value } = await engine.keys.mint(admin, { name: 'x' })
  const rotated = await engine.keys.rotate(admin, value.id, {})
  const session = await engine.sessions.create(host, { organizationId, userId: 'ada' }, null)
  const text = JSON.stringify(await trail())
  for (const secret of [value.key, rotated.value.key, session.value.token])
    expect(text).not.toContain(secret?.slice(16))
})

test('equal payloads have different digests, for each event has its own salt', () => {
  const payload = { id: 'evt_1', actor: { type: 'host', id: 'host' } } as unknown as AuditPayload
  let count = 0
  const random = (bytes: number) => new Uint8Array(bytes).fill((count += 1))
  const [one, other] = [sealAuditEvent(payload, random), sealAuditEvent(payload, random)]
  expect(one.payload).toBe(other.payload)
  expect(one.salt).toHaveLength(32)
  expect(one.payloadDigest).not.toBe(other.payloadDigest)
  expect(one.payloadDigest).toBe(digestPayload(one.salt, one.payload))
})

test('times in an event are the interface’s, whatever metadata is called', async () => {
  const { engine } = embedded
  const expiresAtMs = clock.nowMs() + 3_600_000
  const metadata = { expiresAtMs: '1', at: '2' }
  const [minted] = await newEvents(() => engine.keys.mint(admin, { name: 'x', expiresAtMs, metadata }))
  expect(minted?.changes).toMatchObject({ expiresAt: '2026-11-21T11:00:00.000Z', metadata })
  const id = minted?.target.id ?? ''
  const [changed] = await newEvents(() =>
    engine.keys.change(admin, id, { expiresAtMs: null, metadata: { expiresAtMs: '3' } }),
  )
  expect(changed?.changes).toEqual({
    expiresAt: { before: '2026-11-21T11:00:00.000Z', after: null },
    metadata: { before: metadata, after: { expiresAtMs: '3' } },
  })
  const [rotated] = await newEvents(() => engine.keys.rotate(admin, id, { overlapSeconds: 60 }))
  expect(rotated?.changes['ended']).toEqual([
    { secretId: minted?.changes['secretId'], endsAt: '2026-11-21T10:01:00.000Z' },
  ])
})

test('differences are before and after of what is named; what was not there before is null', () => {
  expect(differencesOf({ name: 'a', tier: 'x' }, { name: 'b', limit: 1 })).toEqual({
    name: { before: 'a', after: 'b' },
    limit: { before: null, after: 1 },
  })
  expect(differencesOf({}, {})).toEqual({})
  expect(
    differencesOf({ name: 'a', list: ['x'], map: { a: 1 } }, { name: 'a', list: ['x'], map: { a: 1 }, none: null }),
  ).toEqual({})
})
