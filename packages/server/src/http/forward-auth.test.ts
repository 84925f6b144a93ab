import { builtInContract, parseChosenId, parseContract, type Contract, type ErrorDialect } from '@mintmark/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MintInput } from '../engine/keys/mint-key.ts'
import { StoreUnavailable } from '../engine/ports/unavailable.ts'
import { createEmbeddedEngine, createTestClock, type EmbeddedEngine } from '../testing/embedded-engine.ts'
import { startLane, type LaneServer } from '../testing/lane-server.ts'
import { rawRequest, sendRaw } from '../testing/raw-http.ts'

const contract: Contract = {
  ...builtInContract,
  permissions: ['sites:read', 'sites:write'],
  roles: { ...builtInContract.roles, editor: ['sites:*'] },
  tiers: { standard: { limit: 5, windowSeconds: 60 } },
}

const open: { close(): Promise<void> }[] = []
let embedded: EmbeddedEngine
let lane: LaneServer

beforeEach(async () => {
  embedded = await createEmbeddedEngine({ contract, clock: createTestClock() })
  await embedded.engine.organizations.create(embedded.host, { id: 'acme', name: 'Acme' }, null)
  await embedded.engine.members.sync(embedded.host, 'acme', 'ada', { role: 'admin' })
  lane = await startLane(embedded.engine, contract)
  open.push(lane, embedded)
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function mint(input: Partial<MintInput> = {}): Promise<{ readonly key: string; readonly id: string }> {
  const caller = { ...embedded.host, organizationId: (await embedded.engine.organizations.get('acme')).id }
  const minted = await embedded.engine.keys.mint(caller, { name: 'k', owner: 'organization', role: 'editor', ...input })
  return { key: minted.value.key ?? '', id: minted.value.id }
}

async function mintSession(): Promise<string> {
  const session = await embedded.engine.sessions.create(embedded.host, { organizationId: 'acme', userId: 'ada' }, null)
  return session.value.token ?? ''
}

async function ask(
  credential: string | null,
  query = '',
  {
    method = 'GET',
    headers = {},
    port = lane.port,
  }: { method?: string; headers?: Record<string, string>; port?: number } = {},
): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/v1/forward-auth${query}`, {
    method,
    headers: { ...(credential !== null && { Authorization: `Bearer ${credential}` }), ...headers },
  })
}

it.each([
  [2_048, 68],
  [2_049, 69],
])('tells permissions of %i characters as far as gateways can take them', async (length, lastLength) => {
  // Thirty names with a comma after each, and one that makes up the rest.
  const names = Array.from({ length: 30 }, (_, index) => `n${index + 10}:${'x'.repeat(61)}`)
  const permissions = [...names, `z:${'x'.repeat(lastLength - 2)}`]
  const wide = { ...contract, permissions, roles: { ...contract.roles, editor: permissions } }
  const other = await createEmbeddedEngine({ contract: wide, clock: createTestClock() })
  const otherLane = await startLane(other.engine, wide)
  open.push(otherLane, other)
  await other.engine.organizations.create(other.host, { id: 'acme', name: 'Acme' }, null)
  const caller = { ...other.host, organizationId: (await other.engine.organizations.get('acme')).id }
  const minted = await other.engine.keys.mint(caller, { name: 'k', owner: 'organization', role: 'editor' })
  const answer = await ask(minted.value.key ?? '', '', { port: otherLane.port })
  const told = permissions.join(',')
  expect([answer.status, told.length]).toEqual([200, length])
  expect(answer.headers.get('x-mintmark-permissions')).toBe(length <= 2_048 ? told : '')
  const asked = await ask(minted.value.key ?? '', `?permission=${permissions.at(-1)}`, { port: otherLane.port })
  expect(asked.status).toBe(200)
})

async function reasonOf(answer: Response): Promise<string> {
  return `${answer.status} ${((await answer.json()) as { reason: string }).reason}`
}

function identityOf(answer: Response): Record<string, string> {
  return Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('x-mintmark-')))
}

describe('a key', () => {
  it('is told of in headers, with its limit, and an empty body', async () => {
    const { key, id } = await mint()
    const answer = await ask(key, '?permission=sites:read')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('')
    expect(identityOf(answer)).toEqual({
      'x-mintmark-key-id': id,
      'x-mintmark-organization-id': 'acme',
      'x-mintmark-project-id': '',
      'x-mintmark-environment': 'live',
      'x-mintmark-user-id': '',
      'x-mintmark-role': 'editor',
      'x-mintmark-permissions': 'sites:read,sites:write',
    })
    expect(answer.headers.get('x-ratelimit-limit')).toBe('5')
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('4')
    expect(answer.headers.get('x-ratelimit-reset')).toBe('60')
    expect(answer.headers.get('ratelimit')).toBe('"default";r=4;t=60')
    expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=5;w=60')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
  })

  it('is judged whatever the method', async () => {
    const { key } = await mint()
    for (const method of ['HEAD', 'POST', 'DELETE', 'OPTIONS'])
      expect((await ask(key, '', { method })).status).toBe(200)
  })

  it('may stand in X-API-Key, unless the contract does not take it there', async () => {
    const { key } = await mint()
    expect((await ask(null, '', { headers: { 'X-API-Key': key } })).status).toBe(200)
    const bearerOnly = await startLane(embedded.engine, { ...contract, headers: ['authorization'] })
    open.push(bearerOnly)
    const answer = await ask(null, '', { headers: { 'X-API-Key': key }, port: bearerOnly.port })
    expect(await reasonOf(answer)).toBe('401 missing_key')
  })

  it.each([
    ['?permission=sites:read,sites:write', '200'],
    ['?permission=sites:read,projects:read', '403 forbidden'],
    ['?roles=admin,editor', '200'],
    ['?roles=admin', '403 forbidden'],
    ['?environment=live&organizationWide=true&projectId=p1', '200'],
    ['?environment=test', '403 forbidden'],
    ['?', '200'],
    ['?permission=nope', '400 invalid_request'],
    ['?permission=', '400 invalid_request'],
    ['?permission=sites:read,', '400 invalid_request'],
    ['?permission=sites:read&permission=sites:write', '400 invalid_request'],
    ['?Permission=sites:read', '400 invalid_request'],
    ['?api_key=x', '400 invalid_request'],
    ['?organizationWide=1', '400 invalid_request'],
    ['?environment=staging', '400 invalid_request'],
    ['?roles=nobody', '400 invalid_request'],
  ])('meets %s: %s', async (query, expected) => {
    const { key } = await mint()
    const answer = await ask(key, query)
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('4')
    expect(answer.status === 200 ? '200' : await reasonOf(answer)).toBe(expected)
  })

  it('is refused outside of its project', async () => {
    const host = { ...embedded.host, organizationId: (await embedded.engine.organizations.get('acme')).id }
    await embedded.engine.projects.create(host, { id: 'p1', name: 'P1' }, null)
    const projectId = parseChosenId('prj', 'p1')
    if (projectId === null) throw new Error('This is an id')
    const { key } = await mint({ scope: 'project', projectId })
    const answer = await ask(key, '?projectId=p1')
    expect(identityOf(answer)).toMatchObject({ 'x-mintmark-project-id': 'p1' })
    expect(await reasonOf(await ask(key, '?projectId=p2'))).toBe('403 scope_violation')
    expect(await reasonOf(await ask(key, '?organizationWide=true'))).toBe('403 scope_violation')
  })

  it('pays for each request but those that its window refuses, which come before a wrong query', async () => {
    const { key } = await mint()
    for (let spent = 0; spent < 5; spent++)
      await ask(key, spent === 0 ? '?permission=nope' : '?permission=projects:read')
    const refused = await ask(key, '?permission=nope')
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(await reasonOf(refused)).toBe('429 rate_limit')
  })

  it('is not taken with headers that go with operator keys', async () => {
    const { key } = await mint()
    const answer = await ask(key, '', { headers: { 'Mintmark-Organization': 'acme' } })
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('4')
    expect(await reasonOf(answer)).toBe('400 invalid_request')
  })

  it('names its owner, and is refused from the moment it is revoked', async () => {
    const ada = await mint({ owner: 'organization' })
    const caller = { ...embedded.host, organizationId: (await embedded.engine.organizations.get('acme')).id }
    const userId = parseChosenId('usr', 'ada')
    if (userId === null) throw new Error('This is an id')
    await embedded.engine.keys.transfer(caller, ada.id, { userId })
    expect(identityOf(await ask(ada.key))).toMatchObject({ 'x-mintmark-user-id': 'ada', 'x-mintmark-role': 'admin' })
    await embedded.engine.keys.revoke(caller, ada.id)
    const answer = await ask(ada.key, '?permission=nope')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mintmark", error="invalid_token"')
    expect(answer.headers.get('x-ratelimit-limit')).toBeNull()
    expect(await reasonOf(answer)).toBe('401 key_revoked')
  })
})

describe('other credentials', () => {
  it('none, garbage, two', async () => {
    const { key } = await mint()
    const none = await ask(null, '?permission=nope')
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="mintmark"')
    expect(await reasonOf(none)).toBe('401 missing_key')
    expect(await reasonOf(await ask(`${key}x`))).toBe('401 invalid_key')
    expect(await reasonOf(await ask(key, '', { headers: { 'X-API-Key': `${key}x` } }))).toBe(
      '400 ambiguous_credentials',
    )
    expect((await ask(key, '', { headers: { 'X-API-Key': key } })).status).toBe(200)
  })

  it('a session has no key, no environment and no window', async () => {
    const answer = await ask(await mintSession(), '?permission=sites:write')
    expect(answer.status).toBe(200)
    expect(identityOf(answer)).toMatchObject({
      'x-mintmark-key-id': '',
      'x-mintmark-organization-id': 'acme',
      'x-mintmark-environment': '',
      'x-mintmark-user-id': 'ada',
      'x-mintmark-role': 'admin',
    })
    expect(answer.headers.get('x-ratelimit-limit')).toBeNull()
  })

  it('an operator key is nobody’s request', async () => {
    const operator = await embedded.engine.operatorKeys.create(embedded.host, { name: 'backend' }, null)
    const answer = await ask(operator.value.key)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mintmark", error="insufficient_scope"')
    expect(await reasonOf(answer)).toBe('403 forbidden')
    await embedded.engine.operatorKeys.revoke(embedded.host, operator.value.id, null)
    expect(await reasonOf(await ask(operator.value.key))).toBe('401 key_revoked')
  })
})

it('speaks the dialect of the contract', async () => {
  const bodies: Record<ErrorDialect, unknown> = {
    problem: { status: 401, reason: 'missing_key', message: 'No key.' },
    reason: { reason: 'missing_key', message: 'No key.' },
    error: { error: 'No key.' },
    envelope: { success: false, error: { reason: 'missing_key', message: 'No key.' } },
  }
  for (const errors of ['problem', 'reason', 'error', 'envelope'] as const) {
    const { contract: spoken } = parseContract({ errors, messages: { missing_key: 'No key.' } })
    if (spoken === null) throw new Error('The contract is sound')
    const server = await startLane(embedded.engine, spoken)
    open.push(server)
    const answer = await ask(null, '', { port: server.port })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject(bodies[errors] as object)
  }
})

describe('the address of the client', () => {
  it('is the peer, and what stands in X-Forwarded-For only behind a trusted proxy', async () => {
    const { key } = await mint({ ipAllowlist: ['192.0.2.0/24'] })
    const headers = { 'X-Forwarded-For': '192.0.2.7' }
    expect(await reasonOf(await ask(key, '', { headers }))).toBe('403 ip_not_allowed')
    const behind = await startLane(embedded.engine, contract, ['127.0.0.1'])
    open.push(behind)
    expect((await ask(key, '', { headers, port: behind.port })).status).toBe(200)
    const spoofed = { 'X-Forwarded-For': '192.0.2.7, 198.51.100.1' }
    expect(await reasonOf(await ask(key, '', { headers: spoofed, port: behind.port }))).toBe('403 ip_not_allowed')
  })
})

describe('a body that comes along', () => {
  it('is never read: the connection ends, and nothing in it is taken for a request', async () => {
    const { key } = await mint()
    const headers = [`Authorization: Bearer ${key}`]
    const hidden = rawRequest('GET /v1/forward-auth', headers)
    const requests = [
      rawRequest('POST /v1/forward-auth', [...headers, `Content-Length: ${hidden.length + 100}`], hidden),
      rawRequest('POST /v1/forward-auth', [...headers, 'Transfer-Encoding: chunked'], '5\r\nhello\r\n'),
    ]
    for (const request of requests) {
      const { text, isClosed } = await sendRaw(lane.port, [request])
      expect(text).toContain('HTTP/1.1 200')
      expect(text).toContain('Connection: close')
      expect(isClosed).toBe(true)
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    }
  })

  it('keeps the connection where there is none', async () => {
    const { key } = await mint()
    const request = rawRequest('GET /v1/forward-auth', [`Authorization: Bearer ${key}`, 'Content-Length: 0'])
    const count = (text: string): number => text.match(/HTTP\/1\.1 200/g)?.length ?? 0
    const { text } = await sendRaw(lane.port, [request, request], (received) => count(received) === 2)
    expect(count(text)).toBe(2)
    expect(text).not.toContain('Connection: close')
  })
})

it('says 503 when it cannot be decided', async () => {
  const { key } = await mint()
  const away = await startLane(
    { ...embedded.engine, judge: () => Promise.reject(new StoreUnavailable('database')) },
    contract,
  )
  open.push(away)
  const answer = await ask(key, '', { port: away.port })
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await reasonOf(answer)).toBe('503 unavailable')
})
