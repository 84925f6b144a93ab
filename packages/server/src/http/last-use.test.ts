import { beforeAll, describe, expect, test } from 'vitest'
import { expectStatus, type Client } from '../testing/http-client.ts'
import { describeOnBothStorages, type InProcess, type TestOrganization } from '../testing/in-process.ts'
import { userAgentOf } from './user-agent.ts'

const byCurl = { 'user-agent': 'curl/8.5.0' }

describeOnBothStorages('last use', (open) => {
  let mintmark: InProcess
  let acme: TestOrganization
  let admin: Client

  beforeAll(async () => {
    mintmark = await open({ trustedProxies: ['127.0.0.0/8'] })
    acme = await mintmark.organization()
    admin = acme.as('admin')
  })

  const written = async (): Promise<void> => mintmark.mintmark.engine.usage.flush()
  const resource = async (path: string) => {
    await written()
    return expectStatus(200, await admin.get(path))
  }
  const useOf = ({ lastUsedAt, lastUsedIp, lastUsedAgent }: Record<string, unknown>) => ({
    isUsed: lastUsedAt !== null,
    lastUsedIp,
    lastUsedAgent,
  })
  const unused = { isUsed: false, lastUsedIp: null, lastUsedAgent: null }

  test('of a key that asks Mintmark itself: address and agent, of key and secret', async () => {
    const { key, path } = await acme.mint()
    const before = await resource(path)
    expect([useOf(before), useOf(before.secrets[0])]).toEqual([unused, unused])
    const headers = { ...byCurl, 'x-forwarded-for': '192.0.2.7' }
    expectStatus(200, await mintmark.client(key).get('/v1/me', headers))
    const used = { isUsed: true, lastUsedIp: '192.0.2.7', lastUsedAgent: 'curl/8.5.0' }
    const after = await resource(path)
    expect([useOf(after), useOf(after.secrets[0])]).toEqual([used, used])
  })

  test('of a key that a gateway asks about: the caller’s own', async () => {
    const { key, path } = await acme.mint()
    const headers = { ...byCurl, 'x-forwarded-for': '192.0.2.8' }
    expectStatus(200, await mintmark.client(key).get('/v1/forward-auth', headers))
    expect(useOf(await resource(path))).toEqual({ isUsed: true, lastUsedIp: '192.0.2.8', lastUsedAgent: 'curl/8.5.0' })
  })

  test('of a key that a backend verifies: the address that it tells, and never its own agent', async () => {
    const { key, path } = await acme.mint()
    const asked = { key, clientIp: '192.0.2.9' }
    for (const [route, body] of [
      ['/v1/verify', asked],
      ['/v1/verify/batch', { requests: [asked] }],
    ] as const) {
      expectStatus(200, await mintmark.operator.post(route, body, byCurl))
      expect(useOf(await resource(path))).toEqual({ isUsed: true, lastUsedIp: '192.0.2.9', lastUsedAgent: null })
    }
  })

  test('answers after a rotation whether the old secret is still in use', async () => {
    const { key, path } = await acme.mint()
    const rotated = expectStatus(201, await admin.post(`${path}/rotate`, { overlapSeconds: 3_600 }))
    const inUse = async () =>
      (await resource(path)).secrets.map(({ lastUsedAt }: { lastUsedAt: unknown }) => lastUsedAt)
    expect(await inUse()).toEqual([null, null])
    expectStatus(200, await mintmark.operator.post('/v1/verify', { key }))
    const [old, none] = await inUse()
    expect([typeof old, none]).toEqual(['string', null])
    expectStatus(200, await mintmark.operator.post('/v1/verify', { key: rotated.key }))
    const [stillOld, fresh] = await inUse()
    expect(stillOld).toBe(old)
    expect(fresh >= old).toBe(true)
    expect((await resource(path)).lastUsedAt).toBe(fresh)
  })

  test('a deleted key is not brought back by a use that is written late', async () => {
    const { key, path } = await acme.mint()
    await mintmark.mintmark.engine.verify({ key })
    expectStatus(204, await admin.delete(path))
    await written()
    expectStatus(404, await admin.get(path))
  })

  test('of a member: by a session, asked of Mintmark or verified, and by whoever acts for him', async () => {
    const seenAt = async (userId: string) => {
      await written()
      return expectStatus(200, await acme.operator.get(`/v1/users/${userId}`)).lastSeenAt
    }
    const listed = async (): Promise<unknown[]> => {
      const { data } = expectStatus(200, await acme.operator.get('/v1/users'))
      return data.map(({ lastSeenAt }: { lastSeenAt: unknown }) => lastSeenAt)
    }
    for (const [userId, be] of [
      ['one', async (token: string) => mintmark.client(token).get('/v1/me')],
      ['two', async (token: string) => mintmark.operator.post('/v1/verify', { key: token })],
      ['three', async () => acme.as('three').get('/v1/projects')],
    ] as const) {
      await acme.addMember(userId, 'engineer')
      const token = await acme.session(userId)
      expect([userId, await seenAt(userId)]).toEqual([userId, null])
      const sinceMs = Date.now() - 5_000
      expectStatus(200, await be(token))
      expect(Date.parse(await seenAt(userId))).toBeGreaterThan(sinceMs)
    }
    expect((await listed()).filter((at) => at !== null).length).toBeGreaterThanOrEqual(3)
  })
})

describe('the User-Agent of a request', () => {
  test.each<[readonly string[], string | null]>([
    [[], null],
    [['Host', 'x', 'User-Agent', 'curl/8'], 'curl/8'],
    [['USER-AGENT', 'a', 'user-agent', 'b'], 'a'],
    [['User-Agent', ''], null],
    [['User-Agents', 'x', 'X-User-Agent', 'x', 'Connection', 'x'], null],
    [['User-Agent', 'x'.repeat(10_000)], 'x'.repeat(200)],
  ])('of %j is %j', (rawHeaders, agent) => {
    expect(userAgentOf(rawHeaders)).toBe(agent)
  })
})
