import { randomBytes } from 'node:crypto'
import { sessionTokenFormat } from '@mintmark/core'
import { describe, expect, test } from 'vitest'
import { readContract } from './contract.ts'
import { fromHeaders, fromRawHeaders } from './guard/presented.ts'
import { Mintmark } from './mintmark.ts'
import { answers, type Act, drops, scripted, stalls } from './testing/scripted-server.ts'
import { servingMintmark } from './testing/served-mintmark.ts'

const bearing = (key: string) => fromHeaders(new Headers({ authorization: `Bearer ${key}` }))
const json = { name: 'Example', headers: ['authorization'], errors: 'envelope', minting: { keysManageKeys: true } }
const contract = readContract(JSON.stringify(json))
const list = { method: 'GET', path: '/v1/api-keys?limit=1' } as const

describe('forward', () => {
  const serve = servingMintmark()

  /** A client that can do nothing but verify, and a key of an admin. */
  const begin = async () => {
    const mintmark = await serve({ contract: json })
    const { key } = await mintmark.operator.operatorKeys.create({ name: 'application', only: 'verify' })
    const acting = await mintmark.organization({ rateLimit: { limit: 3, windowSeconds: 60 } })
    const admin = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'admin' })
    return { client: new Mintmark({ server: mintmark.url, key, contract }), acting, admin }
  }

  test('asks with the caller’s own credential, and answers what was answered', async () => {
    const { client, acting, admin } = await begin()
    const answer = await client.forward(bearing(admin.key), list)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('2')
    const { success, data } = (await answer.json()) as { success: boolean; data: { data: { id: string }[] } }
    expect([success, data.data.map(({ id }) => id)]).toEqual([true, [admin.id]])

    const call = { method: 'POST', path: '/v1/api-keys', body: { name: 'child' }, idempotencyKey: 'once' } as const
    const made = [await client.forward(bearing(admin.key), call), await client.forward(bearing(admin.key), call)]
    expect(made.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([
      [201, null],
      [201, 'true'],
    ])
    const names = []
    for await (const { name } of acting.keys.list()) names.push(name)
    expect(names).toEqual(['child', 'ci'])

    const spent = await client.forward(bearing(admin.key), list)
    expect([spent.status, Number(spent.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect(await spent.json()).toMatchObject({ success: false, error: { reason: 'rate_limit' } })
  })

  test('gives nobody more than he has', async () => {
    const { client, acting } = await begin()
    const { key } = await acting.keys.create({ name: 'ci', owner: 'organization', role: 'member' })
    const call = { method: 'POST', path: '/v1/api-keys', body: { name: 'child' } } as const
    const answer = await client.forward(bearing(key), call)
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { success: false, error: { reason: 'forbidden', message: 'Missing api_keys:write permission.' } },
    ])
  })

  const client = async (act: Act) => {
    const server = await scripted(act)
    return { server, client: new Mintmark({ server: server.url, key: 'mmo_0', contract, timeoutMs: 200 }) }
  }
  const good = sessionTokenFormat.mint('live', (length) => randomBytes(length))

  test.each([
    ['no credential', fromHeaders(new Headers()), 401, 'missing_key'],
    [
      'one in a header that the contract does not read',
      fromHeaders(new Headers({ 'x-api-key': good })),
      401,
      'missing_key',
    ],
    ['what is no credential', bearing('nonsense'), 401, 'invalid_key'],
    [
      'two',
      fromRawHeaders(['Authorization', `Bearer ${good}`, 'authorization', 'Bearer x']),
      400,
      'ambiguous_credentials',
    ],
  ])('asks nobody about %s', async (_, readCredential, status, reason) => {
    const { client: asking, server } = await client(answers(200, {}))
    const answer = await asking.forward(readCredential, list)
    expect([answer.status, ((await answer.json()) as { error: { reason: string } }).error.reason]).toEqual([
      status,
      reason,
    ])
    expect(server.arrived).toEqual([])
  })

  test('tells who sends more than Mintmark reads that it is too much, and not that Mintmark is away', async () => {
    const { client: asking, server } = await client(answers(201, {}))
    const wrapping = JSON.stringify({ name: '' }).length
    const sent = (bytes: number) => {
      const body = { name: `${'ü'.repeat(100)}${'x'.repeat(bytes - wrapping - 200)}` }
      return asking.forward(bearing(good), { method: 'POST', path: '/v1/api-keys', body })
    }
    for (const bytes of [65_537, 5_000_000]) {
      const answer = await sent(bytes)
      const error = { reason: 'payload_too_large', message: 'A body may have at most 65536 bytes.' }
      expect([answer.status, await answer.json()]).toEqual([413, { success: false, error }])
    }
    expect(server.arrived).toEqual([])
    expect((await sent(65_536)).status).toBe(201)
    expect(server.arrived.map(({ body }) => Buffer.byteLength(body))).toEqual([65_536])
  })

  test.each([
    ['is not there', drops],
    ['does not answer in time', stalls],
  ])('is 503 where Mintmark %s, and never asks twice', async (_, act) => {
    const { client: asking, server } = await client(act)
    const answer = await asking.forward(bearing(good), list)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(server.arrived).toHaveLength(1)
  })
})
