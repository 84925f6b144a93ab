import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithPostgresAndRedis, testDatabaseUrl, testRedisUrl } from '../packages/server/src/testing/servers.ts'
import { call, expectCall } from './testing/client.ts'
import { createOrganization, type Installation } from './testing/installation.ts'
import { Fleet } from './testing/fleet.ts'
import { skewedClock } from './testing/skewed-clock.ts'
import { describeOnEveryStorage } from './testing/storages.ts'
import { inParallel } from './testing/volley.ts'
import { waysToAsk } from './testing/ways-to-ask.ts'

type Organization = Awaited<ReturnType<typeof createOrganization>>

/** What ends by itself: a credential, when, and what it is told from that instant on. */
type Ending = { readonly key: string; readonly endsAtMs: number; readonly reason: string }

const lifeMs = 2_000
const hourMs = 3_600_000

async function mint(installation: Installation, organization: Organization, body: object, url = installation.url) {
  const headers = organization.acting(organization.userIds['admin'])
  const options = { key: installation.operatorKey, headers, body: { name: 'expiring', ...body } }
  return call(url, 'POST', '/v1/api-keys', options)
}

/** A key that expires, one that was rotated, a session. */
async function endings(installation: Installation, organization: Organization): Promise<readonly Ending[]> {
  const { url, operatorKey: key } = installation
  const { id: organizationId, userIds } = organization
  const headers = organization.acting(userIds['admin'])
  const expiresAt = new Date(Date.now() + lifeMs).toISOString()
  const expiring = (await mint(installation, organization, { expiresAt })).body
  const replaced = (await mint(installation, organization, {})).body
  const path = `/v1/api-keys/${replaced.id}/rotate`
  const rotated = await expectCall(201, url, 'POST', path, { key, headers, body: { overlapSeconds: 2 } })
  const sessionBody = { organizationId, userId: userIds['admin'], ttlSeconds: 2 }
  const session = await expectCall(201, url, 'POST', '/v1/sessions', { key, body: sessionBody })
  expect(expiring.expiresAt).toBe(expiresAt)
  return [
    { key: expiring.key, endsAtMs: Date.parse(expiresAt), reason: 'key_expired' },
    { key: replaced.key, endsAtMs: Date.parse(rotated.secrets[0].expiresAt), reason: 'key_revoked' },
    { key: session.token, endsAtMs: Date.parse(session.expiresAt), reason: 'session_expired' },
  ]
}

/**
 * Asks every node in every way until some time after the end. What was answered before it must be yes, what was sent at
 * it or later must be no: nodes, database and this coordinator are on one machine, so on one clock.
 */
async function expectExactEnd(installation: Installation, { key, endsAtMs, reason }: Ending): Promise<void> {
  const ways = waysToAsk(installation.operatorKey, key)
  const seen = { before: 0, after: 0 }
  const asking = installation.nodes.flatMap(({ url }) => ways.map((way) => ({ url, way })))
  await inParallel(asking, asking.length, async ({ url, way }) => {
    for (let askedAfter = 0; askedAfter < 3; await sleep(Math.random() * 40)) {
      const sentAtMs = Date.now()
      const outcome = await way.ask(url)
      if (Date.now() < endsAtMs) {
        seen.before += 1
        expect({ way: way.name, when: 'before', outcome }).toEqual({
          way: way.name,
          when: 'before',
          outcome: 'accepted',
        })
      }
      if (sentAtMs < endsAtMs) continue
      askedAfter += 1
      seen.after += 1
      expect({ way: way.name, outcome }).toEqual({ way: way.name, outcome: 'refused for good' })
    }
  })
  for (const { url } of installation.nodes) {
    const verdict = await expectCall(200, url, 'POST', '/v1/verify', { key: installation.operatorKey, body: { key } })
    expect(verdict).toMatchObject({ valid: false, status: 401, reason })
  }
  expect(seen.before).toBeGreaterThan(0)
}

describeOnEveryStorage((storage) => {
  let installation: Installation
  let organization: Organization
  beforeAll(async () => {
    installation = await storage.start()
    organization = await createOrganization(installation)
  })
  afterAll(() => installation.remove())

  const headers = () => organization.acting(organization.userIds['admin'])

  test('a key, a replaced secret and a session end at their very instant, on every node, in every way', async () => {
    const ending = await endings(installation, organization)
    await Promise.all(ending.map((one) => expectExactEnd(installation, one)))
  })

  test('what has expired is final, shown as expired, and may still be revoked and deleted', async () => {
    const { url, operatorKey: key } = installation
    const expiresAt = new Date(Date.now() + 300).toISOString()
    const { id } = (await mint(installation, organization, { expiresAt })).body
    const path = `/v1/api-keys/${id}`
    const get = () => expectCall(200, url, 'GET', path, { key, headers: headers() })
    while ((await get()).status === 'active') await sleep(20)
    expect(await get()).toMatchObject({ status: 'expired', expiresAt })
    const expired = await expectCall(200, url, 'GET', '/v1/api-keys?status=expired', { key, headers: headers() })
    expect(expired.data.map((one: { id: string }) => one.id)).toContain(id)
    const later = { expiresAt: new Date(Date.now() + hourMs).toISOString() }
    for (const [method, at, body] of [
      ['PATCH', path, later],
      ['PATCH', path, { expiresAt: null }],
      ['POST', `${path}/rotate`, {}],
      ['POST', `${path}/transfer`, { owner: 'organization', role: 'admin' }],
    ] as const) {
      const answer = await call(url, method, at, { key, headers: headers(), body })
      expect([answer.status, answer.body.reason]).toEqual([409, 'conflict'])
    }
    await expectCall(200, url, 'POST', `${path}/revoke`, { key, headers: headers(), body: {} })
    expect(await get()).toMatchObject({ status: 'revoked' })
    await expectCall(204, url, 'DELETE', path, { key, headers: headers() })
  })

  test('an end may be written in any zone, and is told in UTC', async () => {
    for (const [expiresAt, told] of [
      ['2999-06-01T12:00:00+05:30', '2999-06-01T06:30:00.000Z'],
      ['2999-06-01t23:30:00.5-23:30', '2999-06-02T23:00:00.500Z'],
      ['2999-06-01T12:00:00.123999Z', '2999-06-01T12:00:00.123Z'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
      ['9999-12-31T23:59:59.999+00:01', '9999-12-31T23:58:59.999Z'],
    ]) {
      const minted = await mint(installation, organization, { expiresAt })
      expect([minted.status, minted.body.expiresAt]).toEqual([201, told])
      const { operatorKey: key, url } = installation
      const verdict = await expectCall(200, url, 'POST', '/v1/verify', { key, body: { key: minted.body.key } })
      expect(verdict).toMatchObject({ valid: true, key: { expiresAt: told } })
    }
  })

  test('an end that is none, or has come, is refused at minting and at changing: 400, by name', async () => {
    const { operatorKey: key, url } = installation
    const { id } = (await mint(installation, organization, { expiresAt: '2999-06-01T12:00:00Z' })).body
    for (const expiresAt of [
      '2027-02-30T00:00:00Z',
      '2027-02-29T00:00:00Z',
      '2027-13-01T00:00:00Z',
      '2027-04-31T00:00:00Z',
      '2027-01-31T24:00:00Z',
      '2027-01-31T00:60:00Z',
      '2027-01-31T00:00:00+24:00',
      '2027-01-31T00:00:00',
      '2027-01-31',
      'tomorrow',
      '',
      '1800000000000',
      ' 2027-01-31T00:00:00Z',
      '2027-01-31T00:00:00Z ',
      '9999-12-31T23:59:59-00:01',
      '+010000-01-01T00:00:00Z',
      '9007199254740992',
      2 ** 53,
      1_800_000_000_000,
      -1,
      0.5,
      true,
      [],
      {},
      '2020-01-01T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '0000-01-01T00:00:00Z',
      new Date().toISOString(),
    ]) {
      const minted = await mint(installation, organization, { expiresAt })
      const path = `/v1/api-keys/${id}`
      const changed = await call(url, 'PATCH', path, { key, headers: headers(), body: { expiresAt } })
      for (const { status, body } of [minted, changed]) {
        expect({ expiresAt, status, reason: body.reason }).toEqual({
          expiresAt,
          status: 400,
          reason: 'invalid_request',
        })
        expect(new Set(body.errors.map((error: { path: string }) => error.path))).toEqual(new Set(['expiresAt']))
      }
    }
  })

  test('a session lives for 1 to 86,400 whole seconds', async () => {
    const { operatorKey: key, url } = installation
    const member = { organizationId: organization.id, userId: organization.userIds['admin'] }
    for (const ttlSeconds of [0, -1, 86_401, 1.5, 2 ** 53, '60', null]) {
      const answer = await call(url, 'POST', '/v1/sessions', { key, body: { ...member, ttlSeconds } })
      expect({ ttlSeconds, status: answer.status }).toEqual({ ttlSeconds, status: 400 })
    }
    for (const ttlSeconds of [1, 86_400]) {
      const beforeMs = Date.now()
      const { expiresAt } = await expectCall(201, url, 'POST', '/v1/sessions', { key, body: { ...member, ttlSeconds } })
      expect(Date.parse(expiresAt) - ttlSeconds * 1000).toBeGreaterThanOrEqual(beforeMs)
      expect(Date.parse(expiresAt) - ttlSeconds * 1000).toBeLessThanOrEqual(Date.now())
    }
  })
})

describeWithPostgresAndRedis('nodes whose clocks are an hour apart', () => {
  let fleet: Fleet
  let organization: Organization
  beforeAll(async () => {
    fleet = new Fleet({ MINTMARK_DATABASE_URL: await testDatabaseUrl(), MINTMARK_REDIS_URL: await testRedisUrl() })
    await fleet.start(1)
    const pepper = { MINTMARK_PEPPER_FILE: `${fleet.at(0).dataDir}/pepper` }
    await fleet.join({ ...pepper, ...skewedClock(hourMs) })
    await fleet.join({ ...pepper, ...skewedClock(-hourMs) })
    organization = await createOrganization(fleet)
  })
  afterAll(() => fleet.remove())

  test('tell the same time: that of PostgreSQL', async () => {
    for (const { url } of fleet.nodes) {
      const beforeMs = Date.now()
      const { body } = await mint(fleet, organization, {}, url)
      expect(Date.parse(body.createdAt)).toBeGreaterThanOrEqual(beforeMs)
      expect(Date.parse(body.createdAt)).toBeLessThanOrEqual(Date.now())
    }
  })

  test('end everything at its very instant', async () => {
    const ending = await endings(fleet, organization)
    await Promise.all(ending.map((one) => expectExactEnd(fleet, one)))
  })

  test('share one window, of Redis’s time', async () => {
    const { body: minted } = await mint(fleet, organization, {})
    const headers = organization.acting()
    const rateLimit = { limit: 5, windowSeconds: 3600 }
    const options = { key: fleet.operatorKey, headers, body: { rateLimit } }
    await expectCall(200, fleet.url, 'PATCH', `/v1/api-keys/${minted.id}`, options)
    const statuses: number[] = []
    for (let turn = 0; turn < 12; turn += 1) {
      const { status } = await call(fleet.at(turn % 3).url, 'GET', '/v1/me', { key: minted.key })
      statuses.push(status)
    }
    expect(statuses).toEqual([...Array.from({ length: 5 }, () => 200), ...Array.from({ length: 7 }, () => 429)])
  })

  test('know by one clock what is still in flight and what was done', async () => {
    const headers = { ...organization.acting(organization.userIds['admin']), 'idempotency-key': 'across' }
    const options = { key: fleet.operatorKey, headers, body: { name: 'once' } }
    const ids = new Set<string>()
    for (const { url } of fleet.nodes) ids.add((await expectCall(201, url, 'POST', '/v1/api-keys', options)).id)
    expect(ids.size).toBe(1)
  })
})
